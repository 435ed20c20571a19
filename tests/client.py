"""A client of the API without an SDK: signed bytes out, the answer as it came back."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from countenance.accounts.usage import Usage
from countenance.contract import catalogue
from countenance.store.database import Database
from countenance.wire.outgoing import post_headers
from tests.serving import Running

FACEID, IAI = "2018-03-01", "2020-03-03"
VERSIONS = dict.fromkeys(("CompareFace", "DetectLiveFace", "DetectLiveFaceAccurate"), IAI)


@dataclass(frozen=True)
class Answer:
    """One answer; `response` is what the envelope holds."""

    status: int
    headers: httpx.Headers
    response: dict[str, Any]

    @property
    def code(self) -> str:
        """The code of the error form, else the `Result`, else Success."""
        error: dict[str, str] = self.response.get("Error", {})
        return error.get("Code") or self.response.get("Result", "Success")

    @property
    def message(self) -> str:
        """The message of the error form, empty without one."""
        return str(self.response.get("Error", {}).get("Message", ""))


@dataclass(frozen=True)
class Client:
    """Calls one server with one key."""

    server: Running
    secret_key: str = ""

    def call(self, action: str, body: bytes | dict[str, Any], **headers: str) -> Answer:
        """Sign and send; waits where the server asks for fewer requests a second."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        for _ in range(10):
            answer = self._send(action, content, headers)
            if not answer.code.startswith("RequestLimitExceeded"):
                break
            time.sleep(1)
        return answer

    def _send(self, action: str, content: bytes, headers: dict[str, str]) -> Answer:
        signed = post_headers(
            catalogue.find(VERSIONS.get(action, FACEID), action),
            content,
            host=self.server.endpoint,
            secret_id=self.server.secret_id,
            secret=self.secret_key or self.server.secret_key,
            now=time.time(),
        )
        sent = signed | {name.lower(): value for name, value in headers.items()}
        answer = httpx.post(
            self.server.url,
            content=content,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
            timeout=60,
            trust_env=False,
        )
        return Answer(answer.status_code, answer.headers, answer.json()["Response"])


Counts = dict[tuple[str, str, str], tuple[int, int]]


def counts(server: Running) -> Counts:
    """Calls and charges by service, action and outcome, from the server's own database."""

    async def read() -> Counts:
        async with Database(server.database_url) as database:
            rows = await Usage(database).rows()
        found: Counts = {}
        for row in rows:
            key = (row.service, row.action, row.outcome)
            calls, billed = found.get(key, (0, 0))
            found[key] = (calls + row.calls, billed + row.billed)
        return found

    return asyncio.run(read())


def added(before: Counts, after: Counts) -> Counts:
    """What was counted in between."""
    changes = {
        key: (calls - before.get(key, (0, 0))[0], billed - before.get(key, (0, 0))[1])
        for key, (calls, billed) in after.items()
    }
    return {key: change for key, change in changes.items() if change != (0, 0)}


def is_known(action: str, code: str) -> bool:
    """Whether the contract of the action's service, or the common one, has the code."""
    return code == "Success" or catalogue.is_known(code, VERSIONS.get(action, FACEID))


def check(answer: Answer, action: str) -> None:
    """What holds of every answer, whatever it says."""
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.response["RequestId"]) == 36
    assert is_known(action, answer.code)
    if "Error" in answer.response:
        assert answer.response.keys() == {"Error", "RequestId"}
        assert answer.message
