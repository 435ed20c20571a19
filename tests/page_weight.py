"""What a visit of a built page loads, compressed as a server or a proxy would."""

import gzip
import re
from pathlib import Path

FIRST_SCREEN = 120 * 1024
ALL_BUT_DETECTOR = 300 * 1024
_LINKED = re.compile(r"""(?:src|href)="/[a-z]+/assets/([^"]+)\"""")


def weigh(folder: Path) -> dict[str, int]:
    """The gzipped bytes of every file of a page, by name; `index.html` is one."""
    files = [folder / "index.html", *sorted((folder / "assets").iterdir())]
    return {file.name: len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files}


def first_screen(folder: Path) -> list[str]:
    """The files without which nothing is shown: the page, and what it links to."""
    return ["index.html", *_LINKED.findall((folder / "index.html").read_text("utf-8"))]
