"""The written pages as tests read them: code blocks, links, names of files, what is promised."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "countenance"
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"\d+\.\d+")
# Differs in every answer: its RequestId, and how many characters of base64 were cut off.
_VARYING = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\(\d+ characters\)")
_TOLERANCE = {2: 0.6, 1: 0.6, 3: 0.03}  # by decimals: scores, scores rounded, probabilities


@dataclass(frozen=True)
class Block:
    """One fenced block: the word after the fence and the text, unindented."""

    language: str
    text: str

    @property
    def promised(self) -> list[str]:
        """What each `print(...)` says it prints, in a comment behind it or on the next line."""
        return re.findall(r"^ *print\(.*\)(?:  |\n *)# (.*)$", self.text, re.MULTILINE)


def pages() -> list[Path]:
    """The README and every page of the documentation."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path, language: str) -> list[Block]:
    """The fenced blocks of a page in one language, in order."""
    found = []
    for indent, word, text in _FENCE.findall(page.read_text("utf-8")):
        if word == language:
            found.append(Block(word, re.sub(f"^{indent}", "", text, flags=re.MULTILINE)))
    return found


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def sessions(page: Path) -> list[tuple[str, str]]:
    """Each command of a page's console blocks, and what it says the command prints."""
    found = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def agree(said: str, printed: str) -> bool:
    """Whether two texts are the same words; a number with decimals may be off by a little.

    Encoders and processors differ in the last bits, which a score shows in its last digits.
    """
    said, printed = (_VARYING.sub("", text) for text in (said, printed))
    if _NUMBER.sub("0.0", said).split() != _NUMBER.sub("0.0", printed).split():
        return False
    pairs = zip(_NUMBER.findall(said), _NUMBER.findall(printed), strict=True)
    return all(
        abs(float(a) - float(b)) <= _TOLERANCE.get(len(a.partition(".")[2]), 0.0) for a, b in pairs
    )
