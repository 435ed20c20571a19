"""The server that mutations go to: real, as an operator starts it, with rates nobody reaches."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from countenance.accounts.accounts import DEMO, Accounts
from countenance.contract import catalogue
from countenance.store.database import Database
from tests.mutations.drafts import Key
from tests.serving import Running, serve

RATE = 100_000  # requests per second
UNLIMITED = {f"COUNTENANCE_RATE_PER_{name}": str(RATE) for name in ("ACTION", "ACCOUNT", "ADDRESS")}


@dataclass(frozen=True)
class Target:
    """Where the requests go, and whose they are."""

    endpoint: str
    key: Key


def lift_rates(server: Running) -> None:
    """Raise the rates that the contract states for some actions; before the key is first used."""

    async def lift() -> None:
        async with Database(server.database_url) as database:
            accounts = Accounts(database)
            for action in catalogue.actions():
                if action.rate_limit is not None:
                    await accounts.set_rate(DEMO, action.name, RATE)

    asyncio.run(lift())


@contextmanager
def serve_unlimited(folder: Path) -> Iterator[tuple[Running, Target]]:
    """A server that never says RequestLimitExceeded, and its demo key."""
    with serve(folder, **UNLIMITED) as server:
        lift_rates(server)
        yield server, Target(server.endpoint, Key(server.secret_id, server.secret_key))
