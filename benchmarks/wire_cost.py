"""Prints what a request costs beside its action: median CPU ms of ASGI calls of the application.

The action answers at once; all else is the product's: keys, limits, log. Metering, a durable write
to the database for each billed or unbilled answer, is left out but for the row that names it. CPU
is that of the process with all its threads, without the HTTP parser; requests are signed before.

    python -m benchmarks.wire_cost [--runs 300] [--json]
"""

import argparse
import asyncio
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog

from benchmarks.common import Conclusion, conclude, console, judged, machine, table
from countenance.accounts.keys import NewKey
from countenance.actions import Context, Outcome
from countenance.actions.perform import Performer
from countenance.app import Server
from countenance.asgi import Application
from countenance.compute.local import LocalCompute
from countenance.contract import catalogue
from countenance.settings import Settings
from countenance.wire import signature

ACTION = catalogue.find("2020-03-03", "CompareFace")  # the contract states no rate for it
HOST = "127.0.0.1:8480"
FORM = "application/x-www-form-urlencoded"
PLENTY = 10**9  # requests per second: the limits count, and never refuse
BARS = {"TC3 POST 1 KB": 1.0, "TC3 POST 1 MB": 8.0}
METERED = "TC3 POST 1 KB, metered"
STRANGERS = {"unknown SecretId, 1 MB": "SecretIdNotFound", "wrong signature, 1 MB": "Signature"}


@dataclass(frozen=True)
class Signer:
    """Makes requests of one key; every one differs, as v1 demands."""

    secret_id: str
    secret_key: str

    def tc3(self, size: int, number: int, method: str = "POST") -> tuple[dict[str, Any], bytes]:
        """Scope and body of a TC3 request with parameters of about `size` bytes."""
        body, query, media_type = b"", b"", FORM
        if method == "POST":
            body = json.dumps(_params(size)).encode()
            media_type = "application/json"
        else:
            query = _form(list(_params(size).items()))
        now = int(time.time())
        signed = {"content-type": media_type, "host": HOST}
        authorization = signature.sign_tc3(
            method=method,
            query=query,
            headers=signed,
            payload_hash=hashlib.sha256(body).hexdigest(),
            timestamp=now,
            service="iai",
            secret_id=self.secret_id,
            secret=self.secret_key,
        )
        common = {
            "x-tc-action": ACTION.name,
            "x-tc-version": ACTION.version,
            "x-tc-timestamp": str(now),
            "x-tc-region": "ap-singapore",
            "x-tc-traceid": f"trace-{number}",
            "authorization": authorization,
        }
        return _scope(method, query, signed | common, len(body)), body

    def v1(self, size: int, number: int) -> tuple[dict[str, Any], bytes]:
        """Scope and body of an HmacSHA256 POST."""
        common = {
            "Action": ACTION.name,
            "Version": ACTION.version,
            "Timestamp": str(int(time.time())),
            "Nonce": str(number),
            "SecretId": self.secret_id,
            "SignatureMethod": "HmacSHA256",
        }
        pairs = [*_params(size).items(), *common.items()]
        raw = [(key.encode(), value.encode()) for key, value in pairs]
        made = signature.sign_v1(method="POST", host=HOST, pairs=raw, secret=self.secret_key)
        body = _form([*pairs, ("Signature", made)])
        return _scope("POST", b"", {"content-type": FORM, "host": HOST}, len(body)), body


class NoMeter:
    """Counts nothing."""

    async def record(
        self,
        account_id: str,
        service: str,
        action: str,
        outcome: str,
        billed: int,
        digest: bytes | None,
    ) -> int:
        """Do as little as can be done."""
        return billed


def main() -> int:
    """Print the table; status 1 when a bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # made, not printed
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_measure(Path(folder), chosen.runs))
    if chosen.json:
        console.print_json(data=found)
        return int(any(found[name][0] > bar for name, bar in BARS.items()))
    rows = [
        (name, f"{ms:.2f}", n, f"<= {BARS[name]:g}" if name in BARS else "")
        for name, (ms, n) in found.items()
    ]
    title = f"One request beside its action, CPU ms ({machine()})"
    table(title, ("request", "median", "n", "bar"), rows)
    return conclude(*(_judged(name, *found[name], bar) for name, bar in BARS.items()))


def _judged(name: str, ms: float, n: int, bar: float) -> Conclusion:
    return judged(f"wire, {name}", f"{ms:.2f} ms of CPU, n {n}", f"<= {bar:g} ms", ms <= bar)


async def _measure(folder: Path, runs: int) -> dict[str, tuple[float, int]]:
    settings = Settings(
        data_dir=folder,
        try_page=False,
        rate_per_action=PLENTY,
        rate_per_account=PLENTY,
        rate_per_address=PLENTY,
    )
    server = Server(settings)
    await server.compute.close()
    server.compute = LocalCompute(1, 1, lambda: None)  # no network is asked, so none is loaded
    await server.compute.start()
    await server.database.migrate()
    try:
        key = await server.keys.ensure_demo()
        assert isinstance(key, NewKey)
        application = Application(server)
        signer = Signer(key.secret_id, key.secret_key)
        found = {}
        for name, requests in _kinds(signer, runs):
            meter = server.usage if name == METERED else NoMeter()
            context = Context(server.compute, server.policy, server.fetch)
            at_once = {(ACTION.service, ACTION.name): _at_once}
            server.performer = Performer(at_once, context, meter)
            found[name] = await _median(application, name, requests)
        return found
    finally:
        await server.close()


def _kinds(signer: Signer, runs: int) -> Iterator[tuple[str, Iterator[Any]]]:
    kilo, mega = 1000, 1_000_000
    few = max(10, runs // 10)
    stranger = Signer("AKID" + "x" * 32, signer.secret_key)
    forger = Signer(signer.secret_id, "wrong")
    yield "TC3 POST 1 KB", (signer.tc3(kilo, n) for n in range(runs))
    yield METERED, (signer.tc3(kilo, n) for n in range(runs))
    yield "TC3 GET 1 KB", (signer.tc3(kilo, n, "GET") for n in range(runs))
    yield "v1 POST 1 KB", (signer.v1(kilo, n) for n in range(runs))
    yield "TC3 POST 100 KB", (signer.tc3(100 * kilo, n) for n in range(runs))
    yield "TC3 POST 1 MB", (signer.tc3(mega, n) for n in range(runs))
    yield "v1 POST 0.95 MB", (signer.v1(950 * kilo, n + runs) for n in range(few))  # under 1 MiB
    yield "TC3 POST 10 MB", (signer.tc3(10 * mega, n) for n in range(few))
    for name, who in zip(STRANGERS, (stranger, forger), strict=True):
        yield name, (who.tc3(mega, n) for n in range(few))


async def _median(
    application: Application, name: str, requests: Iterator[tuple[dict[str, Any], bytes]]
) -> tuple[float, int]:
    """CPU ms of the calls, the first few left out; each answer must be the one expected."""
    spent = []
    for scope, body in requests:
        # As uvicorn hands a body on: in pieces.
        pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]
        pieces.reverse()
        sent: list[dict[str, Any]] = []

        async def receive(pieces: list[bytes] = pieces) -> dict[str, Any]:
            piece = pieces.pop()
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Any, sent: list[dict[str, Any]] = sent) -> None:
            sent.append(message)

        begun = time.process_time()
        await application(scope, receive, send)
        spent.append(time.process_time() - begun)
        answer = sent[1]["body"].decode()
        expected = STRANGERS.get(name, '"Score":1.0')
        assert expected in answer, answer
    kept = spent[min(5, len(spent) // 2) :]
    return statistics.median(kept) * 1000, len(kept)


async def _at_once(request: Any, context: Context) -> Outcome:
    return Outcome(ACTION.response(Score=1.0, FaceModelVersion="3.0"))


def _params(size: int) -> dict[str, str]:
    # Base64 letters as a photograph has them: one in 32 needs an escape in a form.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    half = (letters * (size // 128 + 1))[: size // 2]
    return {"ImageA": half, "ImageB": half}


def _form(pairs: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs).encode()


def _scope(method: str, query: bytes, headers: dict[str, str], length: int) -> dict[str, Any]:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw += [(b"content-length", str(length).encode()), (b"accept", b"*/*")]
    return {
        "type": "http",
        "method": method,
        "path": "/",
        "query_string": query,
        "headers": raw,
        "client": ("127.0.0.1", 40000),
        "extensions": {},
    }


if __name__ == "__main__":
    raise SystemExit(main())
