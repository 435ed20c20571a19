"""The real chain of the server: of any two faults, the earlier one of the list is answered."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import structlog
from tests.callers import Caller
from wire_server import SECRET, Request, exchange, tc3, v1

from countenance.app import Server
from countenance.settings import SettingsError, load
from countenance.wire import guard, steps
from countenance.wire.counts import WindowCounts

CALLER = Caller("acc-1", "key-1", SECRET)
TEMPORARY = Caller("acc-1", "key-2", SECRET, token="tmpTOKEN", expires=time.time() + 3600)
ACTION = "GetSdkVerificationResult"
OFFLINE = "GetLivenessResult"
FLOODER = "198.51.100.99"
SETTINGS = {
    "rate_per_address": 1,
    "strict_hosts": True,
    "strict_regions": True,
    "offline_actions": [OFFLINE],
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: how it is signed, sent, or who its caller is."""

    step: str
    code: str
    sign: dict[str, Any] = field(default_factory=dict)
    send: Callable[[Request], Request] = lambda sent: sent
    caller: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)


def change(**headers: str | None) -> Callable[[Request], Request]:
    return lambda sent: sent.change(**headers)


OVERLONG = "RequestSizeLimitExceeded"
FAULTS = [
    Fault(
        "limit_address",
        "RequestLimitExceeded.IPLimitExceeded",
        send=lambda r: replace(r, client=FLOODER),
    ),
    Fault("check_open", "ServiceUnavailable", server={"draining": True}),
    Fault("check_method", "UnsupportedProtocol", send=lambda r: replace(r, method="PUT")),
    Fault("receive", OVERLONG, send=change(content_length="99999999")),
    Fault("read_common", "MissingParameter", send=change(x_tc_version=None)),
    Fault(
        "read_authorization", "AuthFailure.InvalidAuthorization", send=change(authorization="SKIP")
    ),
    Fault("authenticate", "AuthFailure.SecretIdNotFound", {"secret_id": "AKIDnobody"}),
    Fault("authenticate", "AuthFailure.TokenFailure", {"secret_id": "AKIDtmp"}),
    Fault("authenticate", "AuthFailure.SignatureExpire", {"timestamp": int(time.time()) - 4000}),
    Fault("authenticate", "AuthFailure.SignatureFailure", {"secret": "wrong"}),
    Fault("check_address", "IpInBlacklist", caller={"denied": (ip_network("0.0.0.0/0"),)}),
    Fault("check_address", "IpNotInWhitelist", caller={"allowed": (ip_network("10.0.0.1"),)}),
    Fault("check_mfa", "AuthFailure.MFAFailure", caller={"mfa": True}),
    Fault(
        "check_permission", "AuthFailure.UnauthorizedOperation", caller={"permissions": frozenset()}
    ),
    Fault("check_host", "NoSuchProduct", {"host": "ocr.example.com"}),
    Fault("route", "NoSuchVersion", {"version": "2017-01-01"}),
    Fault("route", "InvalidAction", {"action": "Foo"}),
    Fault("route", "ActionOffline", {"action": OFFLINE}),
    Fault("check_region", "InvalidParameterValue", {"x_tc_region": "mars-1"}),
    Fault("check_region", "UnsupportedRegion", {"x_tc_region": "ap-guangzhou"}),
    Fault("limit_rate", "RequestLimitExceeded", caller={"rates": {ACTION: 0, OFFLINE: 0, "*": 0}}),
    Fault("limit_rate", "RequestLimitExceeded.UinLimitExceeded", caller={"rates": {"*": 0}}),
    Fault(
        "check_account",
        "UnauthorizedOperation.NonAuthorize",
        caller={"states": {"faceid": "not-authorised"}},
    ),
    Fault("parse_body", "InvalidParameter", {"body": b"{"}),
    Fault("take_dry_run", "InvalidParameter", {"body": b'{"DryRun": 1, "Foo": 1}'}),
    Fault("validate", "UnknownParameter", {"body": b'{"DryRun": true, "Foo": 1}'}),
    Fault("end_dry_run", "DryRunOperation", {"body": b'{"DryRun": true, "SdkToken": "T"}'}),
    Fault("perform", "UnsupportedOperation"),
]
# What no such request can provoke: the steps that refuse nothing, or only requests of v1, and one
# that has its own test below.
ELSEWHERE = {"touch_key", "check_replay", "check_ready"}


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """The server's own parts, with two keys at hand and counters whose time stands still."""
    monkeypatch.setattr(guard, "WindowCounts", partial(WindowCounts, lambda: 1.0))
    (tmp_path / "data").mkdir()
    made = Server(load(tmp_path / "data", environ={}, workers=1, **SETTINGS))
    del made.handlers["faceid", ACTION]  # as it is for an action that is not built
    await made.database.migrate()
    structlog.configure(processors=[structlog.processors.JSONRenderer()])

    async def touch(_: str) -> None:
        """The keys of this test are not in the database."""

    monkeypatch.setattr(made.keys, "touch", touch)
    yield made
    await made.close()
    structlog.reset_defaults()


async def answer(server: Server, sent: Request, **caller: Any) -> tuple[str, str]:
    """Code and message."""
    holders = {"AKIDtestA": replace(CALLER, **caller), "AKIDtmp": replace(TEMPORARY, **caller)}

    async def find(secret_id: str) -> Caller | None:
        return holders.get(secret_id)

    server.authenticator.find = find
    status, headers, body = await exchange(server.answer, sent)
    assert (status, headers["content-type"]) == (200, "application/json")
    error = body["Response"].get("Error", {"Code": "Success", "Message": ""})
    return error["Code"], error["Message"]


async def provoke(server: Server, *faults: Fault, client: str) -> str:
    """The code of a request with these faults, the first of them strongest."""
    signed: dict[str, Any] = {"timestamp": int(time.time())}
    caller: dict[str, Any] = {}
    for fault in reversed(faults):
        signed |= fault.sign
        caller |= fault.caller
    sent = replace(tc3(**signed), client=client)
    for fault in reversed(faults):
        sent = fault.send(sent)
    for fault in faults:
        for name, value in fault.server.items():
            setattr(server, name, value)
    try:
        code, _ = await answer(server, sent, **caller)
    finally:
        server.draining = False
    return code


@pytest.mark.provokes(
    "RequestLimitExceeded.IPLimitExceeded",
    "ServiceUnavailable",
    "UnsupportedProtocol",
    "RequestSizeLimitExceeded",
    "MissingParameter",
    "AuthFailure.InvalidAuthorization",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.TokenFailure",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "IpInBlacklist",
    "IpNotInWhitelist",
    "AuthFailure.MFAFailure",
    "AuthFailure.UnauthorizedOperation",
    "NoSuchProduct",
    "NoSuchVersion",
    "InvalidAction",
    "ActionOffline",
    "InvalidParameterValue",
    "UnsupportedRegion",
    "RequestLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "InvalidParameter",
    "UnknownParameter",
    "DryRunOperation",
    "UnsupportedOperation",
)
@pytest.mark.parametrize("at", range(len(FAULTS)), ids=lambda at: FAULTS[at].code)
async def test_of_two_faults_the_earlier_is_answered(server: Server, at: int) -> None:
    first = FAULTS[at]
    await answer(server, replace(tc3(), client=FLOODER))  # its one request of the second
    numbers = iter(range(1, 255))
    assert await provoke(server, first, client="192.0.2.254") == first.code
    for later in FAULTS[at + 1 :]:
        found = await provoke(server, first, later, client=f"192.0.2.{next(numbers)}")
        assert found == first.code, later.code


def test_every_step_of_the_chain_has_its_fault(server: Server) -> None:
    names = [steps.name(step) for step in server.chain]
    assert len(set(names)) == len(names)
    covered = list(dict.fromkeys(fault.step for fault in FAULTS))
    assert covered == [name for name in names if name not in ELSEWHERE]


@pytest.mark.provokes("AuthFailure.SignatureFailure")
async def test_the_place_of_the_replay_check(server: Server) -> None:
    now = str(int(time.time()))
    clients = (f"203.0.113.{n}" for n in range(1, 255))

    async def send(caller: dict[str, Any] | None = None, **common: str) -> tuple[str, str]:
        sent = v1(Timestamp=now, **common)
        return await answer(server, replace(sent, client=next(clients)), **caller or {})

    assert (await send())[0] == "UnsupportedOperation"
    assert "already used" in (await send())[1]
    # After the signature, before the lists of the key.
    assert (await send({"mfa": True}))[0] == "AuthFailure.SignatureFailure"
    assert "already used" not in (await send(secret="wrong"))[1]


@pytest.mark.provokes("ServiceUnavailable")
async def test_what_is_built_waits_for_the_networks_and_a_dry_run_does_not(server: Server) -> None:
    signed = {"action": "CompareFace", "version": "2020-03-03", "timestamp": int(time.time())}
    body = b'{"ImageA": "YQ==", "ImageB": "YQ=="}'
    code, message = await answer(server, replace(tc3(body, **signed), client="192.0.2.1"))
    assert code == "ServiceUnavailable"
    assert "loaded" in message
    dry = body.replace(b"{", b'{"DryRun": true, ')
    code, message = await answer(server, replace(tc3(dry, **signed), client="192.0.2.2"))
    assert code == "DryRunOperation"
    assert "would be performed" in message


def test_an_offline_action_that_does_not_exist_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="offline_actions: no action is named CompareFaces"):
        Server(load(tmp_path, environ={}, offline_actions=["CompareFaces", "CompareFace"]))
