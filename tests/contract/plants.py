"""What is planted to be looked for, and a verification that is full of it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from tests.client import Client
from tests.serving import Running

NAME, NUMBER = "Zoë Quillfeather-Ångström", "11204416541220243X"
INVENTED = "9876543210-patient-record"  # where callers may invent a name
TOKEN = "t0ken-that-nobody-issued-4711"
# As written into the file of a picture.
MARK = hashlib.sha512(b"mark").digest()


@dataclass
class Asked:
    """Asks for a verification and carries it out, right and wrong; media are in base64."""

    server: Running
    client: Client
    picture: str
    clip: str
    token: str = ""  # known once it was asked for

    def everything(self) -> Iterator[object]:
        """A verification with plants in what is stored, sealed, and in what is refused."""
        call = self.client.call
        apply = "ApplyWebVerificationBizTokenIntl"
        back = f"https://shop.example/{NUMBER}?n={quote(NAME)}"
        config = {"CheckMode": 2, "SecurityLevel": 1}
        asked = {"CompareImageBase64": self.picture, "Config": config, "RedirectURL": back}
        given = call(apply, asked | {"Extra": f"{NAME} {NUMBER}"})
        assert given.code == "Success", given.response
        self.token = given.response["BizToken"]
        yield given
        yield call(apply, asked | {"RedirectURL": f"ftp://{NAME}", "RuleId": NUMBER})
        yield call(apply, asked | {"CompareImageBase64": self.clip, "Extra": NAME})
        yield call("GetWebVerificationResultIntl", {"BizToken": self.token})
        yield call("GetWebVerificationResultIntl", {"BizToken": NUMBER})
        for token in (self.token, TOKEN):
            page = f"{self.server.url}/reflect/?token={token}&name={quote(NAME)}"
            yield httpx.get(page, trust_env=False)
        yield from self._capture(self.token)
        yield from self._capture(TOKEN)

    def _capture(self, token: str) -> Iterator[object]:
        known = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"{self.server.url}/capture/v1/", trust_env=False) as http:

            def ask(method: str, path: str, **request: Any) -> httpx.Response:
                headers = known | request.pop("headers", {})
                return http.request(method, path, headers=headers, **request)

            begun = ask("POST", "begin", json={"client": {"model": NAME}})
            yield begun
            known["X-Capture-Device"] = begun.json().get("device", NUMBER)
            yield ask("POST", "consent", json={"version": NUMBER, "accepted": True, "locale": "en"})
            yield ask("POST", "consent", json={"version": "1", "accepted": True, "locale": "en"})
            view = ask("POST", "challenge", json={})
            nonce = (view.json().get("challenge") or {}).get("nonce", TOKEN)
            sent = {"X-Capture-Nonce": nonce, "Content-Type": "video/mp4"}
            yield ask("PUT", "recording/0", content=MARK * 50, headers=sent)
            yield ask("PUT", "recording/1", content=MARK, headers=sent | {"Content-Type": NUMBER})
            yield ask(
                "PUT", "recording/1", content=MARK, headers=sent | {"X-Capture-Nonce": NUMBER}
            )
            yield ask("PUT", f"recording/{NUMBER}", content=MARK, headers=sent)
            yield ask("POST", "look", content=MARK, headers={"Content-Type": "image/jpeg"})
            yield ask("POST", NUMBER, content=NAME.encode())
            yield ask("GET", f"status?wait={NUMBER}")
            yield ask("POST", "begin", content=f'{{"{NUMBER}": "{NAME}"}}'.encode())
            done = {"chunks": 1, "sha256": hashlib.sha256(MARK * 50).hexdigest()}
            yield ask("POST", "recording/complete", json=done | {NUMBER: NAME}, headers=sent)
            yield ask("POST", "recording/complete", json=done, headers=sent)
            yield ask("GET", "status?wait=20")
