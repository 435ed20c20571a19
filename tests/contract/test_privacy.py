"""What callers send leaves no trace: not in logs, metrics, the database or any other file."""

import base64
import hashlib
import json
import re
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import httpx
import numpy as np
import pytest
from tests.client import Client
from tests.conftest import Pixels
from tests.contract import plants
from tests.contract.plants import INVENTED, MARK, NAME, NUMBER, TOKEN
from tests.perception.hostile import samples
from tests.serving import Running, serve
from tests.traces import find_files, read_files, traces

from countenance.perception import weights
from countenance.wire.signature import sign_v1

WRONG = "Wr0ngSecretKeyOfThirtyTwoLetters"
# As pixels in a picture; the mark is written into its file.
STRIP = np.random.default_rng(4).integers(0, 256, (1, 24, 3), dtype=np.uint8)
HASH = re.compile(rb'"sha256": ?"[0-9a-f]{64}"')
SEALED = re.compile(r"objects/[0-9a-f]{32}(\.part)?")
KEPT = {"countenance.db", "countenance.db-wal", "countenance.db-shm", "master.key"}


def unhashed(line: bytes) -> bytes:
    """A line of the log without the hashes that a refused signature may leave in it.

    They are all that it may leave: docs/decisions/0006.
    """
    allowed = json.loads(line)["event"] == "authentication failed"
    return HASH.sub(b'"sha256": null', line) if allowed else line


@dataclass(frozen=True)
class Left:
    """What a server left behind: contents by where they were found, and the files it made."""

    contents: dict[str, bytes]
    plants: dict[str, bytes]
    data: set[str]
    elsewhere: set[str]


def _picture(pixels: Pixels) -> bytes:
    """A PNG that holds the strip as pixels and the mark as a comment."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    marked = pixels.copy()
    marked[:1, :24] = STRIP
    notes = PngInfo()
    notes.add_text("Comment", MARK.decode("latin-1"))
    return samples.image("png", Image.fromarray(marked[:, :, ::-1]), pnginfo=notes)


class Caller:
    """Sends what integrators send, right and wrong, with a plant in every place."""

    def __init__(self, server: Running, picture: bytes, clip: bytes) -> None:
        self.server, self.client = server, Client(server)
        self.wrong = Client(server, WRONG)
        self.picture = base64.b64encode(picture).decode()
        self.clip = base64.b64encode(clip).decode()
        self.secret = server.secret_key
        self.token = ""  # of a verification, once it was asked for

    def everything(self) -> Iterator[object]:
        """One answer after another; none of them matters here."""
        yield from self._parameters()
        yield from self._bodies()
        yield from self._headers()
        yield from self._forms()
        yield from self._connections()
        yield from self._sessions()

    def _parameters(self) -> Iterator[object]:
        call = self.client.call
        photo, clip, garbage = self.picture, self.clip, base64.b64encode(MARK).decode()
        person = {"Name": NAME, "IdCard": NUMBER, "ImageBase64": photo}
        judged = {"ImageBase64": photo, "VideoBase64": clip, "LivenessType": "SILENT"}
        answers = [
            call("CompareFace", {"ImageA": photo, "ImageB": photo}),
            call("CompareFaceLiveness", judged),
        ]
        assert [answer.code for answer in answers] == ["Success", "Success"]
        yield from answers
        yield call("CompareFace", {"ImageA": garbage, "ImageB": garbage + photo})
        yield call("CompareFace", {"ImageA": NAME, "ImageB": f"{NUMBER} {self.secret}"})
        yield call("CompareFace", {"ImageA": [NAME], "ImageB": {"x": self.secret}})
        yield call("CompareFace", {"ImageA": photo, "UrlB": f"http://192.0.2.1/{NUMBER}?n={NAME}"})
        yield call("CompareFace", {"FaceModelVersion": NUMBER, "ImageA": photo})
        yield call("CompareFace", person | {"Secret": self.secret, "Other": TOKEN})
        yield call("CompareFaceLiveness", judged | {"VideoBase64": photo})
        yield call("CompareFaceLiveness", judged | {"LivenessType": NAME, "ValidateData": NUMBER})
        yield call("CompareFaceLiveness", judged | {"ValidateData": NUMBER})
        url = f"http://192.0.2.1/{NUMBER}?n={NAME}"
        yield call("LivenessCompare", judged | {"Optional": f'{{"{NAME}": "{NUMBER}"}}'})
        urls = {"ImageUrl": url, "VideoUrl": url, "ImageMd5": NAME, "VideoMd5": NUMBER}
        yield call("VideoLivenessCompare", urls | {"LivenessType": "SILENT"})
        urls = {name: url if name.endswith("Url") else "0" * 32 for name in urls}
        yield call("VideoLivenessCompare", urls | {"LivenessType": "SILENT"})
        yield call("ImageRecognitionV2", person)
        yield call("ImageRecognitionV2", person | {"Extra": self.secret})
        yield self.wrong.call("ImageRecognitionV2", person)

    def _bodies(self) -> Iterator[object]:
        whole = json.dumps({"Name": NAME, "IdCard": NUMBER, "Image": self.picture}).encode()
        for body in (
            whole[:-9],
            whole + whole,
            whole.replace(b"{", b"{\xff", 1),
            b'{"Name": "%s", "Name": 1}' % NAME.encode(),
            f'"{NAME} {NUMBER} {self.secret}"'.encode(),
            NUMBER.encode() + MARK,
        ):
            yield self.client.call("CompareFace", body)
            yield self.wrong.call("CompareFace", body)

    def _headers(self) -> Iterator[object]:
        body = {"ImageA": self.picture}
        latin = NAME.encode().decode("latin-1")
        for headers in (
            {"X-TC-Region": latin},
            {"X-TC-Language": latin},
            {"X-TC-TraceId": NUMBER},
            {"X-TC-Token": TOKEN},
            {"User-Agent": self.secret},
            {"Cookie": f"session={TOKEN}", "Referer": f"http://192.0.2.1/{NUMBER}"},
            {"X-Forwarded-For": latin},
            {"X-TC-Action": NUMBER},
            {"X-TC-Action": latin},
            {"X-TC-Version": NUMBER},
            {"X-TC-Timestamp": NUMBER},
            {"Content-Type": f"multipart/form-data; boundary={NUMBER}"},
            {"Content-Encoding": TOKEN},
            {"Authorization": f"Basic {self.secret}"},
            {"Authorization": f"TC3-HMAC-SHA256 {self.secret}"},
            {"Authorization": self._authorization(self.secret, "2026-01-01", "iai")},
        ):
            yield self.client.call("CompareFace", body, **headers)
        today = time.strftime("%Y-%m-%d", time.gmtime())
        for claim in (
            self._authorization(self.server.secret_id, INVENTED, "iai"),
            self._authorization(self.server.secret_id, today, INVENTED),
            self._authorization(self.server.secret_id, today, "iai", f";{INVENTED}"),
        ):
            yield self.client.call("CompareFace", body, Authorization=claim)

    def _authorization(self, secret_id: str, date: str, service: str, more: str = "") -> str:
        scope = f"{secret_id}/{date}/{service}/tc3_request"
        names = f"SignedHeaders=content-type;host{more}, Signature={'0' * 64}"
        return f"TC3-HMAC-SHA256 Credential={scope}, {names}"

    def _forms(self) -> Iterator[object]:
        person = [("IdCard", NUMBER), ("Name", NAME), ("ImageBase64", self.picture[:6000])]
        for method in ("GET", "POST"):
            for secret in (self.secret, WRONG):
                yield self._v1(method, person, secret)
                yield self._v1(method, [*person, ("Secret", self.secret)], secret)
                yield self._v1(method, person, secret, tail=f"&{INVENTED}&x=%{TOKEN}".encode())
                yield self._v1(method, [*person, (INVENTED, "x")], secret)
        query = f"Name={quote(NAME)}&IdCard={NUMBER}&Token={self.secret}"
        yield httpx.get(f"{self.server.url}/?{query}", trust_env=False)
        parts = {"Name": NAME.encode(), NUMBER: MARK}
        yield httpx.post(self.server.url, files=parts, trust_env=False)
        for path in ("compare", "verify", NUMBER):
            form = {"photo_a": MARK, "photo_b": NAME.encode(), "photo": MARK, "video": MARK}
            yield httpx.post(
                f"{self.server.url}/try/{path}",
                files={name: (NUMBER, data) for name, data in form.items()},
                headers={"Origin": self.server.url},
                trust_env=False,
            )

    def _v1(
        self, method: str, given: Iterable[tuple[str, str]], secret: str, tail: bytes = b""
    ) -> httpx.Response:
        common = {
            "Action": "ImageRecognitionV2",
            "Version": "2018-03-01",
            "Timestamp": str(int(time.time())),
            "Nonce": str(time.monotonic_ns()),
            "SecretId": self.server.secret_id,
            "SignatureMethod": "HmacSHA256",
        }
        pairs = [(k.encode(), v.encode()) for k, v in (*common.items(), *given)]
        sign = sign_v1(method=method, host=self.server.endpoint, pairs=pairs, secret=secret)
        pairs.append((b"Signature", sign.encode()))
        text = "&".join(f"{quote_plus(k)}={quote_plus(v)}" for k, v in pairs).encode() + tail
        if method == "GET":
            return httpx.get(f"{self.server.url}/?{text.decode()}", trust_env=False)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return httpx.post(self.server.url, content=text, headers=kind, trust_env=False)

    def _sessions(self) -> Iterator[object]:
        asked = plants.Asked(self.server, self.client, self.picture, self.clip)
        yield from asked.everything()
        self.token = asked.token

    def _connections(self) -> Iterator[object]:
        yield httpx.put(f"{self.server.url}/{NUMBER}?{TOKEN}", content=MARK, trust_env=False)
        host, port = self.server.endpoint.split(":")
        for raw in (
            f"{self.secret}\r\n\r\n".encode(),
            f"GET /{NUMBER} HTTP/9\r\n{TOKEN}\r\n\r\n".encode(),
            f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {TOKEN}\r\n\r\n".encode() + MARK,
            f"POST / HTTP/1.1\r\nHost: {NUMBER}\r\nContent-Length: 99\r\n\r\n{NAME}".encode(),
        ):
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                connection.sendall(raw)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            yield raw


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, astronaut: Pixels, live_clip: bytes) -> Left:
    folder = tmp_path_factory.mktemp("private")
    places = {"TMPDIR": folder / "tmp", "HOME": folder / "home", "XDG_CACHE_HOME": folder / "cache"}
    for place in places.values():
        place.mkdir()
    environment = {name: str(place) for name, place in places.items()}
    environment |= {
        "COUNTENANCE_MODELS": str(weights.directory()),
        "COUNTENANCE_LOG_LEVEL": "debug",
        "COUNTENANCE_RATE_PER_ACTION": "1000",
        "COUNTENANCE_RATE_PER_ADDRESS": "1000",
    }
    contents: dict[str, bytes] = {}
    data = folder / "data"
    with serve(folder, **environment) as server:
        planted = {
            "the picture's mark": MARK,
            "the picture's pixels": STRIP.tobytes(),
            "the picture's pixels in RGB": STRIP[:, :, ::-1].tobytes(),
            "the clip": live_clip[4000:4048],
            "the name": NAME.encode(),
            "the number": NUMBER.encode(),
            "the invented name": INVENTED.encode(),
            "the wrong secret": WRONG.encode(),
            "the token": TOKEN.encode(),
            "the secret": server.secret_key.encode(),
        }
        caller = Caller(server, _picture(astronaut), live_clip)
        asked = sum(1 for _ in caller.everything())
        assert asked > 90
        planted["the token of a verification"] = caller.token.encode()
        contents["/metrics"] = httpx.get(f"{server.url}/metrics", trust_env=False).content
        elsewhere = {f for place in places.values() for f in find_files(place)}
        held = read_files(data)
        contents |= {f"{name}, while it ran": content for name, content in held.items()}
    seen = held.keys() | find_files(data)
    elsewhere |= {f for place in places.values() for f in find_files(place)}
    contents |= read_files(data)
    contents |= {name: (folder / name).read_bytes() for name in ("server.log", "server.out")}
    lines = contents["server.log"].splitlines(keepends=True)
    contents["server.log"] = b"".join(map(unhashed, lines))
    return Left(contents, planted, seen, elsewhere)


def test_the_search_finds_every_spelling() -> None:
    plants = {"number": NUMBER.encode(), "mark": MARK}
    for value in plants.values():
        for hay in (
            b"." + value + b".",
            base64.b64encode(b"x" + value + b"yz"),
            base64.b64encode(b"xy" + value),
            base64.urlsafe_b64encode(value + b"tail"),
            quote(base64.b64encode(value)).encode(),
            quote(value, safe="").encode(),
            json.dumps(value.decode("latin-1")).encode(),
            value.hex().encode(),
        ):
            assert traces(hay, plants)
    assert traces(b"nothing of it", plants) == []


def test_only_the_hashes_of_a_refused_signature_are_overlooked() -> None:
    digest = hashlib.sha256(NUMBER.encode()).hexdigest()
    plants = {"number": NUMBER.encode()}
    line = {"event": "authentication failed", "parts": [{"name": "IdCard", "sha256": digest}]}
    assert traces(unhashed(json.dumps(line).encode()), plants) == []
    for told in ({"event": "request"}, {"said": digest}, {"said": NUMBER}):
        assert traces(unhashed(json.dumps(line | told).encode()), plants)


def _found(left: Left, plants: Iterable[str]) -> dict[str, list[str]]:
    """The places that hold one of these plants, and which."""
    wanted = {name: left.plants[name] for name in plants}
    found = {place: traces(content, wanted) for place, content in left.contents.items()}
    return {place: names for place, names in found.items() if names}


def test_no_plant_is_left_anywhere(left: Left) -> None:
    assert _found(left, left.plants.keys() - {"the invented name"}) == {}


def test_names_that_callers_invent_are_left_nowhere(left: Left) -> None:
    assert _found(left, ["the invented name"]) == {}


def test_the_log_tells_of_the_requests_all_the_same(left: Left) -> None:
    told = [json.loads(line) for line in left.contents["server.log"].splitlines()]
    requests = [line for line in told if line["event"] == "request"]
    codes = {line["code"] for line in requests}
    assert len(requests) > 50
    assert {"Success", "AuthFailure.SignatureFailure", "UnknownParameter"} <= codes
    explained = {line["code"] for line in told if line["event"] == "authentication failed"}
    assert "AuthFailure.SignatureFailure" in explained
    assert b"countenance_requests_total" in left.contents["/metrics"]


def test_standard_output_says_nothing_after_the_first_line(left: Left) -> None:
    assert left.contents["server.out"] == b""


def test_nothing_but_the_database_the_key_and_sealed_files_is_written(left: Left) -> None:
    sealed = {name for name in left.data if SEALED.fullmatch(name)}
    assert len(sealed) >= 4  # the photo, the texts, the recording, what the device said of itself
    assert {"countenance.db", "master.key"} <= left.data - sealed <= KEPT
    assert left.elsewhere == set()
