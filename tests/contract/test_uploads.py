"""Uploads end to end: the official SDK asks for addresses, plain HTTP fills them, actions read."""

import hashlib
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.client import Answer, Client, added, check, counts
from tests.conftest import jpeg
from tests.contract import python_clients
from tests.contract.python_clients import Clients
from tests.media import GIF, Media, text
from tests.serving import Running

from countenance.contract import catalogue

VIDEO = "VideoLivenessCompare"
# What is stored is tested on every database and store where the store is tested.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.fixture
def client(server: Running) -> Client:
    return Client(server)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _put(url: str, data: bytes, **headers: str) -> httpx.Response:
    return httpx.put(url, content=data, headers=headers, trust_env=False, timeout=30)


def _get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=30)


def _invited(client: Client, target: str) -> dict[str, Any]:
    answer = client.call("CreateUploadUrl", {"TargetAction": target})
    check(answer, "CreateUploadUrl")
    assert answer.code == "Success", answer.message
    return answer.response


def _uploaded(client: Client, target: str, data: bytes) -> str:
    invited = _invited(client, target)
    assert _put(invited["UploadUrl"], data).status_code == 200
    return str(invited["ResourceUrl"])


def test_a_verification_by_the_official_sdk(
    server: Running, clients: Clients, media: Media
) -> None:
    def call(action: str, params: dict[str, Any]) -> dict[str, Any]:
        found = catalogue.find("2018-03-01", action)
        [outcome] = clients.drive("intl", [python_clients.job(server, found, params, typed=True)])
        response: dict[str, Any] = outcome["response"]
        return response

    params = {"LivenessType": "SILENT"}
    for name, data in (("Image", jpeg(media.astronaut)), ("Video", media.live_clip)):
        before = int(time.time())
        invited = call("CreateUploadUrl", {"TargetAction": VIDEO})
        assert 7200 <= invited["ExpiredTimestamp"] - before <= 7260
        assert urlsplit(invited["UploadUrl"]).path.startswith(f"/files/faceid/{VIDEO}/")
        sent = _put(invited["UploadUrl"], data, **{"Content-Type": "application/x-anything"})
        assert sent.status_code == 200
        assert _get(invited["ResourceUrl"]).content == data
        params |= {f"{name}Url": invited["ResourceUrl"], f"{name}Md5": _md5(data)}
    # The server may fetch from no private address, and this one is: nothing goes over a network.
    found = call(VIDEO, params)
    assert found["Result"] == "Success"
    assert found["Sim"] > 70
    best = found["BestFrame"]
    frame = _get(best["Url"])
    assert frame.headers["content-type"] == "image/jpeg"
    assert (best["MD5"], best["Size"]) == (_md5(frame.content), len(frame.content))
    folder = server.folder / "data" / "objects"
    stored = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    assert stored
    plain = (frame.content, jpeg(media.astronaut), media.live_clip)
    assert not any(one[100:164] in sealed for sealed in stored for one in plain)


def test_pictures_of_the_other_service(client: Client, media: Media) -> None:
    url = _uploaded(client, "CompareFace", jpeg(media.astronaut))
    found = client.call("CompareFace", {"UrlA": url, "ImageB": text(jpeg(media.astronaut))})
    assert found.response["Score"] > 90


def _compare(client: Client, url: str) -> Answer:
    return client.call("CompareFace", {"UrlA": url, "UrlB": url})


def test_our_own_addresses_that_open_nothing(client: Client, media: Media) -> None:
    url = _uploaded(client, "CompareFace", jpeg(media.astronaut))
    empty = _invited(client, "CompareFace")
    for asked, code, said in (
        (url[:-1] + ("0" if url[-1] != "0" else "1"), "InvalidParameterValue.UrlIllegal", "sign"),
        (empty["UploadUrl"], "InvalidParameterValue.UrlIllegal", "did not sign"),
        (empty["ResourceUrl"], "FailedOperation.ImageDownloadError", "nothing is stored"),
    ):
        found = _compare(client, asked)
        assert found.code == code
        assert said in found.message
        assert asked not in found.message


def test_what_an_upload_may_be(client: Client, media: Media) -> None:
    face = jpeg(media.astronaut)
    put = _invited(client, "CompareFace")["UploadUrl"]
    for data, status, code in (
        (GIF, 415, "bad_type"),
        (media.live_clip, 415, "bad_type"),
        (b"", 400, "empty"),
        (face.ljust((5 << 20) + 1), 413, "too_large"),
    ):
        refused = _put(put, data)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert _put(put, face).status_code == 200
    assert _put(put, face).status_code == 200
    assert _put(put, face + b"!").status_code == 409
    assert _put(_invited(client, "GenerateReflectSequence")["UploadUrl"], b"\0").status_code == 200


def test_another_action_has_no_uploads(client: Client) -> None:
    before = counts(client.server)
    found = client.call("CreateUploadUrl", {"TargetAction": "CompareFaceLiveness"})
    check(found, "CreateUploadUrl")
    assert found.code == "InvalidParameterValue"
    assert "must be one of ApplyCardVerification, " in found.message
    assert added(before, counts(client.server)) == {}


def test_an_invitation_is_counted_and_not_billed(client: Client) -> None:
    before = counts(client.server)
    _invited(client, "LivenessCompare")  # of no other test: an equal call is a repeat
    row = ("faceid", "CreateUploadUrl", "Success")
    assert added(before, counts(client.server)) == {row: (1, 0)}
