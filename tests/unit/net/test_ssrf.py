"""Every spelling of an address that must not be reached, against listeners that count."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from tests import ssrf
from tests.ssrf import Attempt, World

from countenance.net.fetch import Fetcher, FetchError
from countenance.net.rules import Rules


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with ssrf.world() as running:
        yield running


def _name(one: Attempt) -> str:
    return f"{one.kind}-{one.url[:60]!a}-{one.location!a}"


@pytest.mark.parametrize("one", ssrf.attempts(), ids=_name)
async def test_nothing_forbidden_is_reached_or_tried(world: World, one: Attempt) -> None:
    result = await ssrf.attempt(world, one)
    assert result.tried == []
    assert result.counted == 0
    assert result.body == (ssrf.BODY if one.works else None), result.rule


def test_the_list_is_long_and_without_repeats() -> None:
    made = ssrf.attempts()
    assert len(made) == len(set(made))
    assert sum(not one.works for one in made) >= 100


async def test_the_listeners_and_the_hook_see_a_guard_that_is_open(world: World) -> None:
    rules = Rules(networks=(ip_network("127.0.0.0/8"),), ports=frozenset({world.port}))
    guard = Fetcher(rules, tls=world.tls)
    before = world.connections
    with ssrf.listening() as tried, pytest.raises(FetchError):
        await guard.get(world.fill("http://127.0.0.1:{p}/"), max_bytes=9, seconds=5)
    guard.close()
    assert world.connections == before + 1
    assert tried == [("127.0.0.1", world.port)]
