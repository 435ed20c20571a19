"""What the capture protocol is built from."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

from countenance.compute import Compute
from countenance.jobs import Jobs
from countenance.observe import Metrics
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey
from countenance.verification.judge import Judge
from countenance.verification.policy import Policy
from countenance.verification.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Parts:
    """`party` tells whom a request's address belongs to, None for one that is not to be limited.

    `rate` is requests per second of a party, 0 for any; `public_url` the address by which browsers
    reach this server, where it is known; `keep_records` the seconds for which a verdict is kept.
    `ticks` is the time by which requests are counted.
    """

    sessions: Sessions
    objects: Objects
    jobs: Jobs
    judge: Judge
    compute: Compute
    policy: Policy
    master: MasterKey
    metrics: Metrics
    party: Callable[[Scope], str | None]
    draining: Callable[[], bool]
    rate: int
    public_url: str
    keep_records: float
    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
