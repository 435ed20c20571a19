"""The kinds of mutation: how each is named, where it applies, what must be answered."""

from collections.abc import Callable
from dataclasses import dataclass

from countenance.contract.catalogue import Action
from tests.mutations.drafts import FORMS, Draft, Form, Sent

Codes = str | tuple[str, ...]
Before = Callable[[Draft], Codes]
After = Callable[[Draft, Sent], Codes]
Needs = Callable[[Action], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of mutation; exactly one of `before` and `after` (the signature) is set.

    `stage` is the step of the chain that refuses it, 10 where nothing does. `weight` is how often
    it comes. `unframed`: the HTTP parser may refuse it, or the answer may end the connection.
    """

    name: str
    forms: tuple[Form, ...]
    stage: int
    before: Before | None = None
    after: After | None = None
    needs: Needs = lambda action: True
    weight: float = 4
    unframed: bool = False
    repeat: bool = False


KINDS: list[Kind] = []


def before(
    name: str,
    stage: int,
    forms: tuple[Form, ...] = FORMS,
    *,
    needs: Needs = lambda action: True,
    weight: float = 4,
    unframed: bool = False,
) -> Callable[[Before], Before]:
    """Register a change of a draft that is signed afterwards, so that its signature holds."""

    def register(change: Before) -> Before:
        KINDS.append(Kind(name, forms, stage, change, None, needs, weight, unframed))
        return change

    return register


def after(
    name: str,
    stage: int,
    forms: tuple[Form, ...] = FORMS,
    *,
    needs: Needs = lambda action: True,
    weight: float = 4,
    unframed: bool = False,
    repeat: bool = False,
) -> Callable[[After], After]:
    """Register a change of what was signed."""

    def register(change: After) -> After:
        KINDS.append(Kind(name, forms, stage, None, change, needs, weight, unframed, repeat))
        return change

    return register
