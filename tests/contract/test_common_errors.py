"""The common errors over HTTP, on a real server: each its code, always in the API's form."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

import pytest
from tests.contract.common_errors import (
    CASES,
    FAILURE,
    NOT_FOUND,
    OFFLINE,
    PASSES,
    STRICT,
    Case,
    exchange,
)
from tests.contract.holders import Holders
from tests.mutations.drafts import Form, Key
from tests.raw import Connection
from tests.serving import Running, serve

RATE, ACCOUNT, ADDRESS = 20, 40, 170  # requests per second; the first is the action's own
STRICTNESS = {
    "COUNTENANCE_STRICT_REGIONS": "true",
    "COUNTENANCE_STRICT_HOSTS": "true",
    "COUNTENANCE_OFFLINE_ACTIONS": OFFLINE,
    "COUNTENANCE_ALLOW_UNSIGNED_PAYLOAD": "false",
    "COUNTENANCE_RATE_PER_ACCOUNT": str(ACCOUNT),
    "COUNTENANCE_RATE_PER_ADDRESS": str(ADDRESS),
}


@pytest.fixture(scope="module")
def connection(server: Running) -> Iterator[Connection]:
    with Connection(server.endpoint) as one:
        yield one


@pytest.fixture(scope="module")
def holders(server: Running) -> Holders:
    return Holders(server)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serve(tmp_path_factory.mktemp("strict"), **STRICTNESS) as running:
        yield running


def demo(server: Running) -> Key:
    return Key(server.secret_id, server.secret_key)


def check(connection: Connection, server: Running, key: Key, case: Case) -> None:
    answer = exchange(connection, server.endpoint, key, case)
    assert not case.wrong(answer), case.name
    assert not answer.closes


@pytest.mark.provokes(
    "UnsupportedProtocol",
    "RequestSizeLimitExceeded",
    "AuthFailure.SignatureFailure#size",
    "InvalidRequest",
    "InvalidParameter",
    "InvalidParameter#form",
    "MissingParameter",
    "UnknownParameter",
    "InvalidParameterValue",
    "NoSuchVersion",
    "InvalidAction",
    "AuthFailure.InvalidAuthorization",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.InvalidSecretId",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "DryRunOperation",
    "UnsupportedOperation",
)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_default_server(server: Running, connection: Connection, case: Case) -> None:
    check(connection, server, demo(server), case)


@pytest.mark.provokes("ActionOffline", "UnsupportedRegion", "NoSuchProduct", "NoSuchVersion")
@pytest.mark.parametrize("case", STRICT, ids=lambda case: case.name)
def test_strict_server(strict: Running, case: Case) -> None:
    with Connection(strict.endpoint) as connection:
        check(connection, strict, demo(strict), case)


@pytest.mark.provokes("AuthFailure.SecretIdNotFound")
def test_disabled_key(server: Running, connection: Connection, holders: Holders) -> None:
    key = holders.create("disabled")
    holders.switch_off(key)
    check(connection, server, key, Case("disabled key", NOT_FOUND))


@pytest.mark.provokes("AuthFailure.TokenFailure")
@pytest.mark.parametrize("form", ["json", "v1 post"])
def test_token(server: Running, connection: Connection, holders: Holders, form: Form) -> None:
    key = holders.mint(demo(server))
    refused = Case("token", "AuthFailure.TokenFailure", form)
    check(connection, server, key, replace(refused, code=PASSES))
    check(connection, server, replace(key, token=""), refused)
    check(connection, server, replace(key, token="x" * 40), refused)
    expired = holders.mint(demo(server), ago=1200)
    check(connection, server, expired, refused)


@pytest.mark.provokes("AuthFailure.UnauthorizedOperation")
def test_key_without_permission(server: Running, connection: Connection, holders: Holders) -> None:
    key = holders.create("limited", "iai:*")
    refused = Case("no permission", "AuthFailure.UnauthorizedOperation", action="GetNFCToken")
    check(connection, server, key, replace(refused, says="`GetNFCToken`"))
    check(connection, server, key, Case("permission", PASSES, action="GetGroupInfo"))


@pytest.mark.provokes("AuthFailure.MFAFailure")
def test_key_for_a_second_factor(server: Running, connection: Connection, holders: Holders) -> None:
    key = holders.create("factors", mfa=True)
    check(connection, server, key, Case("mfa", "AuthFailure.MFAFailure"))


@pytest.mark.provokes("IpInBlacklist", "IpNotInWhitelist")
@pytest.mark.parametrize(
    ("account", "which", "networks", "code"),
    [
        ("denied", "denied", ["127.0.0.0/8"], "IpInBlacklist"),
        ("elsewhere", "allowed", ["203.0.113.0/24"], "IpNotInWhitelist"),
        ("here", "allowed", ["203.0.113.0/24", "127.0.0.1"], PASSES),
    ],
)
def test_addresses_of_an_account(
    server: Running, connection: Connection, holders: Holders,
    account: str, which: Literal["allowed", "denied"], networks: list[str], code: str,
) -> None:  # fmt: skip
    key = holders.create(account)
    holders.work(lambda store: store.accounts.set_networks(account, which, networks))
    check(connection, server, key, Case("address", code))


@pytest.mark.provokes("AuthFailure.SignatureFailure")
@pytest.mark.parametrize("form", ["v1 get", "v1 post"])
def test_v1_replay(server: Running, connection: Connection, form: str) -> None:
    case = Case("replay", PASSES, form)
    sent = case.sent(server.endpoint, demo(server)).wire()
    assert not case.wrong(connection.exchange(sent))
    assert not replace(case, code=FAILURE).wrong(connection.exchange(sent))


def test_tc3_has_no_replays(server: Running, connection: Connection) -> None:
    case = Case("duplicate", PASSES)
    sent = case.sent(server.endpoint, demo(server)).wire()
    for _ in range(2):
        assert not case.wrong(connection.exchange(sent))


def flood(server: Running, case: Case, number: int) -> tuple[Counter[str], int]:
    """The codes of that many requests sent at once, and the seconds begun meanwhile."""
    requests = [case.sent(server.endpoint, demo(server)).wire() for _ in range(number)]

    def send(request: bytes) -> tuple[str, list[str]]:
        with Connection(server.endpoint) as connection:
            answer = connection.exchange(request)
            return answer.code, answer.faults()

    time.sleep(1.1)  # so that nothing that came before counts
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, requests))
    seconds = int(time.monotonic() - started) + 1
    assert all(not faults for _, faults in answers)
    return Counter(code for code, _ in answers), seconds


@pytest.mark.provokes(
    "RequestLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "RequestLimitExceeded.IPLimitExceeded",
)
@pytest.mark.parametrize(
    ("case", "limit", "code"),
    [
        (Case("action", PASSES, action="GetCardVerificationResult"), RATE, "RequestLimitExceeded"),
        (Case("account", PASSES), ACCOUNT, "RequestLimitExceeded.UinLimitExceeded"),
        (
            Case("address", NOT_FOUND, fields={"key": Key("AKIDnobody", "x" * 32)}),
            ADDRESS,
            "RequestLimitExceeded.IPLimitExceeded",
        ),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_limit_of_a_second(strict: Running, case: Case, limit: int, code: str) -> None:
    number = 4 * limit
    found, seconds = flood(strict, case, number)
    # Each second that it took may have let the limit in.
    assert limit <= found[case.code] <= limit * seconds
    assert found[code] == number - found[case.code]
    assert found[code] or seconds > 4
