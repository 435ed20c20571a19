"""Every token and result until its limit, and refused from then on; the clock is the test's."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.capture import Capture
from tests.client import Client
from tests.contract.servers import TestServer, real

MINUTE, HOUR, DAY = 60, 3600, 86400
EXPIRED = "InvalidParameterValue.BizTokenExpired"
ILLEGAL = "InvalidParameterValue.BizTokenIllegal"
Issue = tuple[str, str, dict[str, Any]]
WEB: Issue = (
    "ApplyWebVerificationBizTokenIntl",
    "GetWebVerificationResultIntl",
    {"RedirectURL": "https://shop.example/", "Config": {"CheckMode": 3, "SecurityLevel": 1}},
)
SDK: Issue = (
    "ApplySdkVerificationToken",
    "GetSdkVerificationResult",
    {"CheckMode": 3, "SecurityLevel": 1},
)
FACEID: Issue = ("GetFaceIdTokenIntl", "GetFaceIdResultIntl", {"SecureLevel": "1"})
LIVENESS: Issue = ("ApplyLivenessToken", "GetLivenessResult", {"SecureLevel": "1"})
# Seconds in which it must be opened, and for which the result is there: from its end, or its issue.
LIVES = [
    pytest.param(WEB, 2 * HOUR, 3 * DAY, True, id="web"),
    pytest.param(SDK, 2 * HOUR, 3 * DAY, True, id="sdk"),
    pytest.param(FACEID, 2 * HOUR, 2 * HOUR, False, id="faceid"),
    pytest.param(LIVENESS, 10 * MINUTE, 2 * HOUR, False, id="liveness"),
]


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = time.time()

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[TestServer]:
    with real(tmp_path_factory.mktemp("lives"), clock) as running:
        yield running


def _apply(server: TestServer, issue: Issue) -> str:
    action, _, params = issue
    answer = Client(server.running).call(action, params).response
    token: str = answer.get("SdkToken") or answer["BizToken"]
    return token


def _read(server: TestServer, issue: Issue, token: str) -> str:
    """The number that is told, or the code of the error."""
    name = "BizToken" if issue is WEB else "SdkToken"
    answer = Client(server.running).call(issue[1], {name: token})
    return str(answer.response.get("ErrorCode", answer.code))


def _begin(server: TestServer, token: str) -> None:
    with Capture(server.url, token) as person:
        person.begin()


@pytest.mark.provokes("InvalidParameterValue.BizTokenExpired")
@pytest.mark.parametrize(("issue", "life", "result", "from_end"), LIVES)
def test_a_token_until_its_limit_and_not_after(
    server: TestServer, clock: Clock, issue: Issue, life: int, result: int, from_end: bool
) -> None:
    unfinished = "17" if issue is WEB else "-999"
    token, begun, left = (_apply(server, issue) for _ in range(3))
    issued = clock.at
    with Capture(server.url, left) as person:
        person.begin()
        clock.at = issued + life - 1
        assert _read(server, issue, token) == unfinished
        person.leave()
    _begin(server, begun)
    ended = clock.at
    clock.at = issued + life
    assert _read(server, issue, token) == EXPIRED
    if issue is not FACEID:
        assert _read(server, issue, begun) == unfinished
    until = result + (ended if from_end else issued)
    clock.at = until - 1
    assert _read(server, issue, left) == "1410"
    clock.at = until
    assert _read(server, issue, left) == EXPIRED


def test_what_was_begun_in_time_has_ten_minutes(server: TestServer, clock: Clock) -> None:
    token = _apply(server, WEB)
    clock.at += 2 * HOUR - 1
    _begin(server, token)
    clock.at += 10 * MINUTE - 1
    assert _read(server, WEB, token) == "17"
    clock.at += 1
    assert _read(server, WEB, token) == "1409"
