"""Two faults in one request: the check that comes first is the one that tells."""

from collections.abc import Callable

from tests.mutations import common, frames, names, parameters, values
from tests.mutations.drafts import Draft
from tests.mutations.kinds import Codes, before

# In the order of the checks.
FAULTS: tuple[Callable[[Draft], Codes], ...] = (
    frames.method,
    frames.encoding,
    common.timestamp,
    common.secret_id,
    common.clock,
    common.secret,
    names.version,
    names.action,
    names.region,
    parameters.unknown_name,
    parameters.absent,
)
SAME_PLACE = {common.timestamp, common.clock}


@before("two faults, the earlier check tells", 10, needs=parameters.has(values.required), weight=30)
def two_faults(draft: Draft) -> Codes:
    first, second = sorted(draft.chance.sample(range(len(FAULTS)), 2))
    if {FAULTS[first], FAULTS[second]} == SAME_PLACE:
        second += 1
    FAULTS[second](draft)
    return FAULTS[first](draft)
