"""Before an erasure a reader with the master key has everything; after it, nothing and no noise."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import Pixels
from tests.erasure import Recovered, recover, search
from tests.planting import FACEID, WEB, Plant, environment, marked_png, redact, until
from tests.serving import serve
from tests.traces import find_files

SPAN = 15  # seconds: long enough to look before it is over
SHORT = {"web_result_life": SPAN, "upload_life": SPAN, "file_url_life": SPAN, "sweep_every": 1}
DATABASE = {"countenance.db", "countenance.db-wal", "countenance.db-shm", "master.key"}


@pytest.fixture(scope="module")
def picture(astronaut: Pixels) -> Callable[[bytes], bytes]:
    """Makes a PNG of the astronaut with a comment."""
    return partial(marked_png, astronaut)


@dataclass
class Bench:
    """A server whose files all lie in `folder`, and what is planted on it."""

    folder: Path
    settings: dict[str, str]
    plant: Plant

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def redact(self, token: str) -> dict[str, object]:
        return redact(self.data, self.settings, token)

    def assert_gone(self, before: Recovered, *owners: str) -> None:
        """Of these owners nothing is recovered, nor any noise found, in any file."""
        after = recover(self.data)
        for what, value in self.plant.values.items():
            gone = what.endswith(owners)
            assert after.holds(value) is (before.holds(value) and not gone), what
        kept = set(after.noise().values())
        noise = {what: value for what, value in before.noise().items() if value not in kept}
        assert len(noise) > 5 * len(owners)
        assert search(self.folder, self.plant.values, noise) == {}


@pytest.fixture(scope="module")
def bench(
    tmp_path_factory: pytest.TempPathFactory,
    live_clip: bytes,
    picture: Callable[[bytes], bytes],
) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("erase")
    settings = environment(folder, **SHORT)
    with serve(folder, **settings) as server:
        yield Bench(folder, settings, Plant(server, live_clip, picture))


def test_redacted_means_gone_from_every_file(bench: Bench) -> None:
    judged = bench.plant.verify(FACEID, "Ada")
    opened = bench.plant.leave_open("Bo")
    before = recover(bench.data)
    # The photo of a verification that is over went with its verdict.
    wanted = {w: v for w, v in bench.plant.values.items() if w != "the photo of Ada"}
    assert [what for what, value in wanted.items() if not before.holds(value)] == []
    assert search(bench.folder, bench.plant.values, before.keys_alone()) == {}
    assert search(bench.folder, {}, before.noise()) != {}
    assert bench.redact(judged)["State"] == "passed"
    bench.assert_gone(before, "Ada")
    assert bench.redact(opened)["State"] == "left"
    bench.assert_gone(before, "Ada", "Bo")


def test_expired_means_gone_from_every_file(bench: Bench) -> None:
    bench.plant.upload("Di")
    uploaded = recover(bench.data)
    assert uploaded.holds(bench.plant.values["the upload of Di"])
    assert uploaded.holds(bench.plant.values["the photo of Di"])
    bench.plant.verify(WEB, "Cy")
    before = recover(bench.data)
    assert before.holds(bench.plant.values["the clip of Cy"])
    assert before.holds(bench.plant.values["the redirect of Cy"])
    until(lambda: not any((bench.data / "objects").iterdir()), "all that is stored expires")
    until(lambda: recover(bench.data).wrapped == [], "the keys go with it")
    # The sweep that removed the last row empties the log after it, unless somebody reads.
    noise = uploaded.noise() | before.noise()
    until(lambda: search(bench.folder, {}, noise) == {}, "the log is emptied")
    bench.assert_gone(uploaded, "Di")
    bench.assert_gone(before, "Ada", "Bo", "Cy", "Di")


class Watch:
    """Looks at the names of the files in a folder until it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.seen: set[str] = set()
        self._folder, self._ended = folder, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            self.seen |= find_files(self._folder)


def test_with_zero_retention_nothing_is_ever_on_a_disk(
    tmp_path: Path, live_clip: bytes, picture: Callable[[bytes], bytes]
) -> None:
    settings = environment(tmp_path, zero_retention=True, sweep_every=1)
    data = tmp_path / "data"
    with serve(tmp_path, **settings) as server, Watch(data) as watch:
        plant = Plant(server, live_clip, picture)
        plant.leave_open("Bo")
        opened = recover(data)
        assert len(opened.wrapped) == 1
        plant.verify(WEB, "Cy")
        plant.upload("Di")
        until(lambda: len(recover(data).wrapped) == 1, "the key of the verdict goes with it")
        assert search(tmp_path, plant.values, opened.keys_alone()) == {}
    assert watch.seen <= DATABASE
    assert search(tmp_path, plant.values, opened.keys_alone()) == {}
