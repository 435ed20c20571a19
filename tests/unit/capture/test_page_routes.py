from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from countenance.capture.page import routes
from countenance.settings import SettingsError


def client(static: Path, frame_ancestors: tuple[str, ...] = ()) -> httpx.AsyncClient:
    app = Starlette(routes=routes(static, frame_ancestors))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8480", trust_env=False
    )


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A folder of built pages with one file of each kind."""
    assets = tmp_path / "verify" / "assets"
    assets.mkdir(parents=True)
    (tmp_path / "verify" / "index.html").write_text("<title>the page</title>")
    for name in ("index-Bx3_-9.js", "index-Bx3.css", "icon.svg", "notes.txt", ".hidden.js"):
        (assets / name).write_text("content")
    (tmp_path / "verify" / "secret.js").write_text("outside the folder of files")
    return tmp_path


def directives(policy: str) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in policy.split("; "))


async def test_the_page_is_kept_nowhere_and_reaches_us_alone(static: Path) -> None:
    answer = await client(static).get("/reflect/?token=T")
    assert (answer.status_code, answer.text) == (200, "<title>the page</title>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "camera=(self), microphone=()" in answer.headers["permissions-policy"]
    policy = directives(answer.headers["content-security-policy"])
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_who_may_frame_the_page_is_a_setting(static: Path) -> None:
    allowed = ("https://shop.example", "https://*.bank.example:8443")
    answer = await client(static, allowed).get("/reflect/?token=T")
    policy = directives(answer.headers["content-security-policy"])
    assert policy["frame-ancestors"] == "https://shop.example https://*.bank.example:8443"
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize("origin", ["shop.example", "https://a.example; script-src *", "*", ""])
def test_what_is_no_origin_may_not_frame(static: Path, origin: str) -> None:
    with pytest.raises(SettingsError, match="frame_ancestors"):
        routes(static, [origin])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index-Bx3_-9.js", "text/javascript; charset=utf-8"),
        ("index-Bx3.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_files_are_kept_for_good(static: Path, name: str, kind: str) -> None:
    answer = await client(static).get(f"/verify/assets/{name}")
    assert (answer.status_code, answer.text) == (200, "content")
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["absent.js", "notes.txt", ".hidden.js", "..%2Fsecret.js", "%2e%2e/secret.js", "a/b.js"]
)
async def test_nothing_else_is_served(static: Path, name: str) -> None:
    answer = await client(static).get(f"/verify/assets/{name}")
    assert answer.status_code == 404
    assert "outside" not in answer.text


async def test_a_page_that_was_not_built_says_so(tmp_path: Path) -> None:
    answer = await client(tmp_path).get("/reflect/?token=T")
    assert answer.status_code == 503
    assert "make web" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_takes_no_post(static: Path) -> None:
    assert (await client(static).post("/reflect/?token=T")).status_code == 405


async def test_the_address_without_its_slash_leads_to_the_page(static: Path) -> None:
    answer = await client(static).get("/reflect?token=T")
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://127.0.0.1:8480/reflect/?token=T"
