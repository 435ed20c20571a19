"""In which state each service is for an account; a service of which nothing is said is active."""

import time
from collections.abc import Callable, Mapping

from sqlalchemy import delete, select

from countenance.accounts.accounts import find_id
from countenance.contract import catalogue
from countenance.contract.states import STATES, State
from countenance.store.database import Database
from countenance.store.tables import service_states

SERVICES = tuple(sorted({action.service for action in catalogue.actions()}))


class Services:
    """The states kept in one database; a running server sees a change within seconds."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def states(self, account: str) -> Mapping[str, State]:
        """Give the state of every service for the account of that name; raises `NotFound`."""
        async with self._database.read() as connection:
            own = service_states.c.account_id == await find_id(connection, account)
            query = select(service_states.c.service, service_states.c.state).where(own)
            found = {row.service: row.state for row in await connection.execute(query)}
        return {service: found.get(service, "active") for service in SERVICES}

    async def set(self, account: str, state: str, service: str | None = None) -> None:
        """Put one service, or all, of the account of that name in a state.

        Raises `NotFound` for an account, and `ValueError` for a state or a service, that there
        is not.
        """
        if state not in STATES:
            raise ValueError(f"`{state}` is no state; the states are {', '.join(STATES)}.")
        if service not in (None, *SERVICES):
            raise ValueError(f"`{service}` is no service; the services are {', '.join(SERVICES)}.")
        chosen = SERVICES if service is None else (service,)
        async with self._database.begin() as connection:
            account_id = await find_id(connection, account)
            if state == "active":
                own = service_states.c.account_id == account_id
                await connection.execute(
                    delete(service_states).where(own, service_states.c.service.in_(chosen))
                )
                return
            row = {"account_id": account_id, "state": state, "since": self._now()}
            fresh = self._database.insert(service_states)
            statement = fresh.on_conflict_do_update(
                index_elements=list(service_states.primary_key),
                set_={"state": fresh.excluded.state, "since": fresh.excluded.since},
            )
            await connection.execute(statement, [row | {"service": name} for name in chosen])
