"""What is pasted is read as it would go over the connection."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from subprocess import run
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.cli.pasted import Pasted, PasteError, read

FORM = "application/x-www-form-urlencoded"


def take(text: str | bytes, folder: Path = Path()) -> Pasted:
    return read(text.encode() if isinstance(text, str) else text, folder)


def headers(pasted: Pasted) -> dict[str, str]:
    return {name.lower(): value for name, value in pasted.headers}


@pytest.mark.parametrize(
    ("command", "method", "query", "body"),
    [
        ("curl http://h/", "GET", b"", b""),
        ("curl h?a=1", "GET", b"a=1", b""),
        ("curl http://h/ -d a=1 --data b=2", "POST", b"", b"a=1&b=2"),
        ("curl -XPOST http://h/ -da", "POST", b"", b"a"),
        ("curl -sSX PUT --url http://h/", "PUT", b"", b""),
        ("curl -G -d a=1 --data-urlencode 'b=c d&e' 'h/?z=0'", "GET", b"z=0&a=1&b=c+d%26e", b""),
        ("curl http://h/ --data-urlencode 'a b'", "POST", b"", b"a+b"),
        ("curl http://h/ --data-urlencode '=a=b'", "POST", b"", b"a%3Db"),
        ("curl http://h/ --json '{\"a\":' --json '1}'", "POST", b"", b'{"a":1}'),
        ("curl http://h/ --data-raw @a", "POST", b"", b"@a"),
        ("curl h --data-binary $'-x\\r\\na\\x41\\u00e9\\''", "POST", b"", b"-x\r\naA\xc3\xa9'"),
        ('curl http://h/ -d "a\\"b\\$c\\\\"', "POST", b"", b'a"b$c\\'),
        ("curl http://h/ \\\n  -d 'a\\\nb'", "POST", b"", b"a\\\nb"),
        ("curl http://h/ -d 'x' 2>/dev/null | jq .a", "POST", b"", b"x"),
        ("curl http://h/ -d '$notavariable'", "POST", b"", b"$notavariable"),
        ("curl http://h/ -d a\\ b", "POST", b"", b"a b"),
    ],
)  # fmt: skip
def test_a_curl_command(command: str, method: str, query: bytes, body: bytes) -> None:
    found = take(command)
    assert (found.method, found.path, found.query) == (method, "/", query)
    assert found.bodies == (body,)


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("curl http://h:80/ -d a", {"host": "h", "content-type": FORM}),
        ("curl https://u:p@h:443/", {"host": "h"}),
        ("curl https://h:80/", {"host": "h:80"}),
        ("curl h -H 'Host: o' -H 'X-A:  b ' -H 'X-B;'", {"host": "o", "x-a": "b", "x-b": ""}),
        ("curl h -d a -H Content-Type:", {"host": "h"}),
        ("curl h --json a", {"host": "h", "content-type": "application/json"}),
    ],
)  # fmt: skip
def test_the_headers_of_a_curl_command(command: str, wanted: dict[str, str]) -> None:
    assert headers(take(command)) == wanted


def test_a_curl_command_reads_the_files_it_names(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"a\r\nb\n")
    for option, body in (("-d", b"ab"), ("--data-binary", b"a\r\nb\n")):
        assert take(f"curl h {option} @body", tmp_path).bodies == (body,)
    assert take("curl h --data-urlencode n@body", tmp_path).bodies == (b"n=a%0D%0Ab%0A",)
    with pytest.raises(PasteError, match="nowhere: No such file"):
        take("curl h -d @nowhere", tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('curl h -d "$body"', "variable"),
        ("curl h -H Authorization:${x}", "variable"),
        ("curl h -d `date`", "variable"),
        ("curl h -d $(date)", "variable"),
        ("curl h -d 'a", "quotation marks"),
        ("curl -d a", "one address"),
        ("curl h h2", "one address"),
        ("curl h --frobnicate", "frobnicate"),
        ("curl h -F a=b", "boundary"),
        ("curl -I h", "method"),
        ("curl h -H @file", "-H @file"),
        ("", "no request"),
        ("hello", "request line"),
        ("POST / HTTP/1.1\nhello", "name: value"),
        ("{", "is none"),
        ('{"method": "POST"}', "`headers`"),
        ('{"method": "POST", "url": "/", "headers": 3}', "`headers`"),
        ('{"body": {"a": 1}}', "the text that was sent"),
    ],
)
def test_what_cannot_be_known_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(PasteError, match=said):
        take(text)


def test_raw_text() -> None:
    found = take("\nPOST /?a=b HTTP/1.1\nHost: h:1\nX-A: b:c\n\nline\n\nmore")
    assert (found.method, found.path, found.query) == ("POST", "/", b"a=b")
    assert headers(found) == {"host": "h:1", "x-a": "b:c"}
    assert found.bodies == (b"line\n\nmore",)
    verbose = take("> GET http://h/p?q=1 HTTP/1.1\n> Host: h\n> \n")
    assert (verbose.path, verbose.query, headers(verbose)) == ("/p", b"q=1", {"host": "h"})
    assert take(b"POST / HTTP/1.1\r\nHost: h\r\n\r\n\xff\x00").bodies == (b"\xff\x00",)


@pytest.mark.parametrize(
    "found",
    [
        {"method": "POST", "url": "http://h/?a=1", "headers": {"Host": "h"}, "body": "x"},
        {"request_line": "POST /?a=1 HTTP/1.1", "headers": [["Host", "h"]], "body": "x"},
        {
            "request": {
                "method": "POST",
                "url": "http://h/?a=1",
                "headers": [{"name": "Host", "value": "h"}, {"name": ":path", "value": "/"}],
                "postData": {"text": "x"},
            }
        },
    ],
)
def test_json_of_a_capture(found: dict[str, Any]) -> None:
    request = take(json.dumps(found))
    assert (request.method, request.path, request.query) == ("POST", "/", b"a=1")
    assert (headers(request), request.bodies) == ({"host": "h"}, (b"x",))


@given(st.one_of(st.text(), st.text().map(lambda text: f"curl {text}"), st.binary()))
def test_reading_raises_nothing_but_its_own_error(text: str | bytes) -> None:
    with suppress(PasteError):
        take(text)


@pytest.fixture
def echo() -> Iterator[tuple[str, list[tuple[str, str, dict[str, str], bytes]]]]:
    """A server that keeps what curl sends it."""
    seen: list[tuple[str, str, dict[str, str], bytes]] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            found = {name.lower(): value for name, value in self.headers.items()}
            seen.append((self.command, self.path, found, body))
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Keep)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(which("curl") is None, reason="the program curl is not on this machine")
@pytest.mark.parametrize(
    "options",
    [
        "-d 'a=1' -d '{\"x\": \"é\"}'",
        "--data-binary $'a\\r\\n\\u4e2d\\'\\x41'",
        "-G --data-urlencode 'n=a b&c/é+~' -d q=1",
        "--json '{\"a\": 1}'",
        "-H 'Host: x.example' -H 'Content-Type:' -H 'X-Empty;' -d \"a\\\"\\$b\\\\n\"",
        "-H 'Content-Type: application/json; charset=utf-8' --data-urlencode '=x y'",
    ],
)
def test_it_is_what_curl_itself_sends(
    echo: tuple[str, list[tuple[str, str, dict[str, str], bytes]]], options: str
) -> None:
    url, seen = echo
    command = f"curl -sS --noproxy '*' '{url}' {options}"
    run(["bash", "-c", command], check=True, timeout=30)
    ((method, target, sent, body),) = seen
    found = take(command)
    query = f"?{found.query.decode()}" if found.query else ""
    # Older curls write the escapes of -G in lower case, newer ones in upper case.
    target = re.sub("%[0-9a-f]{2}", lambda escape: escape[0].upper(), target)
    assert (found.method, found.path + query, found.bodies[0]) == (method, target, body)
    mine = headers(found)
    assert {name: sent.get(name) for name in mine} == mine
    assert ("content-type" in sent) == ("content-type" in mine)
