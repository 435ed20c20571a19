"""The outbox: what happened to a session, written in the transaction in which it happened.

Nothing in a payload shows or names a person; whoever is told asks for the result.
"""

import uuid
from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.store.tables import events
from countenance.verification.session import Session, final_code

Kind = Literal["verification.attempt", "verification.finished", "verification.erased"]


def find_events(before: Session | None, after: Session) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """What a step from one form of a session to the next is told as, in order."""
    known = len(before.attempts) if before is not None else 0
    for one in after.attempts[known:]:
        yield (
            "verification.attempt",
            {
                "number": one.number,
                "id": one.id,
                "passed": one.passed,
                "counted": one.counted,
                "code": one.code,
                "reasons": list(one.reasons),
            },
        )
    if after.final and not (before is not None and before.final):
        yield (
            "verification.finished",
            {
                "state": after.state,
                "code": final_code(after),
                "attempts": len(after.attempts),
                "billed": after.charged,
            },
        )
    if after.erased is not None and (before is None or before.erased is None):
        yield "verification.erased", {"why": after.erased_why}


async def write(
    connection: AsyncConnection, before: Session | None, after: Session, now: float
) -> None:
    """Put into the outbox what the step is told as."""
    shared = {"session": after.id, "family": after.family, "action": after.action}
    rows = [
        {
            "id": uuid.uuid4().hex,
            "session_id": after.id,
            "account_id": after.account_id,
            "kind": kind,
            "created": now,
            "payload": shared | payload,
        }
        for kind, payload in find_events(before, after)
    ]
    if rows:
        await connection.execute(events.insert(), rows)
