"""Who holds a link, and what somebody learns who does not."""

import pytest
from tests.unit.capture.bench import Answer, Bench, Device
from tests.unit.verification.made import passed

from countenance.capture.bearer import GUESSES

REQUESTS = [
    ("POST", "begin"), ("POST", "consent"), ("POST", "look"), ("POST", "challenge"),
    ("PUT", "recording/0"), ("GET", "recording"), ("POST", "recording/complete"),
    ("GET", "status"), ("POST", "leave"), ("GET", "kept"), ("POST", "erase"),
]  # fmt: skip


async def unavailable(bench: Bench) -> dict[str, str]:
    """A token of each kind that no stranger can use."""
    expired = await bench.issue()
    bench.clock.time += 7201
    await bench.sessions.find(expired.token)  # noted
    late = await bench.issue()
    bench.clock.time += 7201  # and not yet noted
    left = await (await bench.issue()).ready()
    await left.ask("POST", "leave", json={})
    done = await (await bench.issue()).submitted()
    await bench.judge(done, passed(1))
    erased = await (await bench.issue()).submitted()
    await bench.judge(erased, passed(1))
    await erased.ask("POST", "erase", json={})
    gone = await (await bench.issue()).ready()
    bench.clock.time += 7201
    return {
        "unknown": "7B0E6C1F-5C5B-4F6D-9D57-1B8B3E5D7C11",
        "no token": "",
        "too long": "A" * 500,
        "expired": expired.token,
        "expired a moment ago": late.token,
        "left": left.token,
        "passed": done.token,
        "erased": erased.token,
        "timed out": gone.token,
    }


def shown(answer: Answer) -> tuple[int, dict[str, str], str]:
    return answer.status, dict(answer.headers), str(answer.body)


@pytest.mark.parametrize("key", ["", "a-key-of-their-own"])
async def test_strangers_cannot_tell_tokens_apart(bench: Bench, key: str) -> None:
    tokens = await unavailable(bench)
    for number, (method, path) in enumerate(REQUESTS):
        device = Device(bench, "", key, address=f"198.51.100.{number}")
        answers = {}
        for name, token in tokens.items():
            device.token = token
            answers[name] = shown(await device.ask(method, path))
        assert answers["unknown"][0] == 404
        assert all(one == answers["unknown"] for one in answers.values()), (method, path)


async def test_the_device_that_held_it_sees_how_it_ended(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    await device.ask("POST", "leave", json={})
    assert (await device.ask("GET", "status")).body["state"] == "left"
    again = await device.begin(device=device.key)
    assert (again.body["state"], again.body["device"]) == ("left", device.key)


async def test_a_device_that_was_too_slow_is_told_so(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    bench.clock.time += 7201
    view = (await device.ask("GET", "status")).body
    assert (view["state"], view["verdict"]["code"]) == ("timed_out", 1409)
    assert view["verdict"]["reasons"][0]["key"] == "timeout"


async def test_a_second_device_waits_or_takes_over(bench: Bench) -> None:
    phone = await (await bench.issue()).ready()
    await phone.put(0, b"phone")
    laptop = Device(bench, phone.token)
    assert (await laptop.begin()).told == (409, "in_use")
    assert (await laptop.begin(device="not a key of ours")).told == (409, "in_use")
    taken = await laptop.begin(take_over=True)
    assert (taken.status, taken.body["state"], taken.body["challenge"]) == (200, "begun", None)
    assert (await phone.ask("GET", "status")).told == (409, "taken_over")
    assert (await phone.put(1, b"more")).told == (409, "taken_over")
    assert (await phone.begin(device=phone.key)).told == (409, "in_use")

    await laptop.challenge()
    await laptop.put(0, b"laptop")
    assert (await laptop.complete(b"laptop")).status == 202
    assert (await phone.begin(take_over=True)).told == (409, "in_use")  # it is being judged


async def test_a_silent_device_loses_the_session(bench: Bench) -> None:
    phone = await (await bench.issue()).ready()
    bench.clock.time += 60
    laptop = Device(bench, phone.token)
    assert (await laptop.begin()).status == 200
    assert (await phone.ask("GET", "status")).told == (409, "taken_over")


async def test_the_key_of_another_session_opens_nothing(bench: Bench) -> None:
    mine, other = await bench.issue(), await bench.issue()
    await mine.begin()
    await other.begin()
    mine.key = other.key
    assert (await mine.ask("GET", "status")).told == (409, "taken_over")


async def test_who_guesses_has_to_wait_and_who_holds_a_session_does_not(bench: Bench) -> None:
    holder = await (await bench.issue()).ready()
    fresh = await bench.issue()
    stranger = Device(bench, "")
    bench.pause = 0.0
    for number in range(GUESSES):
        stranger.token = f"GUESS-{number}"
        stranger.key = "key" if number % 2 else ""
        assert (await stranger.ask("POST", "begin", json={})).told == (404, "not_available")
    assert (await stranger.begin()).told == (429, "too_many")
    assert (await fresh.begin()).told == (429, "too_many")  # from the same address
    assert (await stranger.ask("GET", "status")).told == (429, "too_many")
    assert (await holder.ask("GET", "status")).status == 200
    assert (await holder.begin(device=holder.key)).status == 200
    fresh.address = "198.51.100.1"
    assert (await fresh.begin()).status == 200


async def test_a_card_has_no_capture(bench: Bench) -> None:
    device = await bench.issue("card")
    assert (await device.begin()).told == (404, "not_available")


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER  {} "])
async def test_how_a_token_is_written(bench: Bench, form: str) -> None:
    device = await bench.issue()
    headers = {"Authorization": form.format(device.token.lower())}
    assert (await device.ask("POST", "begin", json={}, headers=headers)).status == 200


@pytest.mark.parametrize("form", ["{}", "Basic {}", "Token {}"])
async def test_a_token_comes_as_a_bearer(bench: Bench, form: str) -> None:
    device = await bench.issue()
    headers = {"Authorization": form.format(device.token)}
    answer = await device.ask("POST", "begin", json={}, headers=headers)
    assert answer.told == (404, "not_available")
