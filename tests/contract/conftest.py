from collections.abc import Iterator

import pytest
from tests import databases
from tests.conftest import Pixels, thumbnail
from tests.contract.python_clients import Clients
from tests.contract.servers import TestServer, echo, recorder
from tests.media import Media, text
from tests.serving import Running, serve


@pytest.fixture(scope="session", params=databases.KINDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """`countenance serve` on a free port with a fresh data folder, once on each database."""
    folder = tmp_path_factory.mktemp(f"served-{request.param}")
    on = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    url = databases.make(request.param, folder, on)
    # Clients in a row are faster than an account may be; rates have tests of their own.
    with serve(folder, COUNTENANCE_DATABASE_URL=url, COUNTENANCE_RATE_PER_ACTION="200") as running:
        yield running


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server of the module's own that keeps what it decoded."""
    with recorder(tmp_path_factory.mktemp("recorder")) as running:
        yield running


@pytest.fixture(scope="module")
def echoing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server of the module's own that answers every action in full."""
    with echo(tmp_path_factory.mktemp("echo")) as running:
        yield running


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    """The official Python builds, each in a process of its own."""
    with Clients() as running:
        yield running


@pytest.fixture(scope="session")
def media(astronaut: Pixels, hopper: Pixels, live_clip: bytes, print_clip: bytes) -> Media:
    return Media(astronaut, hopper, live_clip, print_clip)


@pytest.fixture(scope="session")
def faces(astronaut: Pixels, hopper: Pixels) -> dict[str, dict[str, str]]:
    """The parameters of CompareFace, small enough for a query: the same person, and another."""
    one = text(thumbnail(astronaut))
    return {
        "same": {"ImageA": one, "ImageB": text(thumbnail(astronaut, 88))},
        "other": {"ImageA": one, "ImageB": text(thumbnail(hopper))},
    }
