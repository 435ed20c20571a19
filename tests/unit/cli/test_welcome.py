"""What `countenance serve` prints."""

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from countenance.cli.welcome import Listening, draw_qr, tell_person, tell_program

LINK = "https://192.168.7.20:8480/demo/abcdefghijklmnopqrstuv"
# Rows of a character, upper then lower: True where it is light.
HALVES = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}


def _read(drawn: str) -> str:
    """What a camera before the terminal would read."""
    cells = [[HALVES[c] for c in line] for line in drawn.splitlines()]
    light = np.array(cells, bool).transpose(0, 2, 1).reshape(2 * len(cells), -1)
    picture = np.kron(light.astype(np.uint8) * 255, np.ones((8, 8), np.uint8))
    framed = cv2.copyMakeBorder(picture, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
    return cv2.QRCodeDetector().detectAndDecode(framed)[0]


def test_the_qr_code_reads_as_the_link() -> None:
    assert _read(draw_qr(LINK)) == LINK


def test_a_terminal_gets_the_colours_too() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    lines = draw_qr(LINK, Terminal()).splitlines()
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in lines)


def test_a_person_is_told_the_link_the_code_and_the_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    certificate = Path("/data/tls.crt")
    tell_person(Listening("https://127.0.0.1:8480", "AKID1", None, LINK, True, certificate))
    said = capsys.readouterr().out
    assert f"demo link         {LINK}" in said
    assert "the browser will warn once" in said
    assert "█" in said
    assert 'protocol="https", endpoint="127.0.0.1:8480"' in said
    assert 'certification="/data/tls.crt"' in said


def test_without_tls_there_is_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    tell_person(Listening("http://127.0.0.1:8480", "AKID1", None, LINK))
    said = capsys.readouterr().out
    assert LINK in said
    assert "█" not in said
    assert "certification" not in said


def test_without_the_try_page_there_is_no_demo(capsys: pytest.CaptureFixture[str]) -> None:
    tell_person(Listening("http://127.0.0.1:8480", "AKID1", None, None))
    assert "demo link" not in capsys.readouterr().out


def test_a_program_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    certificate = Path("/data/tls.crt")
    told = Listening("https://127.0.0.1:8480", "AKID1", "shown once", LINK, True, certificate)
    tell_program(told)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "url": "https://127.0.0.1:8480",
        "page": "https://127.0.0.1:8480/",
        "SecretId": "AKID1",
        "SecretKey": "shown once",
        "demo": LINK,
        "certificate": "/data/tls.crt",
    }
