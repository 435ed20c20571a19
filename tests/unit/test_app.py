"""The composition root and the last step of the chain, without networks."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from tests.contexts import make_context

from countenance import observe
from countenance.actions import Context, Outcome
from countenance.actions.perform import Performer
from countenance.app import Server
from countenance.asgi import Application
from countenance.compute import Busy
from countenance.compute.local import LocalCompute
from countenance.contract import catalogue
from countenance.contract.errors import ApiError, failure
from countenance.net.fetch import FetchError
from countenance.settings import SettingsError, load
from countenance.wire import guard
from countenance.wire.call import Call
from countenance.wire.counts import WindowCounts

COMPARE = catalogue.find("2020-03-03", "CompareFace")
DIGEST = bytes(range(32))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Every part, but networks that never load; not started."""

    def fail() -> None:
        raise LookupError("the networks are elsewhere")

    (tmp_path / "data").mkdir()
    made = Server(load(tmp_path / "data", environ={}, workers=1))
    await made.compute.close()
    made.compute = LocalCompute(1, 1, fail)
    yield made
    await made.close()
    structlog.reset_defaults()


async def _get(server: Server, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(Application(server))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path)


async def test_networks_that_do_not_load_are_told_and_the_server_is_not_ready(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    observe.configure("info")
    await server.start()
    assert server._warming is not None
    await server._warming
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["level"], line["reason"]) == ("error", "the networks are elsewhere")
    assert (await _get(server, "/livez")).status_code == 200
    assert (await _get(server, "/readyz")).status_code == 503


async def test_the_metrics_tell_of_jobs_that_wait(server: Server) -> None:
    with structlog.testing.capture_logs() as lines:
        assert (await _get(server, "/metrics")).status_code == 200  # also without a database
    assert [line["event"] for line in lines] == ["jobs cannot be counted"]
    await server.database.migrate()
    async with server.database.begin() as connection:
        for subject in ("a", "b"):
            await server.jobs.add(connection, "judge", subject)
    assert 'countenance_jobs{kind="judge"} 2.0' in (await _get(server, "/metrics")).text


@pytest.mark.provokes("InternalError")
async def test_an_unexpected_error_is_internal_and_its_text_stays_inside(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    async def break_down(_: Call) -> None:
        raise RuntimeError("number 11204416541220243X")

    observe.configure("info")
    server.chain = (break_down,)
    answer = await _get(server, "/?Action=CompareFace")
    assert answer.status_code == 200
    found = answer.json()["Response"]
    assert found["Error"] == {"Code": "InternalError", "Message": "Internal error."}
    log = capsys.readouterr().err
    assert "11204416541220243X" not in log + answer.text
    unexpected = next(line for line in map(json.loads, log.splitlines()) if "error_type" in line)
    assert unexpected["error_type"].startswith("RuntimeError at test_app.py:")
    assert unexpected["request_id"] == found["RequestId"]


@pytest.mark.provokes("ResponseSizeLimitExceeded")
async def test_an_answer_that_is_too_long_is_an_error(server: Server) -> None:
    async def answer(call: Call) -> None:
        call.outputs = {"Text": "x" * (32 << 20)}

    server.chain = (answer,)
    found = (await _get(server, "/?Action=CompareFace")).json()["Response"]
    assert found["Error"]["Code"] == "ResponseSizeLimitExceeded"
    assert found["RequestId"]


@pytest.mark.provokes("ServiceUnavailable")
async def test_a_server_that_ends_sends_its_callers_elsewhere(server: Server) -> None:
    assert (await _get(server, "/?Action=X")).json()["Response"]["Error"]["Code"] == (
        "MissingParameter"
    )
    server.drain()
    answer = await _get(server, "/?Action=X")
    assert answer.json()["Response"]["Error"] == {
        "Code": "ServiceUnavailable",
        "Message": "Service is unavailable now. This server is shutting down; a retry helps.",
    }
    assert answer.headers["connection"] == "close"
    ready = await _get(server, "/readyz")
    assert (ready.status_code, ready.text) == (503, "draining\n")
    assert (await _get(server, "/livez")).status_code == 200


async def test_why_a_caller_is_not_let_in_is_logged_after_the_answer(server: Server) -> None:
    await server.database.migrate()
    query = "Action=A&Version=B&Timestamp=1&Nonce=2&SecretId=AKIDnobody&Signature=x"
    with structlog.testing.capture_logs() as lines:
        answer = await _get(server, f"/?{query}")
    found = answer.json()["Response"]
    assert found["Error"]["Code"] == "AuthFailure.SecretIdNotFound"
    request, failed = lines
    assert (request["event"], failed["event"]) == ("request", "authentication failed")
    assert request["request_id"] == failed["request_id"] == found["RequestId"]
    assert failed["code"] == "AuthFailure.SecretIdNotFound"
    assert failed["explanation"].algorithm.startswith("v1")
    with structlog.testing.capture_logs() as lines:
        await _get(server, "/?Action=A")  # no failure to authenticate, nothing to explain
    assert [line["event"] for line in lines] == ["request"]


async def test_what_was_let_pass_is_named_in_the_line_of_the_request(server: Server) -> None:
    async def ignore(call: Call) -> None:
        call.ignored = ("Foo",)
        raise failure("InternalError")

    server.chain = (ignore,)
    with structlog.testing.capture_logs() as lines:
        await _get(server, "/?Action=A")
    assert lines[0]["ignored"] == ("Foo",)


@pytest.mark.parametrize("exempt", [False, True])
async def test_settings_of_rates_reach_the_chain(
    tmp_path: Path, exempt: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "WindowCounts", partial(WindowCounts, lambda: 1.0))
    settings = load(tmp_path, environ={}, rate_per_address=1, rate_loopback_exempt=exempt)
    server = Server(settings)
    await server.database.migrate()
    codes = []
    for _ in range(3):
        answer = await _get(server, "/?Action=A")
        codes.append(answer.json()["Response"]["Error"]["Code"])
    await server.close()
    assert ("RequestLimitExceeded.IPLimitExceeded" in codes) is not exempt


class Meter:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str, int, bytes | None]] = []

    async def record(self, *row: Any) -> int:
        repeated = row in self.rows
        self.rows.append(row)
        return 0 if repeated else int(row[4])


def _performer(meter: Meter, result: Outcome | Exception) -> Performer:
    async def handler(_: Any, __: Context) -> Outcome:
        if isinstance(result, Exception):
            raise result
        return result

    context = make_context()
    return Performer({("iai", "CompareFace"): handler}, context, meter)


@pytest.mark.parametrize(
    ("raised", "code", "counted"),
    [
        (
            ApiError("FailedOperation.ImageDecodeFailed"),
            "FailedOperation.ImageDecodeFailed",
            1,
        ),
        (Busy("64 wait"), "ServiceUnavailable", 0),
        (failure("UnsupportedOperation"), "UnsupportedOperation", 0),
        (ApiError("InvalidParameterValue"), "InvalidParameterValue", 0),
        (
            ApiError("InvalidParameterValue.NoFaceInPhoto"),
            "InvalidParameterValue.NoFaceInPhoto",
            1,
        ),
    ],
)
async def test_a_refusal_is_never_billed_and_counted_if_something_was_done(
    raised: Exception, code: str, counted: int
) -> None:
    meter = Meter()
    with pytest.raises(ApiError) as refused:
        await _performer(meter, raised).perform(COMPARE, None, "acc", DIGEST)
    assert refused.value.code == code
    assert meter.rows == [("acc", "iai", "CompareFace", code, 0, DIGEST)] * counted


async def test_an_outcome_is_counted_before_it_is_given() -> None:
    meter = Meter()
    outcome = Outcome(COMPARE.response(), "Success", 1)
    performer = _performer(meter, outcome)
    assert await performer.perform(COMPARE, None, "acc", DIGEST) is outcome
    assert meter.rows == [("acc", "iai", "CompareFace", "Success", 1, DIGEST)]
    repeated = await performer.perform(COMPARE, None, "acc", DIGEST)
    assert repeated.response is outcome.response
    assert (outcome.billed, repeated.billed) == (1, 0)


async def test_an_action_is_told_whose_request_it_is_and_its_language() -> None:
    told = []

    async def handler(_: Any, context: Context) -> Outcome:
        told.append((context.account_id, context.language, context.request_id))
        return Outcome(COMPARE.response())

    context = make_context()
    performer = Performer({("iai", "CompareFace"): handler}, context, Meter())
    await performer.perform(COMPARE, None, "acc", None, "en-US", "one")
    await performer.perform(COMPARE, None, "other", None, "zh-CN", "two")
    assert told == [("acc", "en-US", "one"), ("other", "zh-CN", "two")]


async def test_an_action_that_is_not_built_says_so_and_is_not_counted() -> None:
    meter, action = Meter(), catalogue.find("2020-03-03", "DetectFace")
    with pytest.raises(ApiError, match="DetectFace") as refused:
        await _performer(meter, Busy()).perform(action, None, "acc")
    assert refused.value.code == "UnsupportedOperation"
    assert meter.rows == []


async def test_settings_of_fetching_reach_the_guard(tmp_path: Path) -> None:
    given = {"fetch_hosts": ["a.example"], "fetch_networks": ["10.0.0.5"], "fetch_ports": [81]}
    for settings, url, rule in (
        ({"fetch": False}, "http://a.example/", "off"),
        (given, "http://a.example/", "port"),
        (given, "http://b.example:81/", "hosts"),
        ({}, "http://10.0.0.5/", "address"),
    ):
        made = Server(load(tmp_path, environ={}, workers=1, **settings))
        with pytest.raises(FetchError) as refused:
            await made.fetch.get(url, max_bytes=1, seconds=5)
        assert refused.value.detail == rule
        await made.close()
    with pytest.raises(SettingsError, match="fetch_hosts: `a:80` is no host"):
        Server(load(tmp_path, environ={}, fetch_hosts=["a:80"]))
