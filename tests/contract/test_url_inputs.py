"""Media by their URLs: fetched, held to their MD5, refused by name; over HTTP on both sides."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from tests.client import IAI, VERSIONS, Answer, Client, added, check, counts
from tests.conftest import jpeg
from tests.contract import node_clients, python_clients
from tests.contract.python_clients import Clients
from tests.contract.test_codes import UNMETERED
from tests.media import GIF, Media, text
from tests.serving import serve
from tests.sites import Site, answer, site, trickle

from countenance.contract import catalogue

COMPARE = catalogue.find("2018-03-01", "LivenessCompare")
VIDEO = catalogue.find("2018-03-01", "VideoLivenessCompare")
MB = 1024 * 1024
NAMES = ("ImageUrl", "VideoUrl")


@pytest.fixture(scope="module")
def store(media: Media) -> Iterator[Site]:
    """Where the pictures lie."""
    pages = {
        "/face.jpg": answer(jpeg(media.astronaut)),
        "/other.jpg": answer(jpeg(media.hopper)),
        "/clip.mp4": answer(media.live_clip),
        "/print.mp4": answer(media.print_clip),
        "/face.gif": answer(GIF),
        "/large": answer(bytes(8 * MB + 1)),
        "/slow": trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"),
        "/empty": answer(),
    }
    with site(pages=pages) as running:
        yield running


@pytest.fixture(scope="module")
def client(store: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server that may fetch from the store and from nowhere else."""
    folder = tmp_path_factory.mktemp("fetching")
    (folder / "data").mkdir()
    (folder / "data" / "countenance.toml").write_text(
        f'fetch_networks = ["127.0.0.1"]\nfetch_ports = [{store.port}, 9]\n'
    )
    with serve(folder) as running:
        yield Client(running)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def params(store: Site, media: Media) -> dict[str, Any]:
    """A good VideoLivenessCompare."""
    return {
        "ImageUrl": store.url("/face.jpg"),
        "ImageMd5": _md5(jpeg(media.astronaut)),
        "VideoUrl": store.url("/clip.mp4"),
        "VideoMd5": _md5(media.live_clip),
        "LivenessType": "SILENT",
    }


def _call(client: Client, action: str, params: dict[str, Any]) -> Answer:
    """One call that is counted as its code says."""
    before = counts(client.server)
    found = client.call(action, params)
    check(found, action)
    billed = int(found.code in ("Success", "FailedOperation.CompareLowSimilarity"))
    service = "iai" if VERSIONS.get(action) == IAI else "faceid"
    row = {(service, action, found.code): (1, billed)}
    assert added(before, counts(client.server)) == ({} if found.code in UNMETERED else row)
    return found


def test_video_liveness_compare(client: Client, params: dict[str, Any], store: Site) -> None:
    asked = len(store.requests)
    found = _call(client, "VideoLivenessCompare", params)
    assert len(store.requests) == asked + 2
    assert found.code == "Success"
    assert found.response.keys() == {"Sim", "Result", "Description", "BestFrame", "RequestId"}
    assert found.response["Sim"] >= 70
    best = found.response["BestFrame"]
    assert len(best["MD5"]) == 32
    assert 0 < best["Size"] < MB
    shouted = params | {name: params[name].upper() for name in ("ImageMd5", "VideoMd5")}
    assert _call(client, "VideoLivenessCompare", shouted).code == "Success"


def test_what_it_judges(client: Client, params: dict[str, Any], media: Media, store: Site) -> None:
    other = {"ImageUrl": store.url("/other.jpg"), "ImageMd5": _md5(jpeg(media.hopper))}
    found = _call(client, "VideoLivenessCompare", params | other)
    assert found.code == "FailedOperation.CompareLowSimilarity"
    printed = {"VideoUrl": store.url("/print.mp4"), "VideoMd5": _md5(media.print_clip)}
    found = _call(client, "VideoLivenessCompare", params | printed)
    assert (found.code, found.response["Sim"]) == ("FailedOperation.SilentPictureLiveFail", 0)


@pytest.mark.parametrize("name", ["ImageMd5", "VideoMd5"])
@pytest.mark.parametrize(
    ("md5", "said"),
    [
        ("0" * 32, "must be the MD5 of the file"),
        ("", "32 hexadecimal digits"),
        ("0" * 31, "32 hexadecimal digits"),
        ("g" * 32, "32 hexadecimal digits"),
        ("0" * 32 + "\n", "32 hexadecimal digits"),
    ],
)
def test_an_md5_that_does_not_hold(
    client: Client, params: dict[str, Any], store: Site, name: str, md5: str, said: str
) -> None:
    asked = len(store.requests)
    found = _call(client, "VideoLivenessCompare", params | {name: md5})
    assert found.code == "InvalidParameterValue"
    assert f"`{name}` must be" in found.message
    assert said in found.message
    malformed = md5 != "0" * 32
    assert len(store.requests) == asked + (0 if malformed else 2)


def test_liveness_compare_takes_either(
    client: Client, params: dict[str, Any], media: Media
) -> None:
    urls = {name: params[name] for name in (*NAMES, "LivenessType")}
    found = _call(client, "LivenessCompare", urls | {"Optional": '{"BestFrameNum": 2}'})
    assert found.code == "Success"
    assert found.response["BestFrameList"][0] == found.response["BestFrameBase64"]
    mixed = {"ImageBase64": text(jpeg(media.astronaut)), "ImageUrl": "ftp://nowhere.example"}
    assert _call(client, "LivenessCompare", urls | mixed).code == "Success"


# Where the URL leads on the store, the codes of the photo and of the video.
LEADS = [
    pytest.param(
        "/nothing",
        "FailedOperation.DownLoadError",
        "FailedOperation.DownLoadError",
        marks=pytest.mark.provokes("FailedOperation.DownLoadError"),
    ),
    pytest.param(
        "/slow",
        "FailedOperation.DownLoadTimeoutError",
        "FailedOperation.DownLoadTimeoutError",
        marks=pytest.mark.provokes("FailedOperation.DownLoadTimeoutError"),
    ),
    pytest.param("/large", "FailedOperation.ImageSizeTooLarge", "InvalidParameterValue"),
    pytest.param("/empty", "FailedOperation.EmptyImageError", "InvalidParameterValue"),
    pytest.param("/face.gif", "FailedOperation.ImageDecodeFailed", "InvalidParameterValue"),
]


@pytest.mark.parametrize(("path", "photo", "video"), LEADS)
def test_what_a_url_leads_to(
    client: Client, params: dict[str, Any], store: Site, path: str, photo: str, video: str
) -> None:
    urls = {name: params[name] for name in (*NAMES, "LivenessType")}
    for name, code in zip(NAMES, (photo, video), strict=True):
        found = _call(client, "LivenessCompare", urls | {name: store.url(path)})
        assert found.code == code
        assert f"`{name}`" in found.message
        assert store.url(path) not in found.message


@pytest.mark.parametrize("url", ["ftp://a.example/x", "http://10.0.0.1/x", "no url"])
@pytest.mark.parametrize("name", NAMES)
def test_a_url_that_is_not_fetched_from(
    client: Client, params: dict[str, Any], name: str, url: str
) -> None:
    found = _call(client, "VideoLivenessCompare", params | {name: url})
    assert found.code == "InvalidParameterValue"
    assert f"`{name}`" in found.message


def test_of_two_faults_the_photos_is_told(client: Client, params: dict[str, Any]) -> None:
    both = params | {"VideoUrl": "no url", "ImageUrl": "no url"}
    assert "`ImageUrl`" in _call(client, "VideoLivenessCompare", both).message


@pytest.mark.provokes(
    "FailedOperation.ImageDownloadError",
    "FailedOperation.RequestTimeout",
    "FailedOperation.ImageSizeExceed",
)
def test_compare_face(client: Client, media: Media, store: Site) -> None:
    face = text(jpeg(media.astronaut))
    for path, code in (
        ("/face.jpg", "Success"),
        ("/nothing", "FailedOperation.ImageDownloadError"),
        ("/slow", "FailedOperation.RequestTimeout"),
        ("/large", "FailedOperation.ImageSizeExceed"),
        ("/empty", "InvalidParameterValue.ImageEmpty"),
    ):
        sent = {"UrlA": store.url(path), "ImageB": face}
        assert _call(client, "CompareFace", sent).code == code


@pytest.mark.provokes("FailedOperation.ImageDownloadError")
@pytest.mark.parametrize("action", ["DetectLiveFace", "DetectLiveFaceAccurate"])
def test_detect_live_face(client: Client, media: Media, store: Site, action: str) -> None:
    for path, code in (
        ("/face.jpg", "Success"),
        ("/nothing", "FailedOperation.ImageDownloadError"),
        ("/empty", "InvalidParameterValue.ImageEmpty"),
        ("/face.gif", "FailedOperation.ImageDecodeFailed"),
    ):
        # The URL wins over a picture that arrived beside it.
        sent = {"Url": store.url(path), "Image": text(jpeg(media.hopper))}
        found = _call(client, action, sent)
        assert found.code == code
        assert code == "Success" or "`Url`" in found.message


def _jobs(client: Client, params: dict[str, Any], typed: bool) -> list[dict[str, Any]]:
    """Both actions, the one by POST and the other in a query, which holds a URL with ease."""
    wanted = {name: params[name] for name in (*NAMES, "LivenessType")}
    wanted["Optional"] = '{"BestFrameNum": 2}'
    return [
        python_clients.job(client.server, COMPARE, wanted, typed=typed),
        python_clients.job(client.server, VIDEO, params, method="GET", typed=typed),
    ]


def _given(outcomes: list[dict[str, Any]]) -> None:
    compared, video = (outcome["response"] for outcome in outcomes)
    assert compared["Result"] == video["Result"] == "Success"
    assert min(compared["Sim"], video["Sim"]) > 70
    assert compared["BestFrameList"][0] == compared["BestFrameBase64"]
    assert video["BestFrame"]["Url"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize("build", python_clients.BUILDS)
def test_by_every_official_python_build(
    client: Client, clients: Clients, params: dict[str, Any], build: str
) -> None:
    # The mainland SDK has one of the actions under another name: its common client asks.
    _given(clients.drive(build, _jobs(client, params, build[:2] != "cn")))


@pytest.mark.parametrize("name", node_clients.CLIENTS)
def test_by_every_official_node_client(client: Client, params: dict[str, Any], name: str) -> None:
    jobs = [job | {"typed": None} for job in _jobs(client, params, False)]
    _given(node_clients.drive(name, jobs))


def test_a_server_that_does_not_fetch(
    client: Client, params: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serve(tmp_path_factory.mktemp("closed"), COUNTENANCE_FETCH="false") as running:
        found = Client(running).call("VideoLivenessCompare", params)
    assert found.code == "InvalidParameterValue"
    assert "does not fetch" in found.message
