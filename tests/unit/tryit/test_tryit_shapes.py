import re
from pathlib import Path

import msgspec
import pytest

from countenance.tryit import shapes

SCRIPT = Path(__file__).parents[3] / "web" / "ui" / "shapes.ts"
NAMES = [
    "Pose",
    "Quality",
    "FaceSeen",
    "Seen",
    "BestFrame",
    "FrameSeen",
    "Reason",
    "Answer",
    "CompareAnswer",
    "VerifyAnswer",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_reads_what_the_server_writes(name: str) -> None:
    struct: type[msgspec.Struct] = getattr(shapes, name)
    assert set(struct.__struct_fields__) == _fields(name)


def test_a_face_without_a_mesh_says_so_with_null() -> None:
    face = shapes.FaceSeen((0.0, 0.0, 1.0, 1.0), 0.5, [(0.0, 0.0)] * 5)
    seen = msgspec.json.decode(msgspec.json.encode(shapes.Seen(4, 3, [face])))
    assert seen["faces"][0] | {"mesh": None, "pose": None, "quality": None} == seen["faces"][0]
    assert seen["faces"][0]["box"] == [0.0, 0.0, 1.0, 1.0]


def _fields(name: str) -> set[str]:
    """The fields of an interface of the page, inherited ones included."""
    script = SCRIPT.read_text(encoding="utf-8")
    found = re.search(rf"interface {name} (?:extends (\w+) )?{{(.*?)^}}", script, re.S | re.M)
    assert found, name
    inherited = _fields(found[1]) if found[1] else set()
    return inherited | set(re.findall(r"^  (\w+):", found[2], re.M))
