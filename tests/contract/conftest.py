from collections.abc import Iterator

import pytest
from tests import databases
from tests.serving import Running, serve


@pytest.fixture(scope="session", params=databases.KINDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """`countenance serve` on a free port with a fresh data folder, once on each database."""
    folder = tmp_path_factory.mktemp(f"served-{request.param}")
    on = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    url = databases.make(request.param, folder, on)
    with serve(folder, COUNTENANCE_DATABASE_URL=url) as running:
        yield running
