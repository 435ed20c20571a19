"""A signing client of a running server, for benchmarks that speak HTTP to one."""

import base64
import time
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from tests.serving import Running

from countenance.contract import catalogue
from countenance.contract.catalogue import Action
from countenance.wire.outgoing import post_headers

COMPARE = catalogue.find("2020-03-03", "CompareFace")
LIVENESS = catalogue.find("2018-03-01", "CompareFaceLiveness")
# Requests per second that the limits count and never refuse.
UNLIMITED = {
    "COUNTENANCE_RATE_PER_ACTION": "1000000",
    "COUNTENANCE_RATE_PER_ACCOUNT": "1000000",
    "COUNTENANCE_RATE_PER_ADDRESS": "1000000",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its HTTP status, its `Response`, the seconds it took."""

    status: int
    response: dict[str, Any]
    seconds: float

    @property
    def code(self) -> str:
        """The error's code, the `Result` of an answer that has one, or Success."""
        error = self.response.get("Error")
        return str(error["Code"] if error else self.response.get("Result") or "Success")


class Client:
    """One keep-alive connection to a server, signing with TC3-HMAC-SHA256; use from one thread."""

    def __init__(self, server: Running, *, secret_key: str | None = None, timeout: float = 120):
        self._server = server
        self._secret_key = secret_key or server.secret_key
        self._http = httpx.Client(base_url=server.url, trust_env=False, timeout=timeout)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def compare(self, a: bytes, b: bytes) -> Answer:
        """CompareFace."""
        return self.call(COMPARE, {"ImageA": text(a), "ImageB": text(b)})

    def liveness(self, photo: bytes, video: bytes) -> Answer:
        """CompareFaceLiveness, SILENT."""
        params = {"ImageBase64": text(photo), "VideoBase64": text(video), "LivenessType": "SILENT"}
        return self.call(LIVENESS, params)

    def call(self, action: Action, params: dict[str, Any], *, skew: int = 0) -> Answer:
        """Sign and send one POST request, `skew` seconds off the clock."""
        return self.send(*self.signed(action, params, skew=skew))

    def signed(
        self, action: Action, params: dict[str, Any], *, skew: int = 0
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a request, good for the clock window of five minutes."""
        body = msgspec.json.encode(params)
        headers = post_headers(
            action,
            body,
            host=self._server.endpoint,
            secret_id=self._server.secret_id,
            secret=self._secret_key,
            now=time.time() + skew,
        )
        return headers, body

    def send(self, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request made by `signed`."""
        started = time.monotonic()
        answer = self._http.post("/", content=body, headers=headers)
        taken = time.monotonic() - started
        return Answer(answer.status_code, msgspec.json.decode(answer.content)["Response"], taken)


def text(data: bytes) -> str:
    """Base64, as the API takes media."""
    return base64.b64encode(data).decode("ascii")
