"""A server that is only the wire: the real steps, keys in a dict, a clock that stands still."""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote_plus

from tests.callers import Caller, Replays

from countenance.contract import catalogue
from countenance.contract.errors import ApiError
from countenance.wire import admission, guard, proof, request, response, signature, steps
from countenance.wire.call import Call, Network

NOW = 1_795_253_180
HOST = "127.0.0.1:8480"
SECRET = "secretKeyA"
VERSION = "2018-03-01"
PRODUCTS = {"faceid": "2018-03-01", "iai": "2020-03-03"}


def allow(permissions: frozenset[str] | None, service: str, action: str) -> bool:
    return permissions is None or f"{service}:{action}" in permissions


CALLERS = {
    "AKIDtestA": Caller("acc-1", "key-1", SECRET),
    "AKIDtmpB": Caller("acc-1", "key-2", "secretTmpB", token="tmpTOKEN", expires=NOW + 60),
    "AKIDoldT": Caller("acc-1", "key-3", "secretTmpB", token="tmpTOKEN", expires=NOW - 1),
    "AKIDpast": Caller("acc-1", "key-6", SECRET, expires=NOW),
    "AKIDnext": Caller("acc-1", "key-7", SECRET, expires=NOW + 1),
    "AKIDoff": Caller("acc-1", "key-4", SECRET, enabled=False),
    "AKIDmfa": Caller("acc-1", "key-8", SECRET, mfa=True),
    "AKIDnear": Caller("acc-1", "key-9", SECRET, allowed=(ip_network("192.0.2.0/24"),)),
    "AKIDnope": Caller("acc-1", "key-10", SECRET, denied=(ip_network("192.0.2.1"),)),
    "AKIDslow": Caller("acc-3", "key-11", SECRET, rates={"GetSdkVerificationResult": 2, "*": 3}),
    "AKIDless": Caller("acc-2", "key-5", SECRET, permissions=frozenset({"iai:CompareFace"})),
}


class Keys:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def find(self, secret_id: str) -> Caller | None:
        self.asked.append(secret_id)
        return CALLERS.get(secret_id)


@dataclass
class Request:
    """What goes over the connection; `chunks` are the pieces in which the body arrives."""

    method: str = "POST"
    path: str = "/"
    query: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunks: tuple[bytes, ...] = (b"",)
    client: str = "192.0.2.1"

    def change(self, **headers: str | None) -> "Request":
        """With headers replaced (names with `_` for `-`); None leaves one out."""
        new = {name.replace("_", "-"): value for name, value in headers.items()}
        merged = {**self.headers, **new}
        kept = {name: value for name, value in merged.items() if value is not None}
        return replace(self, headers=kept)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]
    call: Call

    @property
    def code(self) -> str:
        return str(self.body["Response"].get("Error", {}).get("Code", ""))

    @property
    def message(self) -> str:
        return str(self.body["Response"].get("Error", {}).get("Message", ""))


@dataclass
class Server:
    keys: Keys = field(default_factory=Keys)
    now: float = NOW
    sizes: request.Sizes = field(default_factory=request.Sizes)
    options: proof.SignatureOptions = field(default_factory=proof.SignatureOptions)
    rates: guard.RateOptions = field(default_factory=lambda: guard.RateOptions(None, None, None))
    offline: frozenset[str] = frozenset()
    trusted: tuple[Network, ...] = ()
    strict: bool = False
    strict_hosts: bool = False
    lenient: bool = False

    def __post_init__(self) -> None:
        rates = guard.Rates(self.rates)
        self.chain = [
            steps.limit_address(rates),
            steps.check_method,
            steps.receive(self.sizes),
            steps.read_common,
            steps.read_authorization,
            admission.authenticate(self.keys, self.options, self.clock),
            admission.check_replay(Replays(), self.clock),
            admission.check_address,
            admission.check_mfa,
            admission.check_permission(allow, {v: k for k, v in PRODUCTS.items()}),
            steps.check_host(PRODUCTS, self.options.public_hosts, strict=self.strict_hosts),
            steps.route(catalogue.find, self.offline),
            steps.check_region(catalogue.REGIONS, "ap-singapore", strict=self.strict),
            steps.limit_rate(rates),
            steps.parse_body,
            steps.take_dry_run,
            steps.validate(lenient=self.lenient),
            steps.end_dry_run(lambda action: action.name == "CompareFace"),
        ]

    def clock(self) -> float:
        return self.now

    async def _method(self, call: Call) -> None:
        """A step that is a method."""

    def send(self, sent: Request) -> Reply:
        return asyncio.run(self.serve(sent))

    async def serve(self, sent: Request) -> Reply:
        made: list[Call] = []

        async def application(scope: Any, receive: Any, send: Any) -> None:
            call = request.open_call(scope, receive, self.clock, self.trusted)
            made.append(call)
            try:
                for step in self.chain:
                    await step(call)
                body = response.success(call, {"Done": True})
            except ApiError as error:
                await request.drain(call, self.sizes)
                body = response.refusal(call, error)
            await response.answer(send, call, body)

        status, headers, body = await exchange(application, sent)
        return Reply(status, headers, body, made[0])


async def exchange(application: Any, sent: Request) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Status, headers and JSON body that an ASGI application answers with."""
    pieces = list(sent.chunks)
    out: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        body = pieces.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        out.append(message)

    scope = {
        "type": "http",
        "method": sent.method,
        "path": sent.path,
        "query_string": sent.query,
        "headers": [(n.encode(), v.encode("latin-1")) for n, v in sent.headers.items()],
        "client": (sent.client, 4711),
    }
    await application(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in out[0]["headers"]}
    return out[0]["status"], headers, json.loads(out[1]["body"])


def tc3(
    body: bytes = b'{"SdkToken": "T"}',
    *,
    action: str = "GetSdkVerificationResult",
    version: str = VERSION,
    method: str = "POST",
    query: bytes = b"",
    content_type: str = "application/json",
    host: str = HOST,
    timestamp: int = NOW,
    service: str = "faceid",
    secret_id: str = "AKIDtestA",
    secret: str = SECRET,
    payload_hash: str | None = None,
    signed: dict[str, str] | None = None,
    **headers: str,
) -> Request:
    """A signed TC3 request; `signed` are headers signed besides content-type and host."""
    if payload_hash is None:
        payload_hash = hashlib.sha256(b"" if method == "GET" else body).hexdigest()
    to_sign = {"content-type": content_type, "host": host, **(signed or {})}
    authorization = signature.sign_tc3(
        method=method,
        query=query,
        headers=to_sign,
        payload_hash=payload_hash,
        timestamp=timestamp,
        service=service,
        secret_id=secret_id,
        secret=secret,
    )
    sent = {
        "content-type": content_type,
        "host": host,
        "authorization": authorization,
        "x-tc-action": action,
        "x-tc-version": version,
        "x-tc-timestamp": str(timestamp),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Request(method=method, query=query, headers=sent, chunks=(body,))


def v1(
    params: Iterable[tuple[str, str]] = (("SdkToken", "T"),),
    *,
    method: str = "POST",
    host: str = HOST,
    drop: tuple[str, ...] = (),
    secret: str = SECRET,
    **common: str,
) -> Request:
    """A signed v1 request; keyword arguments replace common parameters, `drop` leaves them out."""
    values = {
        "Action": "GetSdkVerificationResult",
        "Version": VERSION,
        "Timestamp": str(NOW),
        "Nonce": "11886",
        "SecretId": "AKIDtestA",
        "SignatureMethod": "HmacSHA256",
        **common,
    }
    pairs = [(k.encode(), v.encode()) for k, v in (*params, *values.items()) if k not in drop]
    if "Signature" not in drop and "Signature" not in common:
        made = signature.sign_v1(method=method, host=host, pairs=pairs, secret=secret)
        pairs.append((b"Signature", made.encode()))
    text = "&".join(f"{quote_plus(k)}={quote_plus(v)}" for k, v in pairs).encode()
    if method == "GET":
        return Request("GET", query=text, headers={"host": host})
    headers = {"host": host, "content-type": "application/x-www-form-urlencoded"}
    return Request("POST", headers=headers, chunks=(text,))
