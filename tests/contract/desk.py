"""The integrator's side of a verification: asks for tokens and reads results."""

import json
from typing import Any

from tests.client import Answer, Client, check
from tests.conftest import Pixels, jpeg
from tests.contract.servers import TestServer
from tests.contract.shapes import faults
from tests.media import text

from countenance.contract import catalogue

WEB, SDK = "ApplyWebVerificationBizTokenIntl", "ApplySdkVerificationToken"
FACEID, LIVENESS = "GetFaceIdTokenIntl", "ApplyLivenessToken"
V1 = "ApplyWebVerificationToken"
RESULTS = {
    WEB: "GetWebVerificationResultIntl",
    V1: "GetWebVerificationResult",
    SDK: "GetSdkVerificationResult",
    FACEID: "GetFaceIdResultIntl",
    LIVENESS: "GetLivenessResult",
}
CHINESE = {"X-TC-Language": "zh-CN"}
Params = dict[str, Any]


class Desk:
    """The integrator's side: asks for tokens and reads results."""

    def __init__(self, server: TestServer, client: Client | None = None) -> None:
        self.server = server
        self.client = client or Client(server.running)

    def apply(self, action: str, params: Params) -> str:
        """A token."""
        answer = self.client.call(action, params)
        check(answer, action)
        assert answer.code == "Success", answer.message
        token: str = answer.response.get("SdkToken") or answer.response["BizToken"]
        return token

    def read(self, action: str, token: str, **headers: str) -> Params:
        """The result of a token of that action, held against the contract."""
        answer = self.ask(RESULTS[action], token, **headers)
        assert "Error" not in answer.response, answer.message
        contract = catalogue.find("2018-03-01", RESULTS[action])
        assert faults(json.dumps({"Response": answer.response}).encode(), contract) == []
        return answer.response

    def ask(self, action: str, token: str, **headers: str) -> Answer:
        [name] = catalogue.find("2018-03-01", action).params
        answer = self.client.call(action, {name: token}, **headers)
        if "Error" in answer.response:  # the number of a verdict is no code of an error
            check(answer, action)
        return answer


def compared(photo: Pixels) -> dict[str, Params]:
    """What asks for a comparison with a photo, by the action; of one that cannot, for liveness."""
    data = text(jpeg(photo))
    config = {"SecurityLevel": 1}
    page = {"RedirectURL": "https://shop.example/", "Config": config, "Extra": "order 7"}
    return {
        WEB: page | {"CompareImageBase64": data},
        SDK: {"CheckMode": 2, "SecurityLevel": 1, "CompareImage": data, "Extra": "order 7"},
        FACEID: {"CheckMode": "compare", "SecureLevel": "1", "Image": data, "Extra": "order 7"},
        LIVENESS: {"SecureLevel": "1"},
    }
