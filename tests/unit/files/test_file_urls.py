"""Signed addresses: what they allow, until when, and that nothing in them can be changed."""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.files.urls import FileUrls, Grant, Limits, UrlError, upload_name

BASE = "https://verify.example.org"
ID, OTHER = "0123456789abcdef" * 2, "f" * 32
UNTIL = 1_800_000_000
NAME = upload_name("VideoLivenessCompare", ID)
LIMITS = Limits(8 << 20, ("mp4", "avi", "flv"))
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \n\x00é\ud800"


def _urls(moment: float = UNTIL - 600, base: str = BASE, key: bytes = bytes(32)) -> FileUrls:
    return FileUrls(base, key, lambda: moment)


def _parts(url: str) -> tuple[str, str]:
    split = urlsplit(url)
    return split.path, split.query


GET, UPLOADED = _urls().get_url(ID, UNTIL), _urls().get_url(NAME, UNTIL)
PUT = _urls().put_url(NAME, UNTIL, LIMITS)


def test_an_address_says_what_it_allows() -> None:
    assert _urls().verify_get(*_parts(GET)) == Grant(ID, False, UNTIL)
    assert _urls().verify_get(*_parts(UPLOADED)) == Grant(ID, True, UNTIL)
    assert _urls().verify_put(*_parts(PUT)) == (Grant(ID, True, UNTIL), LIMITS)
    assert urlsplit(PUT).path == f"/files/faceid/VideoLivenessCompare/{ID}"


def test_an_upload_of_any_kind() -> None:
    url = _urls().put_url(NAME, UNTIL, Limits(5))
    assert _urls().verify_put(*_parts(url)) == (Grant(ID, True, UNTIL), Limits(5))


@pytest.mark.parametrize("before", [0.001, 1, 600])
def test_it_holds_until_its_limit(before: float) -> None:
    urls = _urls(UNTIL - before)
    assert urls.verify_get(*_parts(GET)).id == urls.verify_put(*_parts(PUT))[0].id == ID
    assert urls.read(GET) == Grant(ID, False, UNTIL)


@pytest.mark.parametrize("after", [0, 0.001, 600])
def test_it_is_refused_from_its_limit_on(after: float) -> None:
    urls = _urls(UNTIL + after)
    for use in (
        lambda: urls.verify_get(*_parts(GET)),
        lambda: urls.verify_put(*_parts(PUT)),
        lambda: urls.read(GET),
    ):
        with pytest.raises(UrlError) as refused:
            use()
        assert refused.value.rule == "expired"


def test_another_key_signs_otherwise() -> None:
    with pytest.raises(UrlError):
        _urls(key=b"\x01" * 32).verify_get(*_parts(GET))


CHANGED = {
    "other id": (GET, (ID, OTHER)),
    "later": (GET, (f"={UNTIL}", f"={UNTIL + 1}")),
    "same moment, other spelling": (GET, ("expires=", "expires=0")),
    "upper-case signature": (GET, None),
    "an upload's id as that of an object": (UPLOADED, ("faceid/VideoLivenessCompare/", "")),
    "an object's id as that of an upload": (
        GET,
        ("/files/", "/files/faceid/VideoLivenessCompare/"),
    ),
    "another target": (UPLOADED, ("VideoLiveness", "Liveness")),
    "twice": (GET, ("?", "?expires=9999999999&")),
    "more of it": (GET, ("?", "?more=1&")),
    "a fragment": (GET, ("&signature", "#&signature")),
    "no signature": (GET, ("signature=", "signatur=")),
}


@pytest.mark.parametrize("how", CHANGED)
def test_what_is_changed_is_refused(how: str) -> None:
    url, change = CHANGED[how]
    head, _, signature = url.rpartition("=")
    changed = url.replace(*change, 1) if change else f"{head}={signature.upper()}"
    assert changed != url
    with pytest.raises(UrlError) as refused:
        _urls().read(changed)
    assert refused.value.rule == "signature"


@pytest.mark.parametrize(
    "change",
    [(f"bytes={8 << 20}", f"bytes={9 << 20}"), ("mp4.avi.flv", "any"), ("kinds=", "kinds=exe.")],
)
def test_limits_cannot_be_moved(change: tuple[str, str]) -> None:
    assert change[0] in PUT
    with pytest.raises(UrlError):
        _urls().verify_put(*_parts(PUT.replace(*change)))


def test_an_address_is_for_one_method() -> None:
    with pytest.raises(UrlError):
        _urls().verify_put(*_parts(GET))
    with pytest.raises(UrlError):
        _urls().verify_get(*_parts(PUT))
    path, query = _parts(PUT)
    limits, _, signature = query.partition("&signature=")
    with pytest.raises(UrlError):  # the signature of a PUT over the words of a GET
        _urls().verify_get(path, f"{limits.partition('&')[0]}&signature={signature}")


@pytest.mark.parametrize(
    "url",
    [
        f"https://elsewhere.example.org/files/{ID}",
        f"http://verify.example.org/files/{ID}",
        f"{BASE}.evil.example/files/{ID}",
        f"{BASE}@evil.example/files/{ID}",
        f"{BASE}/file/{ID}",
        "",
    ],
)
def test_other_urls_are_not_ours(url: str) -> None:
    assert _urls().read(url) is None


def test_without_a_public_address_no_url_is_ours() -> None:
    assert _urls(base="").read(_urls(base="").get_url(ID, UNTIL)) is None


@given(st.data(), st.sampled_from([GET, UPLOADED]))
def test_no_character_of_a_url_can_be_another(data: st.DataObject, url: str) -> None:
    """Changed within the address of this server it is some other URL, after it a refused one."""
    place = data.draw(st.integers(0, len(url) - 1))
    character = data.draw(st.sampled_from(CHARACTERS.replace(url[place], "")))
    changed = url[:place] + character + url[place + 1 :]
    if place < len(f"{BASE}/files/"):
        assert _urls().read(changed) is None
    else:
        with pytest.raises(UrlError):
            _urls().read(changed)


@given(st.data())
def test_no_character_of_an_upload_url_can_be_another(data: st.DataObject) -> None:
    path, query = _parts(PUT)
    whole = f"{path}?{query}"
    place = data.draw(st.integers(0, len(whole) - 1))
    character = data.draw(st.sampled_from(CHARACTERS.replace(whole[place], "")))
    changed, _, rest = (whole[:place] + character + whole[place + 1 :]).partition("?")
    with pytest.raises(UrlError):
        _urls().verify_put(changed, rest)
