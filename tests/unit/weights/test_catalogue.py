import re
from pathlib import Path

import pytest

from countenance.perception import weights

ROOT = Path(__file__).parents[3]
NAMES = list(weights.catalogue().weights)


def _group(name: str) -> str:
    return next(g for g, names in weights.catalogue().groups.items() if name in names)


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_every_carrier_names_an_archive_and_every_archive_is_used() -> None:
    known = weights.catalogue()
    used = {c.archive for weight in known.weights.values() for c in weight.carriers}
    assert used == set(known.archives)


def test_groups_name_every_weight_once() -> None:
    known = weights.catalogue()
    grouped = [name for group in known.groups.values() for name in group]
    assert sorted(grouped) == sorted(known.weights)


def test_files_and_hashes_are_distinct_and_well_formed() -> None:
    known = weights.catalogue()
    files = [weight.file for weight in known.weights.values()]
    assert len(set(files)) == len(files)
    for item in (*known.weights.values(), *known.archives.values()):
        assert re.fullmatch("[0-9a-f]{64}", item.sha256)
        assert item.bytes > 0
    for file in files:
        assert re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z0-9]+", file)
    for weight in known.weights.values():
        assert weight.provenance
        assert weight.notes
        for carrier in weight.carriers:
            assert len(carrier.member) in (1, 2)


@pytest.mark.parametrize("name", NAMES)
def test_notice_states_the_licence_of_every_weight(name: str) -> None:
    weight = weights.catalogue().weights[name]
    blocks = (ROOT / "NOTICE").read_text(encoding="utf-8").split("\n\n")
    block = next(_flat(b) for b in blocks if f"{name} ({weight.file})" in _flat(b))
    assert (
        f"Code {weight.code}. Weights {weight.licence}. Commercial use: {weight.commercial}."
        in block
    )


def test_notice_names_every_carrier() -> None:
    text = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for archive in weights.catalogue().archives.values():
        assert archive.package in text


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_page_states_every_weight(name: str) -> None:
    known = weights.catalogue()
    weight = known.weights[name]
    group = _group(name)
    page = (ROOT / "docs/reference/weights.md").read_text(encoding="utf-8")
    cells = (f"`{name}`", group, f"`{weight.file}`", weight.bytes, weight.licence)
    assert "| " + " | ".join(map(str, cells)) + f" | {weight.commercial} |" in page
    assert f"| `{name}` | `{weight.sha256}` |" in page


def test_the_reference_page_states_every_carrier() -> None:
    page = (ROOT / "docs/reference/weights.md").read_text(encoding="utf-8")
    for archive in weights.catalogue().archives.values():
        assert f"| `{archive.package}` | {archive.client} | {archive.version} |" in page


def test_resolve_expands_groups_in_the_order_of_the_catalogue() -> None:
    known = weights.catalogue()
    usual = [name for name in NAMES if _group(name) not in known.optional]
    assert weights.resolve() == usual
    assert weights.resolve(["fr_liveness", "faces"]) == usual
    assert weights.resolve(known.groups) == NAMES
    assert weights.resolve(["sface", "yunet"]) == ["yunet", "sface"]
    with pytest.raises(KeyError, match="nothing"):
        weights.resolve(["yunet", "nothing"])
