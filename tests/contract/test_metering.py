"""States, quotas, packages and repeats, asked of a real server with signed requests."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pytest
from tests.client import Answer, Client, check
from tests.conftest import Pixels, jpeg
from tests.media import picture, text
from tests.serving import Running

from countenance.accounts.accounts import find_id
from countenance.accounts.keys import Keys
from countenance.accounts.packages import Packages
from countenance.accounts.quotas import Quotas
from countenance.accounts.services import Services
from countenance.accounts.usage import Totals, Usage
from countenance.contract.states import STATES, State
from countenance.store.database import Database
from countenance.store.secrets import MasterKey

T = TypeVar("T")
_numbers = itertools.count()

# state -> the code of CompareFace, the code of CompareFaceLiveness
CODES: dict[State, tuple[str, str]] = {
    "not-activated": ("ResourceUnavailable.NotExist", "UnauthorizedOperation.Nonactivated"),
    "activating": ("ResourceUnavailable.Delivering", "UnauthorizedOperation.Activating"),
    "activation-failed": ("ResourceUnavailable.NotExist", "UnauthorizedOperation.ActivateError"),
    "arrears": ("ResourceUnavailable.InArrears", "UnauthorizedOperation.Arrears"),
    "not-authorised": ("ResourceUnavailable.NotExist", "UnauthorizedOperation.NonAuthorize"),
    "package-used-up": ("ResourcesSoldOut.ChargeStatusException", "UnauthorizedOperation.Arrears"),
    "frozen": ("ResourceUnavailable.Freeze", "UnauthorizedOperation.Arrears"),
    "suspended": ("ResourceUnavailable.StopUsing", "UnauthorizedOperation.Nonactivated"),
    "repossessed": ("ResourceUnavailable.Recover", "UnauthorizedOperation.Nonactivated"),
    "delivering": ("ResourceUnavailable.Delivering", "UnauthorizedOperation.Activating"),
    "unknown": ("ResourceUnavailable.UnknownStatus", "UnauthorizedOperation.Nonactivated"),
}


@dataclass(frozen=True)
class Shop:
    """An account of its own on the server, that no request has come from yet."""

    server: Running
    name: str
    client: Client

    def order(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Have the operator do something to the server's database."""
        return _order(self.server, work)

    def call(self, action: str, params: dict[str, Any], **headers: str) -> Answer:
        answer = self.client.call(action, params, **headers)
        check(answer, action)
        return answer

    @property
    def totals(self) -> Totals:
        async def read(database: Database) -> Totals:
            async with database.read() as connection:
                account_id = await find_id(connection, self.name)
            return await Usage(database).totals(account_id)

        return self.order(read)


def _order(server: Running, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Database(server.database_url) as database:
            return await work(database)

    return asyncio.run(run())


@pytest.fixture
def shop(server: Running) -> Shop:
    name = f"metered-{next(_numbers)}"
    master = MasterKey.load_or_create(server.folder / "data" / "master.key")
    key = _order(server, lambda database: Keys(database, master).create(name))
    client = Client(replace(server, secret_id=key.secret_id), key.secret_key)
    return Shop(server, name, client)


@pytest.fixture(scope="module")
def pair(astronaut: Pixels) -> dict[str, str]:
    """Two pictures of one face, for CompareFace."""
    half = text(jpeg(np.ascontiguousarray(astronaut[::2, ::2])))
    return {"ImageA": half, "ImageB": half}


@pytest.fixture(scope="module")
def faceless() -> dict[str, str]:
    """Two pictures of nobody: answered at once, metered and not billed."""
    blank = text(picture(np.full((200, 160, 3), 127, np.uint8)))
    return {"ImageA": blank, "ImageB": blank}


def test_every_state_is_here() -> None:
    assert {*CODES, "active"} == set(STATES)


@pytest.mark.provokes(
    "ResourceUnavailable.Delivering",
    "ResourceUnavailable.Freeze",
    "ResourceUnavailable.InArrears",
    "ResourceUnavailable.NotExist",
    "ResourceUnavailable.Recover",
    "ResourceUnavailable.StopUsing",
    "ResourceUnavailable.UnknownStatus",
    "ResourcesSoldOut.ChargeStatusException",
    "UnauthorizedOperation.ActivateError",
    "UnauthorizedOperation.Activating",
    "UnauthorizedOperation.Arrears",
    "UnauthorizedOperation.NonAuthorize",
    "UnauthorizedOperation.Nonactivated",
)
@pytest.mark.parametrize("state", CODES)
def test_each_service_answers_the_code_of_its_state(shop: Shop, state: State) -> None:
    shop.order(lambda database: Services(database).set(shop.name, state))
    compare, liveness = CODES[state]
    assert shop.call("CompareFace", {}).code == compare
    answer = shop.call("CompareFaceLiveness", {})
    assert answer.code == liveness
    assert "`faceid`" in answer.message
    chinese = shop.call("CompareFaceLiveness", {}, **{"X-TC-Language": "zh-CN"})
    assert chinese.code == liveness
    assert chinese.message != answer.message
    assert shop.totals == Totals(0, 0)


def test_a_state_of_one_service_leaves_the_other_alone(shop: Shop) -> None:
    shop.order(lambda database: Services(database).set(shop.name, "arrears", "iai"))
    assert shop.call("CompareFace", {}).code == "ResourceUnavailable.InArrears"
    assert shop.call("CompareFaceLiveness", {}).code == "MissingParameter"


@pytest.mark.provokes("LimitExceeded")
def test_a_quota_holds_over_http(shop: Shop, faceless: dict[str, str]) -> None:
    shop.order(lambda database: Quotas(database).set(shop.name, "iai", 2, "day"))
    codes = [
        shop.call("CompareFace", faceless | {"FaceModelVersion": version}).code
        for version in ("2.0", "3.0")
    ]
    assert codes == ["InvalidParameterValue.NoFaceInPhoto"] * 2
    answer = shop.call("CompareFace", faceless)
    assert answer.code == "LimitExceeded"
    for part in ("Quota limit exceeded.", "2 calls", "`iai:*`", "a day", "UTC"):
        assert part in answer.message
    chinese = shop.call("CompareFace", faceless, **{"X-TC-Language": "zh-CN"})
    assert "每日 2 次" in chinese.message
    assert shop.totals == Totals(2, 0)
    assert shop.call("CompareFaceLiveness", {}).code == "MissingParameter"


def test_a_package_is_spent_over_http_and_never_overspent(shop: Shop, pair: dict[str, Any]) -> None:
    shop.order(lambda database: Packages(database).add(shop.name, "iai", 2))
    with ThreadPoolExecutor(5) as pool:
        # Five bodies for one question: none repeats another.
        calls = [pair | {"FaceModelVersion": version} for version in ("2.0", "3.0")]
        calls += [pair, pair | {"QualityControl": 0}, pair | {"NeedRotateDetection": 0}]
        codes = [a.code for a in pool.map(lambda body: shop.call("CompareFace", body), calls)]
    assert sorted(codes) == ["ResourcesSoldOut.ChargeStatusException"] * 3 + ["Success"] * 2
    assert shop.totals == Totals(2, 2)
    (package,) = shop.order(lambda database: Packages(database).list(shop.name))
    assert package.used == 2
    assert shop.call("CompareFaceLiveness", {}).code == "MissingParameter"


def test_equal_requests_at_once_are_answered_each_and_metered_once(
    shop: Shop, pair: dict[str, str]
) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: shop.call("CompareFace", pair), range(6)))
    assert [answer.code for answer in answers] == ["Success"] * 6
    assert len({answer.response["RequestId"] for answer in answers}) == 6
    assert shop.totals == Totals(1, 1, 5)


def test_what_was_never_performed_is_not_metered(shop: Shop, pair: dict[str, str]) -> None:
    for params, code in (
        ({}, "MissingParameter.ErrorParameterEmpty"),
        (pair | {"ImageA": "not base64"}, "InvalidParameterValue"),
        (pair | {"Nobody": 1}, "UnknownParameter"),
        (pair | {"QualityControl": 9}, "InvalidParameterValue.QualityControlIllegal"),
    ):
        assert shop.call("CompareFace", params).code == code
    assert shop.totals == Totals(0, 0)
