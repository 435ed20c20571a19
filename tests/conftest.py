"""What all tests share: the portraits to start from, clips of them, and a running server."""

import io
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import databases
from tests.blobs import S3Server, run_s3
from tests.needs import missing as missing
from tests.postgres import run_postgres
from tests.serving import Running, serve

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="session")
def astronaut() -> Pixels:
    """Eileen Collins, NASA portrait (public domain), as scikit-image ships it; BGR."""
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])


@pytest.fixture(scope="session")
def hopper() -> Pixels:
    """Grace Hopper, US Navy portrait (public domain), as matplotlib ships it; BGR."""
    import matplotlib

    file = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return np.asarray(cv2.imread(str(file), cv2.IMREAD_COLOR), np.uint8)


def jpeg(pixels: Pixels, quality: int = 92) -> bytes:
    """A BGR image as JPEG bytes."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def thumbnail(pixels: Pixels, side: int = 96) -> bytes:
    """The head of a portrait, small enough for two to fit the query of a GET request."""
    from countenance.perception.faces.detect import detect

    x, y, width, height = (int(v) for v in detect(pixels)[0].box)
    top, left = max(0, y - height // 3), max(0, x - width // 3)
    head = pixels[top : y + height + height // 3, left : x + width + width // 3]
    scale = side / min(head.shape[:2])
    size = (round(head.shape[1] * scale), round(head.shape[0] * scale))
    return jpeg(np.asarray(cv2.resize(head, size, interpolation=cv2.INTER_AREA), np.uint8), 80)


@pytest.fixture(scope="session")
def live_clip(astronaut: Pixels) -> bytes:
    """A simulated bona fide clip of the astronaut, MP4."""
    from countenance import simulate

    return simulate.bona_fide(astronaut, seed=4, seconds=2.6, rate=15).encode("mp4")


@pytest.fixture(scope="session")
def print_clip(astronaut: Pixels) -> bytes:
    """A simulated print of the astronaut held before a camera, MP4."""
    from countenance import simulate

    return simulate.print_attack(astronaut, seed=1, seconds=2.6, rate=15).encode("mp4")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`countenance serve` on a free port with a fresh data folder, ready."""
    with serve(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, started for the first test that needs it."""
    with run_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 server of our own, started for the first test that needs it."""
    with run_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> databases.Migrated:
    """Where databases with tables come from."""
    return databases.Migrated(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(params=databases.KINDS)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: databases.Migrated
) -> str:
    """A database with tables and nothing in them; the test runs once on each kind."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    return migrated.make(request.param, tmp_path, server)


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: databases.Migrated) -> str:
    """The same on SQLite alone, for tests of what is kept elsewhere than in tables."""
    return migrated.make("sqlite", tmp_path, "")


@pytest.fixture(params=databases.KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database without a table; the test runs once on each kind."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    return databases.make(request.param, tmp_path, server)
