"""The published signature vectors, and the same with one byte changed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from countenance.wire import authorization, signature
from countenance.wire.signature import Verdict

VECTORS = json.loads((Path(__file__).parent / "data" / "vectors.json").read_text("utf-8"))
TC3 = [v for v in VECTORS if v["alg"] == "TC3"]
V1 = [v for v in VECTORS if v["alg"] != "TC3"]


def verify_tc3(vector: dict[str, Any], sent: str | None = None) -> Verdict:
    """`sent` is the signature that arrives, by default the vector's."""
    claim = authorization.Authorization(
        vector["secret_id"],
        vector["date"],
        vector["service"],
        ("content-type", "host"),
        sent or vector["signature"],
    )
    return signature.verify_tc3(
        method=vector["method"],
        query=vector["query"].encode(),
        headers={"content-type": vector["content_type"], "host": vector["host"]},
        payload_hash=hashlib.sha256(vector["body"].encode()).hexdigest(),
        timestamp=str(vector["timestamp"]),
        authorization=claim,
        secret=vector["secret_key"],
    )


def sign_v1(vector: dict[str, Any]) -> str:
    head, _, query = vector["string"].partition("/?")
    method = "POST" if head.startswith("POST") else "GET"
    pairs = [tuple(pair.encode().split(b"=", 1)) for pair in query.split("&")]
    return signature.sign_v1(
        method=method,
        host=head.removeprefix(method),
        pairs=pairs[::-1],
        secret=vector["secret_key"],
        # The strings name no SignatureMethod: which hash was meant is told beside them.
        digest="sha256" if vector["alg"] == "HmacSHA256" else "sha1",
    )


def flip(text: str, at: int) -> str:
    """One character changed into another of the same kind."""
    old = text[at]
    return text[:at] + ("0" if old != "0" else "1") + text[at + 1 :]


def test_there_are_seven() -> None:
    assert (len(TC3), len(V1)) == (4, 3)


@pytest.mark.parametrize("vector", TC3, ids=lambda v: v["id"])
def test_tc3(vector: dict[str, Any]) -> None:
    if "payload_hash" in vector:
        assert hashlib.sha256(vector["body"].encode()).hexdigest() == vector["payload_hash"]
    made = signature.sign_tc3(
        method=vector["method"],
        query=vector["query"].encode(),
        headers={"content-type": vector["content_type"], "host": vector["host"]},
        payload_hash=hashlib.sha256(vector["body"].encode()).hexdigest(),
        timestamp=vector["timestamp"],
        service=vector["service"],
        secret_id=vector["secret_id"],
        secret=vector["secret_key"],
    )
    assert made.endswith(f"Signature={vector['signature']}")
    assert authorization.parse(made).date == vector["date"]
    assert verify_tc3(vector) == Verdict(True, "as-sent")


@pytest.mark.parametrize("vector", TC3, ids=lambda v: v["id"])
def test_tc3_with_one_byte_changed(vector: dict[str, Any]) -> None:
    for at in range(64):
        assert not verify_tc3(vector, flip(vector["signature"], at)).ok
    for name in ("body", "query", "content_type", "host", "service", "secret_key"):
        for at in range(len(vector[name])):
            changed = vector | {name: flip(vector[name], at)}
            assert not verify_tc3(changed).ok, (name, at)
        assert not verify_tc3(vector | {name: vector[name] + "x"}).ok, name
    for shift in (-1, 1):
        assert not verify_tc3(vector | {"timestamp": vector["timestamp"] + shift}).ok
    other = "GET" if vector["method"] == "POST" else "POST"
    assert not verify_tc3(vector | {"method": other}).ok


@pytest.mark.parametrize("vector", V1, ids=lambda v: v["id"])
def test_v1(vector: dict[str, Any]) -> None:
    assert sign_v1(vector) == vector["signature"]


@pytest.mark.parametrize("vector", V1, ids=lambda v: v["id"])
def test_v1_with_one_byte_changed(vector: dict[str, Any]) -> None:
    start = vector["string"].index("/?") + 2
    for at in range(start, len(vector["string"])):
        if vector["string"][at] in "&=":
            continue
        changed = vector | {"string": flip(vector["string"], at)}
        assert sign_v1(changed) != vector["signature"], at
    assert sign_v1(vector | {"secret_key": vector["secret_key"] + "x"}) != vector["signature"]


@pytest.mark.parametrize("digest", ["HmacSHA1", "HmacSHA256"])
def test_v1_verdict_over_a_vector(digest: str) -> None:
    vector = V1[1]
    query = vector["string"].partition("/?")[2]
    pairs = [(k.encode(), v.encode()) for k, _, v in (p.partition("=") for p in query.split("&"))]
    pairs.append((b"SignatureMethod", digest.encode()))
    known = {"method": "GET", "host": "cvm.tencentcloudapi.com", "secret": vector["secret_key"]}
    made = signature.sign_v1(pairs=pairs, **known)
    for sent in [made, *(flip(made, at) for at in range(len(made)))]:
        signed = [*pairs, (b"Signature", sent.encode())]
        assert signature.verify_v1(pairs=signed, **known).ok is (sent == made)
    for at in range(len(pairs)):
        changed = [*pairs, (b"Signature", made.encode())]
        changed[at] = (pairs[at][0], pairs[at][1] + b"0")
        assert not signature.verify_v1(pairs=changed, **known).ok
