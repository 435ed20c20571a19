"""Weight files in one tar, for machines that reach no package registry."""

import tarfile
from collections.abc import Iterable
from pathlib import Path

from countenance.perception import weights


class BundleError(RuntimeError):
    """The tar cannot be read, or holds what is no weight file of ours."""


def write(file: Path, names: Iterable[str] = ()) -> list[str]:
    """Put weights or groups into a tar whose bytes depend on them alone.

    With no name, all that are not optional. Raises KeyError for an unknown name and WeightsMissing
    when a file is absent or damaged.
    """
    wanted = weights.resolve(names)
    paths = {name: weights.path(name) for name in wanted}
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
        for path in paths.values():
            entry = tarfile.TarInfo(path.name)
            entry.size = path.stat().st_size
            with path.open("rb") as stream:
                tar.addfile(entry, stream)
    return wanted


def read(file: Path) -> list[str]:
    """Install every weight of a tar and name them; names in the tar are compared, never used.

    Nothing is installed unless every entry is a known file; a file whose size or sha256 differs
    raises WeightsRefused, anything else BundleError.
    """
    known = {weight.file: name for name, weight in weights.catalogue().weights.items()}
    try:
        with tarfile.open(file, "r:") as tar:
            entries = tar.getmembers()
            for entry in entries:
                if not entry.isreg() or entry.name not in known:
                    raise BundleError(f"{file.name} holds {entry.name!r}, which is no weight file")
            with weights.changing():
                for entry in entries:
                    stream = tar.extractfile(entry)
                    assert stream is not None  # regular, as checked above
                    weights.install(known[entry.name], stream)
    except tarfile.TarError as error:
        raise BundleError(f"{file.name} is no readable tar: {error}") from error
    return [known[entry.name] for entry in entries]
