"""Recordings in chunks: stored before they are counted, never mixed, resumed, handed in whole."""

import asyncio
import hashlib
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.capture.bench import Bench, Device, open_database
from tests.unit.verification.made import failed

from countenance.capture.shapes import CHUNK_BYTES, TOTAL_BYTES
from countenance.verification import labels

WHOLE = b"x" * CHUNK_BYTES


async def stored(bench: Bench, device: Device) -> list[bytes]:
    """The chunks of the open challenge, as the judge will read them."""
    session = await bench.sessions.find(device.token)
    assert session.challenge is not None
    names = [labels.chunk(session.challenge, n) for n in range(session.challenge.chunks)]
    return [(await bench.objects.get(session.id, name))[1] for name in names]


async def test_a_chunk_again_is_harmless_and_with_other_bytes_refused(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    assert (await device.put(0, b"a")).body == {"chunks": 1, "bytes": 1}
    assert (await device.put(0, b"a")).body == {"chunks": 1, "bytes": 1}
    refused = await device.put(0, b"b")
    assert refused.told == (409, "wrong_state")
    assert "Chunk 0" in refused.body["error"]["message"]
    assert await stored(bench, device) == [b"a"]


async def test_chunks_come_in_order(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    refused = await device.put(1, b"b")
    assert refused.told == (409, "wrong_state")
    assert "number 0" in refused.body["error"]["message"]


async def test_chunks_have_a_size_and_a_recording_too(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    assert (await device.put(0, WHOLE + b"x")).told == (413, "too_large")
    assert (await device.put(0, b"")).told == (400, "bad_request")
    for n in range(TOTAL_BYTES // CHUNK_BYTES):
        assert (await device.put(n, WHOLE)).status == 200
    assert (await device.put(8, b"x")).told == (413, "too_large")
    assert (await device.complete(*[WHOLE] * 8)).status == 202


async def test_a_recording_has_64_chunks_at_most(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    for n in range(64):
        answer = await device.put(n, b"x")
    assert answer.body == {"chunks": 64, "bytes": 64}
    assert (await device.put(64, b"x")).told == (400, "bad_request")


@pytest.mark.parametrize("media_type", ["video/quicktime", "application/octet-stream", ""])
async def test_other_types_are_refused(bench: Bench, media_type: str) -> None:
    device = await (await bench.issue()).ready()
    assert (await device.put(0, b"a", media_type)).told == (415, "bad_type")


async def test_the_type_may_have_parameters(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    assert (await device.put(0, b"a", "video/webm;codecs=vp8")).status == 200
    session = await bench.sessions.find(device.token)
    assert [one.media_type for one in await bench.objects.find(session.id)] == ["video/webm"]


async def test_the_nonce_is_that_of_the_open_challenge(bench: Bench) -> None:
    device, other = await (await bench.issue()).ready(), await (await bench.issue()).ready()
    right = device.nonce
    for wrong in ("", "0" * 64, other.nonce, right + "x"):
        device.nonce = wrong
        assert (await device.put(0, b"a")).told == (403, "bad_nonce")
        assert (await device.complete(b"a")).told == (403, "bad_nonce")
    device.nonce = right
    assert (await device.put(0, b"a")).status == 200
    await device.challenge()
    fresh, device.nonce = device.nonce, right
    assert (await device.put(0, b"a")).told == (403, "bad_nonce")
    device.nonce = fresh
    assert (await device.put(0, b"other")).body == {"chunks": 1, "bytes": 5}
    assert await stored(bench, device) == [b"other"]


async def test_a_new_challenge_leaves_nothing_of_the_old_recording(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    await device.put(0, b"a")
    await device.challenge()
    session = await bench.sessions.find(device.token)
    assert await bench.objects.find(session.id) == []


async def test_a_challenge_runs_out_and_each_chunk_gives_it_time(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    bench.clock.time += 59
    assert (await device.put(0, b"a")).status == 200
    bench.clock.time += 59
    assert (await device.put(1, b"b")).status == 200
    bench.clock.time += 60
    assert (await device.ask("GET", "status")).body["state"] == "begun"
    assert (await device.put(2, b"c")).told == (403, "bad_nonce")
    assert (await device.ask("GET", "recording")).told == (409, "wrong_state")


async def test_a_lost_chunk_is_asked_for(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    await device.put(0, b"a")
    answer = await device.complete(b"a", b"b")
    assert answer.told == (422, "damaged")
    assert "1 chunks" in answer.body["error"]["message"]
    await device.put(1, b"b")
    assert (await device.complete(b"a", b"b")).status == 202
    assert (await device.complete(b"a", b"b")).status == 202  # the answer was lost
    assert (await bench.jobs.count()) == {"judge": 1}


async def test_a_damaged_recording_is_sent_again_under_the_same_challenge(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    await device.put(0, b"a")
    await device.put(1, b"damaged")
    assert (await device.complete(b"a", b"b")).told == (422, "damaged")
    assert (await device.ask("GET", "recording")).body == {"chunks": 0, "bytes": 0}
    await device.put(0, b"a")
    await device.put(1, b"b")
    assert (await device.complete(b"a", b"b")).status == 202


async def test_a_chunk_that_the_store_lost_is_damage_too(bench: Bench) -> None:
    device = await (await bench.issue()).ready()
    await device.put(0, b"a")
    session = await bench.sessions.find(device.token)
    assert session.challenge is not None
    await bench.objects.delete(session.id, labels.chunk(session.challenge, 0))
    assert (await device.complete(b"a")).told == (422, "damaged")


async def test_an_erased_session_takes_no_chunk(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await (await bench.issue()).ready()
    put = bench.objects.put

    async def erased(owner: str, *arguments: object, **options: object) -> object:
        await bench.sessions.erase(owner, "redacted")
        return await put(owner, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.objects, "put", erased)
    assert (await device.put(0, b"a")).told == (404, "not_available")
    session = await bench.sessions.find(device.token)
    assert await bench.objects.find(session.id) == []


async def test_what_was_handed_in_is_not_added_to(bench: Bench) -> None:
    device = await (await bench.issue()).submitted(b"a", b"b")
    assert (await device.put(0, b"a")).told == (409, "wrong_state")
    assert (await device.put(2, b"c")).told == (409, "wrong_state")
    assert (await device.challenge()).told == (409, "wrong_state")
    await bench.judge(device, failed(1))
    assert (await device.put(2, b"c")).told == (409, "wrong_state")
    assert (await device.complete(b"a", b"b")).status == 202  # a repeat changes nothing
    assert (await bench.sessions.find(device.token)).state == "begun"


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), same_device=st.booleans(), count=st.integers(1, 5))
def test_two_clients_never_mix_their_bytes(
    made: Path, seed: int, same_device: bool, count: int
) -> None:
    """Whoever hands in, what is judged is all of one client's chunks, in order."""

    async def race(folder: Path) -> None:
        async with open_database(made, folder) as database:
            bench = Bench(database)
            one = await (await bench.issue()).ready()
            two = Device(bench, one.token, one.key, one.nonce)
            if not same_device:
                await two.begin(take_over=True)
                await two.challenge()
            chunks = {0: [b"1%d" % n for n in range(count)], 1: [b"2%d" % n for n in range(count)]}
            random_ = random.Random(seed)

            async def send(who: int, device: Device) -> None:
                for n, chunk in enumerate(chunks[who]):
                    for _ in range(random_.randrange(1, 3)):
                        await asyncio.sleep(0.001 * random_.randrange(3))
                        await device.put(n, chunk)
                await device.complete(*chunks[who])

            await asyncio.gather(send(0, one), send(1, two))
            session = await bench.sessions.find(one.token)
            if session.state != "judging":  # each came first somewhere: neither was taken
                return
            found = await stored(bench, two)
            assert found in list(chunks.values())
            whole = hashlib.sha256(b"".join(found)).hexdigest()
            assert whole in [hashlib.sha256(b"".join(one)).hexdigest() for one in chunks.values()]

    with TemporaryDirectory() as folder:
        asyncio.run(race(Path(folder)))
