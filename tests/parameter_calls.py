"""The cases of `tests.parameters` as real requests: signed, sent, and held to their answer."""

import random
import time

from countenance.contract.messages import Language
from tests.mutations.drafts import Draft, Form, Key
from tests.parameters import Case, flatten
from tests.raw import Connection, RawAnswer

ACCEPTED = "UnsupportedOperation"  # of a server that has no action built
FORM_LIMIT = 1024 * 1024 - 1024  # bytes that a v1 request may have, less its common parameters


def forms(case: Case) -> tuple[Form, ...]:
    """The forms that can carry a case: JSON, and for those that pairs can say a v1 form."""
    if not case.form or sum(len(value) for _, value in flatten(case.params)) > FORM_LIMIT:
        return ("json",)
    return ("json", "v1 post")


def call(
    connection: Connection, endpoint: str, key: Key, case: Case, form: Form, language: Language
) -> RawAnswer:
    """The answer to one case."""
    chance = random.Random(str(case))
    flat = form != "json"
    draft = Draft(
        case.action,
        form,
        key,
        endpoint,
        int(time.time()),
        chance,
        params={} if flat else case.params,
        extra=list(flatten(case.params)) if flat else [],
        common={"Language": language},
    )
    return connection.exchange(draft.sign().wire())


def fault(case: Case, answer: RawAnswer) -> str:
    """What is wrong with the answer, or nothing: form, code, name of the parameter."""
    if wrong := answer.faults():
        return ", ".join(wrong)
    if answer.code != (case.code or ACCEPTED):
        return f"{answer.code} instead of {case.code or ACCEPTED}: {answer.message}"
    if case.code and f"`{case.path}`" not in answer.message:
        return f"`{case.path}` is not named: {answer.message}"
    return ""
