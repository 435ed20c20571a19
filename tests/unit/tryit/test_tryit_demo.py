"""The demo link's two addresses; tests/e2e goes through the whole of it."""

from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from countenance.contract.errors import failure
from countenance.contract.models import faceid
from countenance.tryit import demo

BASE = "https://192.168.7.20:8480"
TOKEN = "7B0E6C1F-5C5B-4F6D-9D57-1B8B3E5D7C11"
READ = {
    "verified": faceid.GetWebVerificationResultIntlResponse(
        ErrorCode=0,
        ErrorMsg="Success",
        BestFrameBase64="QUJD" * 20,
        VerificationDetailList=[faceid.VerificationDetail(ErrorCode=0, LivenessInfoTag=[])],
    ),
    "not verified": faceid.GetWebVerificationResultIntlResponse(
        ErrorCode=1302, ErrorMsg="<b>below standard</b>"
    ),
    "not finished": faceid.GetWebVerificationResultIntlResponse(ErrorCode=17),
}


class Merchant:
    """What stands behind the link: remembers what it was asked and answers as it is told."""

    def __init__(self, answer: msgspec.Struct | None = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, msgspec.Struct]] = []

    async def call(self, action: str, request: msgspec.Struct) -> Any:
        self.asked.append((action, request))
        if self.answer is None:
            raise failure("ServiceUnavailable")
        return self.answer


async def get(merchant: Merchant, path: str) -> httpx.Response:
    application = Starlette(routes=demo.routes("secret-of-this-start", BASE, merchant.call))
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return await client.get(path)


async def test_the_link_asks_for_a_token_and_leads_to_the_page() -> None:
    page = f"{BASE}/reflect/?token={TOKEN}"
    issued = faceid.ApplyWebVerificationBizTokenIntlResponse(VerificationURL=page, BizToken=TOKEN)
    merchant = Merchant(issued)
    answer = await get(merchant, "/demo/secret-of-this-start")
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    ((action, asked),) = merchant.asked
    assert action == "ApplyWebVerificationBizTokenIntl"
    assert isinstance(asked, faceid.ApplyWebVerificationBizTokenIntlRequest)
    assert asked.RedirectURL == f"{BASE}/demo/secret-of-this-start/done"
    assert asked.Config is not None
    assert (asked.Config.CheckMode, asked.Config.SecurityLevel) == (3, 1)


@pytest.mark.parametrize("secret", ["another", "secret-of-this-star", "%ED%A0%80", "é"])
@pytest.mark.parametrize("after", ["", "/done?token=x"])
async def test_another_secret_gets_nothing(secret: str, after: str) -> None:
    merchant = Merchant()
    answer = await get(merchant, f"/demo/{secret}{after}")
    assert answer.status_code == 404
    assert merchant.asked == []


@pytest.mark.parametrize("how", READ)
async def test_the_end_shows_what_the_merchant_reads(how: str) -> None:
    merchant = Merchant(READ[how])
    answer = await get(merchant, f"/demo/secret-of-this-start/done?token={TOKEN}")
    assert answer.status_code == 200
    assert f"<h1>The merchant reads: {how}</h1>" in answer.text
    assert merchant.asked == [
        (
            "GetWebVerificationResultIntl",
            faceid.GetWebVerificationResultIntlRequest(BizToken=TOKEN),
        )
    ]
    assert "QUJDQUJD" not in answer.text  # nobody's face
    assert "<b>" not in answer.text


async def test_a_refusal_is_told_with_its_code() -> None:
    for path in ("", "/done?token=%3Cscript%3E"):
        answer = await get(Merchant(), f"/demo/secret-of-this-start{path}")
        assert answer.status_code >= 400
        assert "ServiceUnavailable: " in answer.text
        assert "<script" not in answer.text
