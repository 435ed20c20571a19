"""The envelope, the sentences, and the guards that count."""

import asyncio
import json
import math
import random
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_server import NOW, Server, tc3

from countenance.contract.errors import ApiError
from countenance.contract.messages import text
from countenance.wire import guard, request, response
from countenance.wire.call import Call
from countenance.wire.counts import WindowCounts


async def nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def call(**headers: str) -> Call:
    raw = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw}
    return request.open_call(scope, nothing, lambda: NOW)


class Inner(msgspec.Struct):
    Score: float | None = None


class Outer(msgspec.Struct):
    Sim: float = 0.0
    Text: str | None = None
    List: list[Inner] = []


def test_outputs_and_request_id_share_the_envelope() -> None:
    made = call()
    body = json.loads(response.success(made, Outer(70.0, None, [Inner(0.1)])))
    expected = {"Sim": 70.0, "Text": None, "List": [{"Score": 0.1}]}
    assert body == {"Response": {**expected, "RequestId": made.request_id}}
    assert b'"Sim":70.0' in response.success(made, Outer(70.0))
    assert json.loads(response.success(made, {})) == {"Response": {"RequestId": made.request_id}}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_without_a_json_form_never_leave(number: float) -> None:
    for outputs in (Outer(number), Outer(List=[Inner(number)]), {"a": {"b": (number,)}}):
        with pytest.raises(response.NotFinite):
            response.success(call(), outputs)


@given(st.dictionaries(st.text(), st.one_of(st.floats(allow_nan=False, allow_infinity=False))))
def test_every_other_number_survives(outputs: dict[str, float]) -> None:
    outputs.pop("RequestId", None)
    found = json.loads(response.success(call(), outputs))["Response"]
    assert {name: found[name] for name in outputs} == outputs


def test_an_answer_can_be_too_long() -> None:
    with pytest.raises(ApiError, match=r"ResponseSizeLimitExceeded.*URLs"):
        response.success(call(), Outer(Text="x" * (32 * 1024 * 1024)))


def test_an_error_may_hold_any_text() -> None:
    error = ApiError("InvalidParameter", text("path", prefix='a "quote"\n', name="\u97e6"))
    body = json.loads(response.refusal(call(), error))
    assert body["Response"]["Error"] == {"Code": "InvalidParameter", "Message": error.message}


def test_the_parts_of_a_key_do_not_run_together() -> None:
    assert guard.replay_key("a", "1", "12", "s") != guard.replay_key("a", "11", "2", "s")


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


class TestRates:
    def test_a_window_is_a_second(self) -> None:
        clock = Clock()
        rates = guard.Rates(guard.RateOptions(action=2), WindowCounts(clock))
        rates.hit("a", "X", None, {})
        clock.now += 0.5
        rates.hit("a", "X", None, {})
        with pytest.raises(ApiError, match=r"`3` in a second.* limit `2`"):
            rates.hit("a", "X", None, {})
        rates.hit("a", "Y", None, {})
        rates.hit("b", "X", None, {})
        clock.now += 0.5
        rates.hit("a", "X", None, {})

    @pytest.mark.parametrize("limit", [5, 20, 100])
    @pytest.mark.parametrize("spread", [0.0, 0.05])
    def test_who_asks_for_three_times_the_limit_gets_the_limit(
        self, limit: int, spread: float
    ) -> None:
        chance, clock = random.Random(7), Clock(0.0)
        counts = WindowCounts(clock)
        asked = sorted(n / (3 * limit) + chance.random() * spread for n in range(180 * limit))
        let_in = []
        for clock.now in asked:
            if counts.acquire_entry("k", limit, 1):
                let_in.append(clock.now)
        assert abs(len(let_in) / (60 * limit) - 1) < 0.015
        shortest = 1 - 1 / limit
        assert all(b - a >= shortest for a, b in zip(let_in, let_in[limit:], strict=False))

    def test_after_a_rest_a_window_is_whole(self) -> None:
        clock = Clock(0.0)
        counts = WindowCounts(clock)
        for start in (0.0, 7.0, 15.0):
            clock.now = start
            assert all(counts.acquire_entry("k", 20, 1) for _ in range(20))
            clock.now = start + 0.99
            assert not counts.acquire_entry("k", 20, 1)

    def test_the_contracts_number_goes_before_the_default(self) -> None:
        rates = guard.Rates(guard.RateOptions(action=2), WindowCounts(Clock()))
        for _ in range(3):
            rates.hit("a", "X", 3, {})
        with pytest.raises(ApiError):
            rates.hit("a", "X", 3, {})

    @pytest.mark.parametrize(
        ("first", "second", "same"),
        [
            ("192.0.2.1", "192.0.2.2", False),
            ("192.0.2.1", "::ffff:192.0.2.1", True),
            ("2001:db8::1", "2001:db8::ffff:1", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("127.0.0.1", "::1", True),
            ("fe80::1%eth0", "fe80::2", True),
            ("", "unknown", True),
        ],
    )
    def test_who_counts_as_one_address(self, first: str, second: str, same: bool) -> None:
        rates = guard.Rates(guard.RateOptions(address=1), WindowCounts(Clock()))
        rates.hit_address(first)
        if same:
            with pytest.raises(ApiError, match="IPLimitExceeded"):
                rates.hit_address(second)
        else:
            rates.hit_address(second)

    def test_the_loopback_is_exempt_only_when_asked(self) -> None:
        for exempt in (False, True):
            options = guard.RateOptions(address=1, loopback_exempt=exempt)
            server = Server(rates=options)
            codes = []
            for _ in range(2):
                sent = tc3()
                sent.client = "127.0.0.1"
                codes.append(server.send(sent).code)
            assert codes[1] == ("" if exempt else "RequestLimitExceeded.IPLimitExceeded")

    def test_counters_are_dropped_with_their_window(self) -> None:
        clock = Clock()
        counts = WindowCounts(clock)
        for number in range(1000):
            counts.incr(f"k{number}", 1)
        assert counts.get("k5") == 1
        assert counts.get_expiry("k5") > counts.get_expiry("nobody")
        clock.now += 1
        assert counts.get("k5") == 0
        assert counts.reset() == 0
        counts.incr("k", 1)
        counts.clear("k")
        assert counts.get("k") == 0
        assert counts.check()


async def test_a_body_that_stays_away_is_given_up() -> None:
    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    made = call()
    made.receive = never
    with pytest.raises(ApiError, match=r"InvalidRequest.*0\.01 seconds"):
        await request.read_body(made, request.Sizes(seconds=0.01))
    assert made.close
    other = call()
    other.receive = never
    await request.drain(other, request.Sizes(drain_seconds=0.01))
    assert other.close
