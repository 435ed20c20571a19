"""Every code of the protocol, provoked; and that nothing is refused in any other form."""

import asyncio
from typing import Any, get_args

import pytest
from tests.unit.capture.bench import Bench, Device
from tests.unit.verification.made import failed, passed

from countenance.capture.bearer import PACE
from countenance.capture.refusals import STATUS
from countenance.capture.shapes import Code

JPEG = {"Content-Type": "image/jpeg"}


def test_every_code_has_a_status() -> None:
    assert set(STATUS) == set(get_args(Code))


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "consent"), ("POST", "challenge"), ("GET", "recording"), ("GET", "status"),
     ("POST", "leave"), ("GET", "kept"), ("POST", "erase"), ("POST", "look"),
     ("PUT", "recording/0"), ("POST", "recording/complete")],
)  # fmt: skip
async def test_begin_comes_first(bench: Bench, method: str, path: str) -> None:
    device = await bench.issue()
    assert (await device.ask(method, path)).told == (409, "wrong_state")


async def test_consent_comes_before_the_camera(bench: Bench) -> None:
    device = await bench.issue()
    await device.begin()
    asked = await device.challenge()
    assert asked.told == (409, "wrong_state")
    assert "consent" in asked.body["error"]["message"]
    look = await device.ask("POST", "look", content=b"x", headers=JPEG)
    assert look.told == (409, "wrong_state")
    device = await bench.issue(skip_consent=True)
    await device.begin()
    assert (await device.challenge()).status == 200


async def test_an_old_text_is_not_agreed_to(bench: Bench) -> None:
    device = await bench.issue()
    await device.begin()
    answer = await device.consent(version="0")
    assert answer.told == (400, "bad_request")
    assert answer.body["error"]["message"] == (
        "`version` must be `1`, the text that is to be agreed to."
    )


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("begin", b"{", "Input data was truncated"),
        ("begin", b"[]", "Expected `object`, got `array`"),
        ("begin", b'{"take_over": 1}', "Expected `bool`, got `int` at $.take_over"),
        ("begin", b'{"client": {"Camera": 1}}', "Expected `str` matching regex"),
        ("begin", b'{"client": {"camera": []}}', "got `array`"),
        ("begin", b'{"device": "\xff"}', "invalid UTF-8"),
        ("begin", b"[" * 5000, "Expected `object`, got `array`"),
        ("consent", b"{}", "Object missing required field `version`"),
        ("consent", b'{"version":"1","accepted":true,"locale":"<b>"}', "regex"),
        ("leave", b'{"why": "SECRET"}', "Invalid enum value at $.why"),
    ],
)
async def test_a_body_is_refused_by_its_rule_and_never_repeated(
    bench: Bench, path: str, body: bytes, said: str
) -> None:
    device = await bench.issue()
    if path != "begin":
        await device.begin()
    headers = {"Content-Type": "application/json"}
    answer = await device.ask("POST", path, content=body, headers=headers)
    assert answer.told == (400, "bad_request")
    assert said in answer.body["error"]["message"]
    assert "SECRET" not in answer.body["error"]["message"]


async def test_json_is_json(bench: Bench) -> None:
    device = await bench.issue()
    answer = await device.ask(
        "POST", "begin", content=b"{}", headers={"Content-Type": "text/plain"}
    )
    assert answer.told == (415, "bad_type")


async def test_an_empty_body_is_an_empty_object(bench: Bench) -> None:
    assert (await (await bench.issue()).ask("POST", "begin")).status == 200


@pytest.mark.parametrize("size", [16 * 1024 + 1, 5 * 1024 * 1024])
async def test_json_has_an_end(bench: Bench, size: int) -> None:
    answer = await (await bench.issue()).ask("POST", "begin", content=b" " * size)
    assert answer.told == (413, "too_large")


@pytest.mark.parametrize("path", ["", "nothing", "recording/", "recording/1/2", "begin/"])
async def test_other_addresses_are_not_found(bench: Bench, path: str) -> None:
    assert (await (await bench.issue()).ask("POST", path)).told == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "takes"),
    [("GET", "begin", "POST"), ("OPTIONS", "begin", "POST"), ("HEAD", "status", "GET"),
     ("POST", "recording/1", "PUT"), ("DELETE", "recording", "GET")],
)  # fmt: skip
async def test_methods(bench: Bench, method: str, path: str, takes: str) -> None:
    answer = await (await bench.issue()).ask(method, path)
    assert answer.told == (405, "" if method == "HEAD" else "bad_method")
    assert answer.headers["allow"] == takes


@pytest.mark.parametrize("number", ["64", "100", "-1", "1.0", "\u0661", "x"])
async def test_numbers_of_chunks(bench: Bench, number: str) -> None:
    device = await (await bench.issue()).ready()
    assert (await device.ask("PUT", f"recording/{number}")).told == (400, "bad_request")


@pytest.mark.parametrize("wait", ["21", "-1", "x", "1.5", "", "²"])
async def test_how_long_a_status_may_wait(bench: Bench, wait: str) -> None:
    device = await (await bench.issue()).ready()
    answer = await device.ask("GET", "status", params={"wait": wait})
    assert answer.told == (400, "bad_request")


ORIGINS = [
    ("https://verify.example", True),
    ("https://VERIFY.example", True),
    ("http://verify.example", True),  # a proxy may have ended TLS
    ("https://public.example", True),
    ("https://public.example:444", False),
    ("https://other.example", False),
    ("https://verify.example.other.example", False),
    ("null", False),
    ("", False),
]


@pytest.mark.parametrize(("origin", "ours"), ORIGINS)
async def test_other_sites_pages_are_refused(bench: Bench, origin: str, ours: bool) -> None:
    device = await bench.issue()
    answer = await device.ask("POST", "begin", json={}, headers={"Origin": origin})
    assert answer.told == ((200, "") if ours else (403, "bad_origin"))


@pytest.mark.parametrize(
    ("site", "ours"),
    [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)],
)
async def test_a_browser_without_origin_says_whose_page_it_is(
    bench: Bench, site: str, ours: bool
) -> None:
    device = await bench.issue()
    answer = await device.ask("POST", "begin", json={}, headers={"Sec-Fetch-Site": site})
    assert answer.told == ((200, "") if ours else (403, "bad_origin"))


async def test_pictures_are_jpeg_small_and_pictures(bench: Bench) -> None:
    device = await bench.issue()
    await device.begin()
    await device.consent()

    async def look(content: bytes, **headers: str) -> tuple[int, str]:
        return (await device.ask("POST", "look", content=content, headers=JPEG | headers)).told

    assert await look(b"x", **{"Content-Type": "image/png"}) == (415, "bad_type")
    assert await look(b"x" * (256 * 1024 + 1)) == (413, "too_large")
    assert await look(b"\xff\xd8\xff\xe0x") == (503, "busy")  # nothing is loaded yet


async def test_what_is_no_picture_is_told_by_its_fault(bench: Bench) -> None:
    await bench.compute.start()
    device = await bench.issue()
    await device.begin()
    await device.consent()
    answer = await device.ask("POST", "look", content=b"GIF89a" + b"0" * 40, headers=JPEG)
    assert answer.told == (400, "bad_request")
    assert "image format gif" in answer.body["error"]["message"]


async def test_looks_wait_for_their_turn(bench: Bench) -> None:
    bench.pause = 0.0
    await bench.compute.start()
    device = await bench.issue()
    await device.begin()
    await device.consent()
    told = [(await device.ask("POST", "look", content=b"x", headers=JPEG)).told for _ in range(4)]
    assert told == [(400, "bad_request")] * 3 + [(429, "too_many")]


async def test_attempts_that_come_too_fast_wait(bench: Bench) -> None:
    device = await bench.issue(attempts=9)
    await device.submitted()
    for number in range(1, 6):
        await bench.judge(device, failed(number, at=bench.clock()))
        if number < 5:
            for answer in (
                await device.challenge(),
                await device.put(0, b"a"),
                await device.complete(b"a"),
            ):
                assert answer.status < 300, answer.body
            bench.clock.time += 10
    view = (await device.ask("GET", "status")).body
    assert view["retry_in"] == 140.0
    answer = await device.challenge()
    assert answer.told == (429, "too_many")
    assert answer.body["error"]["retry_in"] == 140.0
    assert answer.headers["retry-after"] == "140"
    bench.clock.time += 140
    assert (await device.challenge()).status == 200


async def test_a_session_has_a_pace(bench: Bench) -> None:
    bench.pause = 0.0
    device = await bench.issue()
    await device.begin()
    told = [(await device.ask("GET", "status")).told for _ in range(PACE)]
    assert told == [(200, "")] * (PACE - 1) + [(429, "too_many")]


async def test_an_address_has_a_rate(bench: Bench) -> None:
    slow = Bench(bench.database, rate=3, pause=0.0)
    told = [(await (await slow.issue()).begin()).told for _ in range(4)]
    assert told == [(200, "")] * 3 + [(429, "too_many")]
    elsewhere = await slow.issue()
    elsewhere.address = "198.51.100.1"
    assert (await elsewhere.begin()).status == 200


async def test_a_fault_of_ours_is_told_and_not_described(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("SECRET")

    device = await (await bench.issue()).ready()
    monkeypatch.setattr(bench.objects, "put", fail)
    answer = await device.put(0, b"a")
    assert answer.told == (500, "internal")
    assert "SECRET" not in str(answer.body) + str(capsys.readouterr())


async def test_a_server_that_ends_sends_its_clients_away(bench: Bench) -> None:
    device = await (await bench.issue()).submitted()
    bench.draining = True
    answer = await device.ask("GET", "status?wait=20")
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert answer.body["state"] == "judging"


async def test_a_few_may_wait_at_once_and_all_hear_of_the_verdict(bench: Bench) -> None:
    device = await (await bench.issue()).submitted()
    waiting = [asyncio.create_task(device.ask("GET", "status?wait=20")) for _ in range(5)]
    done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert [task.result().told for task in done] == [(429, "too_many")]
    assert (await device.ask("GET", "status")).body["state"] == "judging"
    await bench.judge(device, passed(1))
    assert [(await task).body["state"] for task in others] == ["passed"] * 4


async def test_texts_are_in_the_language_that_is_asked_for(bench: Bench) -> None:
    device = Device(bench, "X")
    device.headers["Accept-Language"] = "zh-CN,zh;q=0.9"
    assert (await device.begin()).body["error"]["message"].startswith("此验证不可用")
