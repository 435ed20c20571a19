"""The PHP and Ruby clients of the page on calling without an SDK, as they stand there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import matplotlib
import pytest
from PIL import Image
from skimage import data
from tests import pages
from tests.needs import missing
from tests.serving import Running

PAGE = pages.DOCS / "how-to" / "call-without-sdk.md"
PACKAGES = {"php": "php-cli", "ruby": "ruby"}  # what Debian calls them
LOGGED = re.compile(r"CompareFace (\S+) [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s")

languages = pytest.mark.parametrize("language", PACKAGES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures of the examples, made as the README makes them."""
    made = tmp_path_factory.mktemp("plain")
    Image.fromarray(data.astronaut()).save(made / "astronaut.jpg")
    photograph = Path(matplotlib.get_data_path(), "sample_data", "grace_hopper.jpg")
    shutil.copyfile(photograph, made / "hopper.jpg")
    return made


def _block(language: str) -> str:
    (block,) = pages.blocks(PAGE, language)
    return block.text


def _run(language: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which(language) or missing(f"{language} (Debian: {PACKAGES[language]})")
    # On standard input a program is run as a file would be, and no name of it gets into the log.
    return subprocess.run(
        [program],
        input=text,
        cwd=folder,
        env=os.environ | {"no_proxy": "127.0.0.1"},
        capture_output=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )


def _filled_in(text: str, server: Running, key: str = "") -> str:
    text = text.replace("127.0.0.1:8480", server.endpoint)
    text = text.replace('"SecretId"', f'"{server.secret_id}"')
    return text.replace('"SecretKey"', f'"{key or server.secret_key}"')


@languages
def test_the_client_prints_what_the_page_says(server: Running, folder: Path, language: str) -> None:
    text = _block(language)
    done = _run(language, _filled_in(text, server), folder)
    assert done.returncode == 0, done.stderr
    said = re.split(r"(?://|#) ", text.rstrip())[-1]
    assert pages.agree(said, done.stdout), f"the page says {said}, it printed {done.stdout}"
    logged = LOGGED.search(done.stderr)
    assert logged
    assert logged[1] == "answered"


@languages
def test_the_client_logs_an_error_and_ends_with_a_status(
    server: Running, folder: Path, language: str
) -> None:
    done = _run(language, _filled_in(_block(language), server, "x" * 32), folder)
    assert done.returncode == 1
    assert done.stdout == ""
    logged = LOGGED.search(done.stderr)
    assert logged
    assert logged[1] == "AuthFailure.SignatureFailure"


@languages
def test_the_client_is_short(language: str) -> None:
    lines = _block(language).splitlines()
    begin = next(i for i, line in enumerate(lines) if re.match(r"(function|def) call", line))
    end = next(i for i, line in enumerate(lines) if line in ("}", "end") and i > begin)
    assert end - begin <= 15
    assert max(map(len, lines)) <= 150


@languages
def test_the_client_sends_any_text_as_it_is(server: Running, folder: Path, language: str) -> None:
    text = _filled_in(_block(language), server)
    value = {
        "php": '["SdkToken" => "Zoë 张三 +&=%/?"]',
        "ruby": '{ "SdkToken" => "Zoë 张三 +&=%/?" }',
    }
    changed = re.sub(r'"CompareFace", \$?images', f'"GetLivenessResult", {value[language]}', text)
    assert changed != text
    changed = changed.replace("2020-03-03", "2018-03-01")
    # A body that arrives changed has no signature that holds.
    logged = LOGGED.search(_run(language, changed, folder).stderr)
    assert logged
    assert logged[1] == "InvalidParameterValue.BizTokenIllegal"
