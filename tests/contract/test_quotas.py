"""A quota that is used up, asked of a real server with signed requests."""

import asyncio
from dataclasses import replace

import pytest
from tests.client import Client, check
from tests.serving import Running

from countenance.accounts.keys import Keys
from countenance.accounts.pairs import NewKey
from countenance.accounts.quotas import Quotas
from countenance.store.database import Database
from countenance.store.secrets import MasterKey

ACCOUNT = "one-a-day"


@pytest.fixture
def key(server: Running) -> NewKey:
    """A key of an account that may compare faces once a day."""

    async def make() -> NewKey:
        master = MasterKey.load_or_create(server.folder / "data" / "master.key")
        async with Database(server.database_url) as database:
            made = await Keys(database, master).create(ACCOUNT)
            await Quotas(database).set(ACCOUNT, "iai:CompareFace", 1, "day")
            return made

    return asyncio.run(make())


@pytest.mark.provokes("LimitExceeded")
def test_a_quota_that_is_used_up_is_told_with_its_end(server: Running, key: NewKey) -> None:
    client = Client(replace(server, secret_id=key.secret_id), key.secret_key)
    images = {"ImageA": "AAAA", "ImageB": "AAAA"}
    assert client.call("CompareFace", images).code == "FailedOperation.ImageDecodeFailed"
    answer = client.call("CompareFace", images)
    check(answer, "CompareFace")
    assert answer.code == "LimitExceeded"
    assert answer.message.startswith("Quota limit exceeded. ")
    assert "`iai:CompareFace`" in answer.message
    assert client.call("GetLivenessResult", {"SdkToken": "T"}).code == "UnsupportedOperation"
