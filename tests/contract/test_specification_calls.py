"""Requests as the specification prints them, sent byte for byte at the moment they were signed.

The signatures are the specification's own, or were computed with openssl from the same strings. The
Java call is what its SDK makes of the sample program: content type with a charset, body with the
escapes of its JSON library, service of the scope the first label of the endpoint.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

import pytest
from tests.callers import Caller
from tests.conftest import jpeg
from tests.contract.servers import Seen, TestServer, real, recorder
from tests.media import Media
from tests.raw import RawAnswer, exchange, written

from countenance import app
from countenance.actions.perform import Performer

EXAMPLE = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
MASKED = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******"
SECRETS = {EXAMPLE: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", MASKED: "Gu5t9xGARNpq86cd98joQYCN3*******"}
MOMENT = 1716800000  # 2024-05-27 08:53:20 UTC
FACEID = "faceid.tencentcloudapi.com"
FORM = "application/x-www-form-urlencoded"


class Keys:
    async def find(self, secret_id: str) -> Caller | None:
        secret = SECRETS.get(secret_id)
        return Caller("documents", "key-of-the-documents", secret) if secret else None

    def invalidate(self, _: str | None = None) -> None:
        """Nothing is remembered."""


class Clock:
    now = float(MOMENT)

    def time(self) -> float:
        return self.now


@dataclass(frozen=True)
class Documents:
    """A recorder that takes the time from a clock, and the keys from the documents."""

    server: TestServer
    clock: Clock

    def __call__(self, request: bytes, moment: int = MOMENT) -> RawAnswer:
        """The answer at that moment; what holds of every answer is asserted."""
        self.clock.now = float(moment)
        answer = exchange(self.server.endpoint, request)
        assert answer.line == "HTTP/1.1 200 OK"
        assert answer.headers["content-type"] == "application/json"
        assert len(answer.response["RequestId"]) == 36
        return answer

    def decoded(self, answer: RawAnswer) -> Seen:
        """What the server made of the request."""
        return self.server.seen[answer.response["RequestId"]]


@contextmanager
def _documents(
    folder: Path,
    serve: Callable[..., AbstractContextManager[TestServer]] = recorder,
    **settings: object,
) -> Iterator[Documents]:
    clock = Clock()
    with ExitStack() as stack:
        with (
            patch.object(app, "time", SimpleNamespace(time=clock.time)),
            patch.object(app, "Authenticator", lambda *_, **__: Keys()),
        ):
            server = stack.enter_context(serve(folder, **settings))
        yield Documents(server, clock)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    with _documents(tmp_path_factory.mktemp("lenient")) as documents:
        yield documents


@pytest.fixture(scope="module")
def ask_strictly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    folder = tmp_path_factory.mktemp("strict")
    with _documents(folder, strict_regions=True, strict_hosts=True) as documents:
        yield documents


def tc3(
    signature: str,
    *,
    action: str,
    version: str = "2018-03-01",
    host: str = FACEID,
    service: str = "faceid",
    day: str = "2024-05-27",
    moment: int = MOMENT,
    key: str = EXAMPLE,
    content_type: str = "application/json",
    region: str = "ap-guangzhou",
    query: str = "",
    body: bytes = b"",
    **more: str,
) -> bytes:
    headers = {
        "Content-Type": content_type,
        "Host": host,
        "Authorization": f"TC3-HMAC-SHA256 Credential={key}/{day}/{service}/tc3_request, "
        f"SignedHeaders=content-type;host, Signature={signature}",
        "X-TC-Action": action,
        "X-TC-Timestamp": str(moment),
        "X-TC-Version": version,
        "X-TC-Region": region,
    }
    line = f"GET /?{query} HTTP/1.1" if query else "POST / HTTP/1.1"
    more = {name.replace("_", "-"): value for name, value in more.items()}
    return written(line, headers | more, body)


def v1(method: str, host: str, pairs: dict[str, str]) -> bytes:
    text = "&".join(f"{name}={quote_plus(value)}" for name, value in pairs.items())
    if method == "GET":
        return written(f"GET /?{text} HTTP/1.1", {"Host": host})
    return written("POST / HTTP/1.1", {"Host": host, "Content-Type": FORM}, text.encode())


# --- the Java sample

JAVA_BODY = (
    rb'{"LivenessType":"SILENT",'
    rb'"ImageUrl":"https://example.com/face.jpg?sign\u003d1\u0026e\u003d2",'
    rb'"VideoUrl":"https://example.com/clip.mp4"}'
)
JAVA_PARAMS = {
    "LivenessType": "SILENT",
    "ImageUrl": "https://example.com/face.jpg?sign=1&e=2",
    "VideoUrl": "https://example.com/clip.mp4",
}
JAVA = {  # endpoint: service of the scope, signature
    FACEID: ("faceid", "e56c3889291e2b282e6b67526ac3ff4128188ea9e35f7ff12ad16d4110527db0"),
    "faceid.ap-tokyo.tencentcloudapi.com": (
        "faceid",
        "4dfca6e0168f4383396bf5c954078b5f05d78d81d6393fb6dc736789bbc0c717",
    ),
    "127.0.0.1:8480": ("127", "db532c4d685a347a3d1cdd119945866e3da808fd6b81e53f0738f96a505669e0"),
    "localhost:8480": (
        "localhost:8480",
        "f9673ce906a82f32507442e8b8757926d6cdc31931f576fd5a303061d358c953",
    ),
}


def java(endpoint: str, region: str = "ap-tokyo") -> bytes:
    service, signature = JAVA[endpoint]
    return tc3(
        signature,
        action="LivenessCompare",
        host=endpoint,
        service=service,
        content_type="application/json; charset=utf-8",
        region=region,
        body=JAVA_BODY,
        X_TC_RequestClient="SDK_JAVA_3.1.1000",
        X_TC_Language="en-US",
        Accept_Encoding="gzip",
        Connection="Keep-Alive",
        User_Agent="okhttp/3.12.13",
    )


@pytest.mark.parametrize("endpoint", JAVA)
def test_the_java_sample(ask: Documents, endpoint: str) -> None:
    answer = ask(java(endpoint))
    assert answer.code == "UnsupportedOperation"
    assert "LivenessCompare" in answer.message
    seen = ask.decoded(answer)
    assert seen.params == JAVA_PARAMS
    assert (seen.action, seen.region, seen.language) == ("LivenessCompare", "ap-tokyo", "en-US")


class Store:
    """What lies behind the addresses of the sample."""

    def __init__(self, media: Media) -> None:
        self._files = {
            JAVA_PARAMS["ImageUrl"]: jpeg(media.astronaut),
            JAVA_PARAMS["VideoUrl"]: media.live_clip,
        }

    async def get(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        data = self._files[url]
        assert len(data) <= max_bytes
        assert seconds > 0
        return data


class Uncounted:
    """A meter for an account that no database has."""

    async def record(self, *_: object) -> int:
        return 0


def test_the_java_sample_is_judged(media: Media, tmp_path: Path) -> None:
    store: Any = Store(media)  # the one method of a Fetcher that is called
    with _documents(tmp_path, real) as documents:
        parts = documents.server.parts
        context = replace(parts.performer._context, fetch=store)
        parts.performer = Performer(parts.handlers, context, Uncounted())
        answer = documents(java(FACEID))
    told = answer.response
    assert told.pop("RequestId")
    assert told.pop("Sim") > 70
    assert told.pop("BestFrameBase64").startswith("/9j/")
    assert told == {"Result": "Success", "Description": "Success", "BestFrameList": None}


def test_the_java_sample_with_strict_regions(ask_strictly: Documents) -> None:
    # The documents give this action no list of regions: any that is one holds.
    assert ask_strictly(java(FACEID)).code == "UnsupportedOperation"
    unknown = ask_strictly(java(FACEID, "ap-atlantis"))
    assert unknown.code == "InvalidParameterValue"
    assert "X-TC-Region" in unknown.message
    assert "ap-tokyo" in unknown.message


# --- an action in region ap-guangzhou, in every form the documents give

TOKEN = {"SdkToken": "BCD5-9A10"}
COMMON = {
    "Action": "GetLivenessResult",
    "Version": "2018-03-01",
    "Timestamp": str(MOMENT),
    "Nonce": "11886",
    "Region": "ap-guangzhou",
    "SecretId": EXAMPLE,
}
SHA256 = {"SignatureMethod": "HmacSHA256"}
GUANGZHOU = {
    "TC3 POST": tc3(
        "b78ee2b4e907284c4b99426835d737f87a76a2b237a0ed54ecd867b9fca5f242",
        action="GetLivenessResult",
        body=b'{"SdkToken":"BCD5-9A10"}',
    ),
    "TC3 GET": tc3(
        "dce773a41101de2386dfbe67d1aea38956155d0b4749dddcd600d8a811f50f8f",
        action="GetLivenessResult",
        content_type=FORM,
        query="SdkToken=BCD5-9A10",
    ),
    "HmacSHA1 GET": v1(
        "GET", FACEID, COMMON | TOKEN | {"Signature": "UU0Lfest5Ba3YtpbkH0r8kKze+8="}
    ),
    "HmacSHA1 POST": v1(
        "POST", FACEID, COMMON | TOKEN | {"Signature": "K2+8+gkpwD06iYVnyuVFCszBSRM="}
    ),
    "HmacSHA256 GET": v1(
        "GET",
        FACEID,
        COMMON | TOKEN | SHA256 | {"Signature": "KoxSV0mWvfkXVQAshQ294rTHSj6lKZPJIKpgNMNDmXU="},
    ),
    "HmacSHA256 POST": v1(
        "POST",
        FACEID,
        COMMON | TOKEN | SHA256 | {"Signature": "dHPnycra6iaOVCCkCpB42VsZI2+Xx8mQ/DycK6pqJzY="},
    ),
}


@pytest.mark.parametrize("form", GUANGZHOU)
def test_a_call_in_ap_guangzhou(ask: Documents, form: str) -> None:
    answer = ask(GUANGZHOU[form])
    assert answer.code == "UnsupportedOperation"
    seen = ask.decoded(answer)
    assert (seen.params, seen.region) == (TOKEN, "ap-guangzhou")


@pytest.mark.provokes("UnsupportedRegion")
@pytest.mark.parametrize("form", GUANGZHOU)
def test_a_call_in_ap_guangzhou_with_strict_regions(ask_strictly: Documents, form: str) -> None:
    answer = ask_strictly(GUANGZHOU[form])
    assert answer.code == "UnsupportedRegion"
    assert "ap-singapore" in answer.message


# --- the samples of the chapters on signatures, which call another product

LISTED = {
    "Action": "DescribeInstances",
    "InstanceIds.0": "ins-09dx96dg",
    "Limit": "20",
    "Nonce": "11886",
    "Offset": "0",
    "Region": "ap-guangzhou",
    "Timestamp": "1465185768",
    "Version": "2017-03-12",
}
CVM = "cvm.tencentcloudapi.com"
CHAPTERS = {
    "TC3 POST": (
        tc3(
            "c492e8e41437e97a620b728c301bb8d17e7dc0c17eeabce80c20cd70fc3a78ff",
            action="DescribeInstances",
            version="2017-03-12",
            host=CVM,
            service="cvm",
            day="2019-02-25",
            moment=1551113065,
            key=MASKED,
            content_type="application/json; charset=utf-8",
            body=b'{"Limit": 1, "Filters": [{"Values": ["unnamed"], "Name": "instance-name"}]}',
        ),
        1551113065,
    ),
    "TC3 GET": (
        tc3(
            "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
            action="DescribeInstances",
            version="2017-03-12",
            host=CVM,
            service="cvm",
            day="2018-10-09",
            moment=1539084154,
            content_type=FORM,
            query="Limit=10&Offset=0",
        ),
        1539084154,
    ),
    "HmacSHA1 GET": (
        v1(
            "GET",
            CVM,
            LISTED | {"SecretId": MASKED, "Signature": "zmmjn35mikh6pM3V7sUEuX4wyYM="},
        ),
        1465185768,
    ),
    "HmacSHA1 GET, other key": (
        v1(
            "GET",
            CVM,
            LISTED | {"SecretId": EXAMPLE, "Signature": "EliP9YW3pW28FpsEdkXt/+WcGeI="},
        ),
        1465185768,
    ),
}


@pytest.mark.provokes("NoSuchVersion")
@pytest.mark.parametrize("sample", CHAPTERS)
def test_a_sample_of_another_product_is_signed_rightly_and_not_served(
    ask: Documents, sample: str
) -> None:
    request, moment = CHAPTERS[sample]
    answer = ask(request, moment)
    assert answer.code == "NoSuchVersion"
    assert "2018-03-01" in answer.message
    tampered = request.replace(b"Limit=", b"Limit=1").replace(b'"Limit": 1', b'"Limit": 2')
    assert ask(tampered, moment).code == "AuthFailure.SignatureFailure"


@pytest.mark.provokes("NoSuchProduct")
@pytest.mark.parametrize("sample", CHAPTERS)
def test_with_strict_hosts_the_product_is_what_is_not_served(
    ask_strictly: Documents, sample: str
) -> None:
    answer = ask_strictly(*CHAPTERS[sample])
    assert answer.code == "NoSuchProduct"
    assert "faceid" in answer.message


@pytest.mark.provokes("AuthFailure.SignatureExpire")
@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_sample_at_another_moment_has_expired(ask: Documents, seconds: int) -> None:
    assert ask(java(FACEID), MOMENT + seconds).code == "AuthFailure.SignatureExpire"
