"""The state of each service for an account."""

from typing import Any

import pytest

from countenance.accounts.accounts import Accounts
from countenance.accounts.authenticator import Authenticator
from countenance.accounts.errors import NotFound
from countenance.accounts.keys import Keys
from countenance.accounts.services import Services
from countenance.contract.states import STATES, State
from countenance.store.database import Database
from countenance.store.secrets import MasterKey


@pytest.fixture
def services(database: Database, clock: Any) -> Services:
    return Services(database, clock)


async def test_a_new_account_has_every_service(services: Services, database: Database) -> None:
    await Accounts(database).ensure("shop")
    assert await services.states("shop") == {"faceid": "active", "iai": "active"}


@pytest.mark.parametrize("state", STATES)
async def test_a_state_is_kept_for_one_service_and_seen_by_its_callers(
    services: Services, database: Database, master: MasterKey, keys: Keys, state: State
) -> None:
    made = await keys.create("shop")
    await keys.create("bank")
    await services.set("shop", "frozen", "faceid")
    await services.set("shop", state, "faceid")
    assert await services.states("shop") == {"faceid": state, "iai": "active"}
    assert await services.states("bank") == {"faceid": "active", "iai": "active"}
    caller = await Authenticator(database, master).find(made.secret_id)
    assert caller is not None
    assert caller.states == ({} if state == "active" else {"faceid": state})


async def test_all_services_at_once_are_suspended_and_resumed(
    services: Services, database: Database, master: MasterKey, keys: Keys
) -> None:
    made, authenticator = await keys.create("shop"), Authenticator(database, master)
    await services.set("shop", "arrears", "iai")
    await services.set("shop", "suspended")
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    assert caller.states == {"faceid": "suspended", "iai": "suspended"}
    await services.set("shop", "active")
    authenticator.invalidate()
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    assert caller.states == {}


async def test_what_there_is_not_is_named(services: Services, database: Database) -> None:
    await Accounts(database).ensure("shop")
    with pytest.raises(NotFound, match="`bank`"):
        await services.set("bank", "active")
    with pytest.raises(NotFound, match="`bank`"):
        await services.states("bank")
    with pytest.raises(ValueError, match=r"`ocr`.*faceid, iai"):
        await services.set("shop", "active", "ocr")
    with pytest.raises(ValueError, match=r"`broken`.*arrears"):
        await services.set("shop", "broken")
