"""Correctly signed requests of every action in every form, each with one fault and its one answer.

A mutation keeps valid HTTP/1.1. `cases` makes any number of them from a seed, `strategy` gives
them to hypothesis.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies

from countenance.contract import catalogue
from countenance.contract.catalogue import Action
from tests.mutations import (
    changes,
    common,
    doubles,
    forms,
    frames,
    names,
    parameters,
    texts,
    values,
)
from tests.mutations.drafts import Draft, Form, Sent
from tests.mutations.kinds import KINDS, Kind
from tests.mutations.target import Target
from tests.raw import Connection, Dropped, RawAnswer

# Importing them registered their kinds.
MODULES = (frames, common, changes, names, parameters, texts, forms, doubles)
FORBIDDEN = ("InternalError", "InternalServerError", "ServiceUnavailable")


@dataclass(frozen=True)
class Case:
    """One mutated request, and the same again where the kind is a repetition; `codes` are right."""

    kind: Kind
    form: Form
    action: Action
    sent: Sent
    codes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind.name}: {self.action.name} as {self.form}"


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the code answered last, whether the parser refused it, what is wrong."""

    code: str
    parser: bool
    faults: tuple[str, ...]


def cases(seed: int, number: int, target: Target) -> Iterator[Case]:
    """So many cases; equal for an equal seed, but for the time they are signed at."""
    chance = random.Random(seed)
    weights = [kind.weight * len(kind.forms) ** 0.5 for kind in KINDS]
    for kind in chance.choices(KINDS, weights, k=number):
        yield make(kind, chance.choice(kind.forms), chance.getrandbits(63), target)


def make(kind: Kind, form: Form, seed: int, target: Target) -> Case:
    """The case of a kind in a form that the seed picks."""
    chance = random.Random(seed)
    action = chance.choice([action for action in catalogue.actions() if kind.needs(action)])
    params = values.valid(action, chance)
    now = int(time.time())
    draft = Draft(action, form, target.key, target.endpoint, now, chance, params)
    if kind.before is not None:
        codes = kind.before(draft)
        sent = draft.sign()
    else:
        assert kind.after is not None
        sent = draft.sign()
        codes = kind.after(draft, sent)
    return Case(kind, form, action, sent, (codes,) if isinstance(codes, str) else codes)


def strategy(target: Target) -> strategies.SearchStrategy[Case]:
    """Any case; a failing one shrinks to the first kind and form that fail."""
    chosen = strategies.sampled_from([(kind, form) for kind in KINDS for form in kind.forms])
    seeds = strategies.integers(0, (1 << 63) - 1)
    return strategies.builds(lambda one, seed: make(*one, seed, target), chosen, seeds)


def attempt(connection: Connection, case: Case) -> Outcome:
    """Send a case over a connection that stays; the next request on it tells whether it did."""
    head = case.sent.method == "HEAD"
    codes = case.codes
    try:
        if case.kind.repeat:
            first = connection.exchange(case.sent.wire())
            wrong = [*first.faults(), *_unlike(first, (values.done(case.action),))]
            if wrong:
                return Outcome(first.code, False, ("the first of two: " + ", ".join(wrong),))
        answer = connection.exchange(case.sent.wire(), body_follows=not head)
    except Dropped as error:
        return Outcome("dropped", False, (f"dropped: {error}",))
    if head:
        faults = [] if answer.status == 200 else [f"status {answer.status}"]
        return Outcome(codes[0], False, tuple(faults))
    if case.kind.unframed and answer.closes:
        answered = replace(answer, status=200)
        return Outcome(answer.code, True, tuple(answered.faults()))
    faults = [*answer.faults(), *_unlike(answer, codes)]
    if answer.closes:
        faults.append("the answer ends the connection")
    return Outcome(answer.code, False, tuple(faults))


def _unlike(answer: RawAnswer, codes: tuple[str, ...]) -> list[str]:
    found = answer.code
    if found.startswith(FORBIDDEN) or found.endswith("SystemError") or ".UnKnow" in found:
        return [f"forbidden: {found}"]
    return [] if found in codes else [f"{found} instead of {' or '.join(codes)}: {answer.message}"]
