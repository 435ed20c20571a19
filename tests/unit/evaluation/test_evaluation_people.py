"""Labelled pictures on disk: what is read, and how a table that cannot be used is refused."""

from pathlib import Path

import pytest

from countenance.evaluation.people import EvaluationError, of_group, read


def _files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"no picture yet")


def _refusal(source: Path) -> str:
    with pytest.raises(EvaluationError) as refused:
        read(source)
    return str(refused.value)


def test_a_folder_is_a_person(tmp_path: Path) -> None:
    _files(tmp_path, "ann/1.jpg", "ann/late/2.PNG", "bob/1.bmp", "bob/notes.txt", "stray.jpg")
    data = read(tmp_path)
    assert [(p.name, p.person) for p in data.photos] == [
        ("ann/1.jpg", "ann"),
        ("ann/late/2.PNG", "ann"),
        ("bob/1.bmp", "bob"),
    ]
    assert data.pairs is None


def test_groups_label_people_or_pictures(tmp_path: Path) -> None:
    _files(tmp_path, "ann/1.jpg", "ann/2.jpg", "bob/1.jpg")
    (tmp_path / "groups.tsv").write_text("name\tgroup\nann\twest\nann/2.jpg\teast\n")
    data = read(tmp_path)
    assert data.groups == ("east", "west")
    assert [p.group for p in data.photos] == ["west", "east", ""]
    assert [p.name for p in of_group(data, "east").photos] == ["ann/2.jpg"]


def test_a_group_of_nobody_is_named(tmp_path: Path) -> None:
    _files(tmp_path, "ann/1.jpg", "bob/1.jpg")
    (tmp_path / "groups.tsv").write_text("name\tgroup\ncarl\twest\n")
    assert _refusal(tmp_path).endswith("groups.tsv: no picture and no person is named 'carl'")


def test_one_person_is_no_sample(tmp_path: Path) -> None:
    _files(tmp_path, "ann/1.jpg")
    told = _refusal(tmp_path)
    assert str(tmp_path) in told
    assert "two people at least" in told
    assert "no such file or folder" in _refusal(tmp_path / "nowhere")


@pytest.mark.parametrize(("name", "separator"), [("pairs.tsv", "\t"), ("pairs.csv", ",")])
def test_a_table_of_pairs(tmp_path: Path, name: str, separator: str) -> None:
    _files(tmp_path, "1.jpg", "2.jpg", "3.jpg", "4.jpg")
    rows = [("a", "b", "same"), ("1.jpg", "2.jpg", "1"), ("2.jpg", "3.jpg", "yes"),
            ("1.jpg", "4.jpg", "0")]  # fmt: skip
    (tmp_path / name).write_text("\n".join(separator.join(row) for row in rows))
    data = read(tmp_path / name)
    assert data.pairs is not None
    assert [pair.same for pair in data.pairs] == [True, True, False]
    person = {photo.name: photo.person for photo in data.photos}
    assert person["1.jpg"] == person["2.jpg"] == person["3.jpg"] != person["4.jpg"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a\tb\nx\ty\n", "columns a, b, same; same is missing"),
        ("a\tb\tsame\nann/1.jpg\tbob/1.jpg\tperhaps\n", "line 2: same is 'perhaps', not 1 or 0"),
        ("a\tb\tsame\nann/1.jpg\t\t0\n", "line 2: a column is empty"),
        ("a\tb\tsame\nann/1.jpg\tann/1.jpg\t1\n", "line 2: a picture is paired with itself"),
        ("a\tb\tsame\nann/1.jpg\tann/9.jpg\t1\n", "ann/9.jpg is named and not there"),
        ("a\tb\tsame\nann/1.jpg\tbob/1.jpg\t1\n", "labelled same, but their folders"),
        ("a\tb\tsame\nann/1.jpg\tann/2.jpg\t0\n", "labelled different, but their folders"),
        ("a\tb\tsame\n", "no pair in it"),
    ],
)
def test_a_table_that_cannot_be_used_names_the_line_and_the_rule(
    tmp_path: Path, text: str, rule: str
) -> None:
    _files(tmp_path, "ann/1.jpg", "ann/2.jpg", "bob/1.jpg")
    (tmp_path / "pairs.tsv").write_text(text)
    told = _refusal(tmp_path / "pairs.tsv")
    assert "pairs.tsv" in told
    assert rule in told
