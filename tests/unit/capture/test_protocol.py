"""A verification through the capture protocol: what each step answers, and what is not told."""

import asyncio
import json

import pytest
from tests.unit.capture.bench import Bench
from tests.unit.verification.made import failed, passed

from countenance.capture.view import forward
from countenance.store.objects import NotStored
from countenance.verification import labels
from countenance.verification.session import Session
from countenance.verification.sessions import Request

A, B = b"a" * 1000, b"b" * 10


async def test_a_verification_from_the_link_to_the_verdict(bench: Bench) -> None:
    device = await bench.issue("web", redirect="https://shop.example/done?id=7#end")
    begun = (await device.begin(client={"cameras": 2, "label": "Front"})).body
    assert (begun["state"], len(begun["device"]) > 40) == ("begun", True)
    assert begun["consent"] == {"version": "1", "given": False}
    assert begun["attempts"] == {"made": 0, "left": 3}
    assert [begun[name] for name in ("challenge", "recording", "verdict")] == [None] * 3
    assert begun["expires_in"] == 7200

    agreed = (await device.consent()).body
    assert (agreed["consent"]["given"], "device" in agreed) == (True, False)

    asked = (await device.challenge()).body
    assert asked["state"] == "recording"
    assert asked["challenge"]["expires_in"] == 60
    assert asked["recording"] == {"chunks": 0, "bytes": 0}
    assert (await device.put(0, A)).body == {"chunks": 1, "bytes": 1000}
    assert (await device.put(1, B)).body == {"chunks": 2, "bytes": 1010}
    assert (await device.ask("GET", "recording")).body == {"chunks": 2, "bytes": 1010}
    seen = (await device.ask("GET", "status")).body
    assert "nonce" not in seen["challenge"]

    answer = await device.complete(A, B, client={"type": "video/mp4", "label": "Back"})
    assert (answer.status, answer.body["state"]) == (202, "judging")
    assert (await bench.jobs.count()) == {"judge": 1}
    session = await bench.sessions.find(device.token)
    _, words = await bench.objects.get(session.id, labels.CLIENT)
    assert json.loads(words) == {"cameras": 2, "label": "Back", "type": "video/mp4"}

    await bench.judge(device, passed(1))
    view = (await device.ask("GET", "status?wait=20")).body
    assert view["state"] == "passed"
    assert view["verdict"] == {
        "passed": True,
        "final": True,
        "code": 0,
        "reasons": [],
        "redirect": f"https://shop.example/done?id=7&token={device.token}#end",
    }


async def test_a_failed_attempt_is_told_with_what_to_do_and_another_may_follow(
    bench: Bench,
) -> None:
    device = await (await bench.issue(redirect="https://shop.example/")).submitted()
    await bench.judge(device, failed(1, "too_dark", "spoof", "moire"))
    view = (await device.ask("GET", "status")).body
    assert (view["state"], view["attempts"]) == ("begun", {"made": 1, "left": 2})
    verdict = view["verdict"]
    assert (verdict["passed"], verdict["final"], verdict["code"]) == (False, False, 1201)
    assert verdict["redirect"] is None
    assert [one["key"] for one in verdict["reasons"]] == ["too_dark", "liveness_failed"]
    assert "screen" not in json.dumps(verdict)
    again = (await device.challenge()).body
    assert (again["state"], again["verdict"]["code"]) == ("recording", 1201)


async def test_what_looked_false_has_one_number_for_the_device(bench: Bench) -> None:
    device = await (await bench.issue()).submitted()
    attempt = failed(1, "moire", code=1002)
    await bench.judge(device, attempt)
    verdict = (await device.ask("GET", "status")).body["verdict"]
    assert (attempt.code, verdict["code"]) == (1002, 1005)
    assert [one["key"] for one in verdict["reasons"]] == ["liveness_failed"]


async def test_what_the_device_said_of_itself_goes_when_it_leaves(bench: Bench) -> None:
    device = await bench.issue()
    await device.begin(client={"cameras": 2})
    session = await bench.sessions.find(device.token)
    await bench.objects.get(session.id, labels.CLIENT)
    await device.ask("POST", "leave", json={"why": "left"})
    await bench.jobs.run_due()
    with pytest.raises(NotStored):
        await bench.objects.get(session.id, labels.CLIENT)


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh-cn", "人脸光线太暗。"), ("en", "The face is too dark."), ("th", "The face is too dark.")],
)
async def test_reasons_are_in_the_language_of_the_flow(
    bench: Bench, language: str, text: str
) -> None:
    device = await (await bench.issue(language=language)).submitted()
    await bench.judge(device, failed(1, "too_dark"))
    view = (await device.ask("GET", "status")).body
    assert view["verdict"]["reasons"][0]["text"] == text


async def test_who_waits_is_told_where_to_go_although_nothing_is_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await (await bench.issue(redirect="https://shop.example/")).submitted()
    session = await bench.sessions.find(device.token)
    asked, read = asyncio.Event(), bench.sessions.request

    async def request(session: Session) -> Request:
        found = await read(session)
        asked.set()
        return found

    monkeypatch.setattr(bench.sessions, "request", request)
    waiting = asyncio.create_task(device.ask("GET", "status?wait=20"))
    await asked.wait()
    await bench.judge(device, passed(1))
    await bench.sessions.erase(session.id, "verdict")
    view = (await waiting).body
    assert view["verdict"]["redirect"] == f"https://shop.example/?token={device.token}"


async def test_the_last_attempt_is_told_as_such(bench: Bench) -> None:
    device = await (await bench.issue(attempts=1)).submitted()
    await bench.judge(device, failed(1, "blurred", code=2014))
    view = (await device.ask("GET", "status")).body
    assert (view["state"], view["verdict"]["final"], view["verdict"]["code"]) == (
        "failed",
        True,
        16,
    )
    assert [one["key"] for one in view["verdict"]["reasons"]] == ["blurred", "attempts_used"]


async def test_a_fault_of_ours_is_told_as_such(bench: Bench) -> None:
    device = await (await bench.issue()).submitted()
    await bench.judge(device, failed(1, "engine_error", counted=False, code=1001))
    view = (await device.ask("GET", "status")).body
    assert view["attempts"] == {"made": 1, "left": 3}
    assert [one["key"] for one in view["verdict"]["reasons"]] == ["engine_error"]


@pytest.mark.parametrize(
    ("why", "code", "key"), [("left", 1410, "user_exit"), ("timeout", 1409, "timeout")]
)
async def test_who_leaves_is_told_where_to_go(bench: Bench, why: str, code: int, key: str) -> None:
    device = await (await bench.issue(redirect="https://shop.example/?a=b&")).ready()
    await device.put(0, A)
    answer = await device.ask("POST", "leave", json={"why": why})
    verdict = answer.body["verdict"]
    assert (verdict["final"], verdict["code"], verdict["reasons"][0]["key"]) == (True, code, key)
    assert verdict["redirect"] == f"https://shop.example/?a=b&token={device.token}"
    assert (await device.ask("POST", "leave", json={"why": why})).status == 200
    await bench.jobs.run_due()
    assert (await device.ask("GET", "kept")).body["items"][0]["kind"] == "text"


async def test_who_refuses_has_left(bench: Bench) -> None:
    device = await bench.issue()
    await device.begin()
    answer = await device.consent(accepted=False)
    assert (answer.body["state"], answer.body["verdict"]["code"]) == ("left", 1410)
    assert (await device.consent(accepted=False)).body["state"] == "left"


async def test_a_page_loaded_again_goes_on_where_it_was(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    await device.put(0, A)
    key = device.key
    again = await device.begin(device=key)
    assert (again.body["state"], again.body["device"]) == ("recording", key)
    assert again.body["recording"] == {"chunks": 1, "bytes": 1000}
    assert (await device.put(1, B)).body == {"chunks": 2, "bytes": 1010}


async def test_kept_and_erased_by_the_person(bench: Bench) -> None:
    device = await (await bench.issue(redirect="https://shop.example/")).submitted()
    early = await device.ask("POST", "erase", json={})
    assert early.told == (409, "wrong_state")
    await bench.judge(device, passed(1))
    kept = (await device.ask("GET", "kept")).body
    sizes = {one["kind"]: one["bytes"] for one in kept["items"]}
    assert sizes == {"text": 49, "video": 2}
    assert kept["records_until"] == bench.clock() + 33 * 86400
    assert not kept["erased"]
    assert (await device.ask("POST", "erase", json={})).body == {"erased": True}
    assert (await device.ask("POST", "erase", json={})).body == {"erased": True}
    kept = (await device.ask("GET", "kept")).body
    assert (kept["items"], kept["erased"]) == ([], True)
    view = (await device.ask("GET", "status")).body
    assert (view["state"], view["verdict"]["redirect"]) == ("passed", None)


@pytest.mark.parametrize(
    ("redirect", "end"),
    [
        ("https://a.example", "?token=T"),
        ("https://a.example/?", "?token=T"),
        ("https://a.example/?x", "?x&token=T"),
        ("https://a.example/#f?x", "/?token=T#f?x"),
    ],
)
def test_the_token_is_appended_to_the_query(redirect: str, end: str) -> None:
    assert forward(redirect, "T").endswith(end)


async def test_every_answer_is_kept_by_nobody_and_read_by_no_other_page(bench: Bench) -> None:
    device = await bench.issue()
    for answer in (await device.begin(), await device.complete(), await device.ask("GET", "no")):
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not any(name.startswith("access-control") for name in answer.headers)


async def test_neither_token_nor_key_is_in_a_metric(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    text = bench.metrics.text().decode()
    assert 'action="challenge",code="Success",service="capture"' in text
    assert not any(secret in text for secret in (device.token, device.key, device.nonce))
