import json

import pytest

from countenance.contract import generate, source
from countenance.contract.coverage import page
from countenance.contract.split import dump, split
from countenance.contract.structs import render

FACTS = {"required": False, "disabled": False, "limits": {}, "in": ["intl-2026-10"]}
KEPT = {**FACTS, "in": ["intl-2024-08"]}
OUTPUT = {"type": "string", "nullable": True, "always": True, "disabled": False, "in": []}


def contract() -> dict:
    action = {
        "spec": "full",
        "status": "online",
        "rate_limit_per_s": 20,
        "regions_in_spec": None,
        "errors_in_spec": ["B"],
        "errors_in_go_sdk": ["A", "B"],
        "params": {
            "Image": {
                **KEPT,
                "type": "string",
                "required": True,
                "limits": {"max_size": ["3MB", "10MB"], "formats": ["PNG"]},
            },
            "Level": {**FACTS, "type": "integer", "limits": {"default": "4", "range": [1, 4]}},
            "Extra": {**KEPT, "type": "string", "limits": {"max_chars": "1024 bits"}},
            "Tag": {**KEPT, "type": "string", "limits": {"range": [1, 10]}},
            "Skip": {**FACTS, "type": "boolean", "disabled": True, "limits": {"default": "true"}},
            "Inner": {**KEPT, "type": "Inner"},
            "ImageUrl": {**KEPT, "type": "string", "limits": {"max_size": ["3MB"]}},
        },
        "outputs": {"Result": OUTPUT, "Inner": {**OUTPUT, "type": "array<Outer>"}},
        "cn_variant": {
            "params": {"More": {"type": "number", "required": True}},
            "outputs": {"Rest": {"type": "string"}},
        },
    }
    other = {**action, "errors_in_spec": None, "errors_assumed_from": "Check list"}
    del other["cn_variant"], other["errors_in_go_sdk"]
    inner = {"Name": {**KEPT, "type": "string", "required": True, "nullable": True}}
    outer = {"Inner": {**KEPT, "type": "Shared", "nullable": False}}
    return {
        "format": "neutral-1",
        "common_errors": {"X": {"message": "m", "trigger": "t", "message_source": "s"}},
        "result_codes": {},
        "services": [
            {
                "service": "faceid",
                "version": "2018-03-01",
                "sources": {},
                "actions": {"Other": other, "Check": action},
                "types": {
                    "Outer": {"members": outer},
                    "Inner": {"members": inner},
                    "Shared": {"members": inner},
                },
                "errors": {"B": {"in": ["spec"], "text": "b"}, "A": {"in": [], "text": "a"}},
            }
        ],
    }


def test_the_committed_structs_are_what_the_data_gives():
    for path, text in generate.models().items():
        assert path.read_text() == text, f"run `make generate`: {path.name} differs"


@pytest.mark.parametrize("name", [*source.FILES.values(), "common.json"])
def test_the_committed_data_is_in_its_own_form(name):
    text = (source.DATA / name).read_text()
    assert dump(json.loads(text)) == text


def test_the_split_keeps_what_decoding_needs():
    files = split(contract())
    assert files["common.json"]["errors"] == {"X": {"message": "m", "trigger": "t"}}
    service = files["faceid-2018-03-01.json"]
    assert list(service["actions"]) == ["Check", "Other"]
    check = service["actions"]["Check"]
    assert check["params"] == {
        "Image": {"type": "string", "required": True, "max_size": 10 << 20, "formats": ["PNG"]},
        "Level": {"type": "integer", "since": "intl-2026-10", "default": 4, "range": [1, 4]},
        "Extra": {"type": "string", "chars": [0, 1024]},
        "Tag": {"type": "string", "chars": [1, 10]},
        "Skip": {"type": "boolean", "hidden": True, "since": "intl-2026-10", "default": True},
        "Inner": {"type": "Inner"},
        "ImageUrl": {"type": "string", "max_file": 3 << 20},
        "More": {"type": "number", "since": "cn-2026-10"},
    }
    assert check["outputs"]["Result"] == {"type": "string", "nullable": True, "always": True}
    assert check["outputs"]["Rest"] == {"type": "string", "nullable": True}
    assert service["types"]["Inner"]["Name"]["nullable"] is True
    assert "nullable" not in service["types"]["Outer"]["Inner"]
    assert check["errors"] == ["A", "B"]
    assert service["actions"]["Other"]["errors"] == ["B"]
    assert service["errors"] == {"A": {"text": "a"}, "B": {"text": "b", "in_spec": True}}


def test_the_structs_of_a_small_contract():
    text = render(split(contract())["faceid-2018-03-01.json"])
    assert "class Inner(Model, kw_only=True):\n    Name: str\n" in text  # only asked for
    assert "class Shared(Model, kw_only=True):\n    Name: str | None = None\n" in text
    assert "_Inner = Inner" in text
    assert "class CheckRequest(Model, kw_only=True):\n    Image: str\n    Level: int | None" in text
    assert "    Inner: _Inner | None = None\n    ImageUrl: str | None = None\n" in text
    assert "    More: float | None = None\n" in text
    assert "    Inner: list[Outer] | None = None\n" in text
    assert text.index("class Shared") < text.index("class Outer")
    compile(text, "generated", "exec")


def test_another_format_or_size_is_refused():
    with pytest.raises(ValueError, match="neutral-1"):
        split({"format": "neutral-2"})
    strange = contract()
    strange["services"][0]["actions"]["Check"]["params"]["Image"]["limits"] = {"max_size": ["3"]}
    with pytest.raises(ValueError, match="not a size"):
        split(strange)


def test_generating_writes_only_what_differs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(source, "DATA", tmp_path)
    monkeypatch.setattr(generate, "models", dict)
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(contract()))
    cut = [str(tmp_path / name) for name in ("faceid-2018-03-01.json", "common.json")]
    assert generate.main(["--from", str(path), "--check"]) == 1
    assert capsys.readouterr().out.split() == cut
    assert generate.main(["--from", str(path)]) == 0
    assert capsys.readouterr().out.split() == cut
    assert generate.main(["--from", str(path), "--check"]) == 0
    assert generate.main([]) == 0
    assert capsys.readouterr().out == ""


def test_generating_structs_does_not_write_when_checking(tmp_path, monkeypatch):
    path = tmp_path / "faceid.py"
    path.write_text("old")
    monkeypatch.setattr(generate, "models", lambda: {path: "new"})
    assert generate.main(["--check"]) == 1
    assert path.read_text() == "old"
    assert generate.main([]) == 0
    assert path.read_text() == "new"


def test_the_coverage_page_lists_every_action():
    text = page({("faceid", "CompareFaceLiveness"), ("iai", "CompareFace"), ("iai", "VerifyFace")})
    assert "| CompareFaceLiveness | faceid | yes | yes | 4 |" in text
    assert "| CompareFace | iai | named only | yes | 8 |" in text
    assert "| DetectLiveFace | iai | yes | no | 3 |" in text
    assert "| VerifyFace | iai | no | yes |" in text
    assert "1 of 63 actions; 1 of the 19 in the specification." in text
    assert "2 of 36 actions; 1 of the 2 in the specification." in text
    assert sum(line.startswith("| ") for line in text.splitlines()) == 99 + 2
    with pytest.raises(ValueError, match="Nope"):
        page({("faceid", "Nope")})
