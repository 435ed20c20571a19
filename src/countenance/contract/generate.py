"""`python -m countenance.contract.generate [--from FILE] [--check]`: data files and Structs."""

import argparse
import json
import sys
from pathlib import Path

from countenance.contract import source
from countenance.contract.split import dump, split
from countenance.contract.structs import render

MODELS = Path(__file__).parent / "models"


def models() -> dict[Path, str]:
    """Path -> text of every generated module, from the data files as they are."""
    trees = [source.service(version) for version in source.FILES]
    return {MODELS / f"{tree['service']}.py": render(tree) for tree in trees}


def data(contract: Path) -> dict[Path, str]:
    """Path -> text of every data file, cut from a shared contract (`neutral-1` JSON)."""
    files = split(json.loads(contract.read_bytes()))
    return {source.DATA / name: dump(tree) for name, tree in files.items()}


def main(arguments: list[str] | None = None) -> int:
    """Print the paths that differ and rewrite them; with `--check`, leave them and return 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--from", dest="contract", type=Path, help="also renew the data files from this contract"
    )
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    options = parser.parse_args(arguments)
    # The data files come first: the Structs are made from them.
    found = _renew(data(options.contract), options.check) if options.contract else 0
    found += _renew(models(), options.check)
    return int(found > 0 and options.check)


def _renew(files: dict[Path, str], check: bool) -> int:
    found = [p for p, text in files.items() if not p.exists() or p.read_text() != text]
    for path in found:
        print(path)
        if not check:
            path.write_text(files[path])
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
