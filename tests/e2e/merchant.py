"""Whoever asks for a verification and reads its result, with the official SDK."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import faceid_client, models
from tests.serving import Running


@dataclass(frozen=True)
class Link:
    """A verification that was asked for."""

    token: str
    url: str


class Merchant:
    """Holds a key of the server."""

    def __init__(self, server: Running) -> None:
        scheme = server.url.partition("://")[0]
        trusted = {} if server.certificate is None else {"certification": server.certificate}
        http = HttpProfile(protocol=scheme, endpoint=server.endpoint, **trusted)
        key = credential.Credential(server.secret_id, server.secret_key)
        self._client = faceid_client.FaceidClient(
            key, "ap-singapore", ClientProfile(httpProfile=http)
        )

    def apply(self, redirect: str, photo: bytes | None = None, **config: Any) -> Link:
        """Ask for a silent check; of liveness, or with a photo of the comparison too."""
        mode = 3 if photo is None else 2
        asked = {
            "RedirectURL": redirect,
            "Config": {"CheckMode": mode, "SecurityLevel": 1, **config},
        }
        if photo is not None:
            asked["CompareImageBase64"] = base64.b64encode(photo).decode()
        request = models.ApplyWebVerificationBizTokenIntlRequest()
        request.from_json_string(json.dumps(asked))
        answer = self._client.ApplyWebVerificationBizTokenIntl(request)
        return Link(answer.BizToken, answer.VerificationURL)

    def read(self, token: str) -> Any:
        """The result as the SDK's own object."""
        request = models.GetWebVerificationResultIntlRequest()
        request.BizToken = token
        return self._client.GetWebVerificationResultIntl(request)
