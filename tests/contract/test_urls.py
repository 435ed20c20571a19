"""CompareFace by URL through a real server, and the codes in which nothing is fetched."""

import socket
import threading
from collections.abc import Iterator

import pytest
from tests import sites
from tests.client import Client, added, check, counts
from tests.conftest import jpeg
from tests.media import GIF, Media, text
from tests.serving import serve
from tests.sites import Answer, Authority, Site, answer, redirect, trickle

MB = 1024 * 1024
SECRET = "0123456789signature"
ILLEGAL = "InvalidParameterValue.UrlIllegal"
DOWNLOAD = "FailedOperation.ImageDownloadError"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return sites.authority(tmp_path_factory.mktemp("ca"), "127.0.0.1")


@pytest.fixture(scope="module")
def shop(media: Media) -> Iterator[Site]:
    pages: dict[str, Answer] = {
        "/a": answer(jpeg(media.astronaut)),
        "/b": answer(jpeg(media.astronaut, 80)),
        "/other": answer(jpeg(media.hopper)),
        "/gif": answer(GIF),
        "/empty": answer(),
        "/moved": redirect("/a"),
        "/away": redirect("http://10.0.0.1/"),
        "/large": answer(bytes(5 * MB + 1)),
        "/endless": trickle(b"HTTP/1.0 200 OK\r\n\r\n", bytes(MB), 0),
        "/slow": trickle(answer(Content_Length="100")),
        "/bomb": answer(bytes(9), Content_Encoding="gzip"),
    }
    with sites.site(pages=pages) as running:
        yield running


@pytest.fixture(scope="module")
def secure(media: Media, authority: Authority) -> Iterator[Site]:
    pages = {"/a": answer(jpeg(media.astronaut))}
    with sites.site(pages=pages, tls=authority.server) as running:
        yield running


@pytest.fixture(scope="module")
def client(
    shop: Site, secure: Site, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A server that may fetch from loopback, from the ports of the sites."""
    settings = {
        "COUNTENANCE_FETCH_NETWORKS": "127.0.0.0/8",
        "COUNTENANCE_FETCH_PORTS": f"{shop.port},{secure.port},1",
        "SSL_CERT_FILE": str(authority.file),
    }
    with serve(tmp_path_factory.mktemp("fetching"), **settings) as running:
        yield Client(running)
        log = running.log.read_text()
    assert SECRET not in log


def url(site: Site, path: str, scheme: str = "http") -> str:
    return site.url(f"{path}?sign={SECRET}", scheme=scheme)


def test_pictures_are_fetched_and_compared(client: Client, shop: Site, secure: Site) -> None:
    before = counts(client.server)
    pairs = [("/a", "/b"), ("/moved", "/b"), ("/a", "/other")]
    found = [
        client.call("CompareFace", {"UrlA": url(shop, a), "UrlB": url(shop, b)}) for a, b in pairs
    ]
    found.append(
        client.call("CompareFace", {"UrlA": url(secure, "/a", "https"), "UrlB": url(shop, "/b")})
    )
    assert [answer.code for answer in found] == ["Success"] * 4
    scores = [answer.response["Score"] for answer in found]
    assert scores[0] == scores[1] == scores[3] > 90 > 50 > scores[2]
    change = added(before, counts(client.server))
    assert change == {("iai", "CompareFace", "Success"): (4, 4)}


def test_a_url_wins_over_the_picture_beside_it(client: Client, shop: Site, media: Media) -> None:
    params = media.still(ImageA=text(GIF), UrlA=url(shop, "/a"), UrlB=url(shop, "/b"))
    assert client.call("CompareFace", params).code == "Success"


def test_both_are_fetched_at_the_same_time(client: Client, shop: Site, media: Media) -> None:
    together = threading.Barrier(2)
    picture = answer(jpeg(media.astronaut))

    def wait(connection: socket.socket) -> None:
        together.wait(2.5)
        connection.sendall(picture)

    shop.pages["/together"] = wait
    both = url(shop, "/together")
    assert client.call("CompareFace", {"UrlA": both, "UrlB": both}).code == "Success"


@pytest.mark.provokes(
    "InvalidParameterValue.UrlIllegal",
    "InvalidParameterValue.ImageEmpty",
    "FailedOperation.ImageDownloadError",
    "FailedOperation.ImageSizeExceed",
    "FailedOperation.RequestTimeout",
    "FailedOperation.ImageDecodeFailed",
)
@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("ftp://127.0.0.1/a", ILLEGAL, "form http://host/path"),
        ("http://u:p@127.0.0.1/a", ILLEGAL, "user name"),
        ("http://2130706433/a", ILLEGAL, "usual spelling"),
        ("http://127.0.0.1:9/a", ILLEGAL, "port"),
        ("http://10.0.0.1:1/a", ILLEGAL, "not public"),
        ("http://169.254.169.254:1/latest/meta-data/", ILLEGAL, "not public"),
        ("a", ILLEGAL, "form http://host/path"),
        ("/away", ILLEGAL, "port"),
        ("/none", DOWNLOAD, "status 404"),
        ("/bomb", DOWNLOAD, "Content-Encoding"),
        ("http://127.0.0.1:1/a", DOWNLOAD, "connection"),
        ("/large", "FailedOperation.ImageSizeExceed", "5242880 bytes"),
        ("/endless", "FailedOperation.ImageSizeExceed", "5242880 bytes"),
        ("/slow", "FailedOperation.RequestTimeout", "longer than 3 s"),
        ("/gif", "FailedOperation.ImageDecodeFailed", "format"),
        ("/empty", "InvalidParameterValue.ImageEmpty", "empty"),
    ],
)
def test_what_is_not_fetched(
    client: Client, shop: Site, media: Media, path: str, code: str, said: str
) -> None:
    before = counts(client.server)
    given = url(shop, path) if path.startswith("/") else f"{path}?sign={SECRET}"
    good = media.still()["ImageA"]
    for params in ({"UrlA": given, "ImageB": good}, {"ImageA": good, "UrlB": given}):
        answer = client.call("CompareFace", params)
        check(answer, "CompareFace")
        assert answer.code == code, answer.message
        name = "UrlA" if "UrlA" in params else "UrlB"
        assert f"`{name}`" in answer.message
        assert said in answer.message
        assert SECRET not in answer.message
        if code == "FailedOperation.RequestTimeout":
            break  # three seconds are enough
    assert all(billed == 0 for _, billed in added(before, counts(client.server)).values())


def test_a_dry_run_fetches_nothing(client: Client, shop: Site) -> None:
    before = shop.connections
    params = {"UrlA": url(shop, "/a"), "UrlB": url(shop, "/b"), "DryRun": True}
    answer = client.call("CompareFace", params)
    assert answer.code == "DryRunOperation"
    assert shop.connections == before


def test_what_has_arrived_is_looked_at_first(client: Client, shop: Site) -> None:
    before = shop.connections
    answer = client.call("CompareFace", {"UrlA": url(shop, "/a"), "ImageB": "not base64"})
    assert answer.code == "InvalidParameterValue"
    assert shop.connections == before


def test_a_certificate_of_a_stranger(client: Client, shop: Site, secure: Site) -> None:
    name = secure.url("/a", host="localhost", scheme="https")  # the certificate has the address
    answer = client.call("CompareFace", {"UrlA": name, "UrlB": url(shop, "/a")})
    assert (answer.code, "certificate" in answer.message) == (DOWNLOAD, True)
