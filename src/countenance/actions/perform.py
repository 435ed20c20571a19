"""The last steps of the chain: run the action a request asked for, and count it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from countenance.actions import Context, Handler, Outcome
from countenance.compute import Busy
from countenance.contract.billing import was_performed
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import Language, text


class Meter(Protocol):
    """Counts answers per account and action, durably, before the answer is sent."""

    async def record(
        self,
        account_id: str,
        service: str,
        action: str,
        outcome: str,
        billed: int,
        digest: bytes | None,
    ) -> int:
        """Count one answered call under the code it was answered with; give what was billed.

        An equal `digest` a moment before makes it a repeat, which is not counted again. Raises
        `ApiError` when the account has nothing left for it.
        """


class Performer:
    """Runs the actions that are built; the others say that they are not, by name."""

    def __init__(
        self, handlers: Mapping[tuple[str, str], Handler], context: Context, meter: Meter
    ) -> None:
        self._handlers = handlers
        self._context = context
        self._meter = meter

    async def perform(
        self,
        action: Action,
        request: object,
        account_id: str,
        digest: bytes | None = None,
        language: Language = "en-US",
        request_id: str = "",
    ) -> Outcome:
        """The outcome of one validated request, metered; raises `ApiError`.

        `digest` is 32 bytes that stand for the request (`wire/repeat`), None for one that repeats
        no other. `billed` of the outcome is what was counted: 0 where the bill has it already.
        """
        handler = self._handlers.get((action.service, action.name))
        if handler is None:
            described = {"action": action.name, "service": action.service}
            detail = text("not-built", version=action.version, **described)
            raise failure("UnsupportedOperation", detail)
        called = (account_id, action.service, action.name)
        context = replace(
            self._context, language=language, account_id=account_id, request_id=request_id
        )
        try:
            outcome = await handler(request, context)
        except Busy:
            raise failure("ServiceUnavailable", text("busy")) from None
        except ApiError as error:
            if was_performed(error.code):
                await self._meter.record(*called, error.code, 0, digest)
            raise
        billed = await self._meter.record(*called, outcome.code, outcome.billed, digest)
        return outcome if billed == outcome.billed else replace(outcome, billed=billed)
