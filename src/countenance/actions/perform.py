"""The last steps of the chain: run the action a request asked for, and count it."""

from collections.abc import Mapping
from typing import Protocol

from countenance.actions import Context, Handler, Outcome
from countenance.compute import Busy
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError


class Meter(Protocol):
    """Counts answers per account and action, durably, before the answer is sent."""

    async def record(
        self, account_id: str, service: str, action: str, outcome: str, billed: int
    ) -> None:
        """Count one answered call under the code it was answered with."""


class Performer:
    """Runs the actions that are built; the others say that they are not, by name."""

    def __init__(
        self, handlers: Mapping[tuple[str, str], Handler], context: Context, meter: Meter
    ) -> None:
        self._handlers = handlers
        self._context = context
        self._meter = meter

    async def perform(self, action: Action, request: object, account_id: str) -> Outcome:
        """The outcome of one validated request, metered; raises `ApiError`."""
        handler = self._handlers.get((action.service, action.name))
        if handler is None:
            raise ApiError(
                "UnsupportedOperation",
                f"`{action.name}` ({action.service} {action.version}) is described and validated "
                "here but not built yet.",
            )
        try:
            outcome = await handler(request, self._context)
        except Busy:
            raise ApiError(
                "ServiceUnavailable",
                "Service is unavailable now. All workers are busy and the queue is full; "
                "a retry in a few seconds helps.",
            ) from None
        except ApiError as error:
            await self._meter.record(account_id, action.service, action.name, error.code, 0)
            raise
        await self._meter.record(
            account_id, action.service, action.name, outcome.code, outcome.billed
        )
        return outcome
