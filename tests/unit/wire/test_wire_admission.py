"""Who is asking, and whether they may: the same work for every failure, and the lists of a key."""

import hashlib
import hmac
from dataclasses import replace
from typing import Any

import pytest
import structlog
from wire_server import NOW, Request, Server, tc3, v1

from countenance.contract.messages import sentences
from countenance.wire import signature

# Each fails to authenticate for another reason.
STRANGERS: dict[str, dict[str, Any]] = {
    "AuthFailure.SecretIdNotFound": {"secret_id": "AKIDnobody"},
    "AuthFailure.TokenFailure": {"secret_id": "AKIDtmpB", "secret": "secretTmpB"},
    "AuthFailure.SignatureExpire": {"timestamp": NOW - 400},
    "AuthFailure.SignatureFailure": {"secret": "wrong"},
}


class Work:
    """Counts what costs: hashes and MACs, by the bytes they are taken over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[tuple[str, int]] = []
        sha256, digest, new = hashlib.sha256, hmac.digest, hmac.new

        def count_hash(data: bytes = b"", **options: Any) -> Any:
            self.done.append(("sha256", len(data)))
            return sha256(data, **options)

        def count_digest(key: bytes, data: bytes, name: Any) -> bytes:
            self.done.append(("mac", len(data)))
            return digest(key, data, name)

        def count_new(key: bytes, data: bytes, name: Any) -> Any:
            self.done.append(("mac", len(data)))
            return new(key, data, name)

        monkeypatch.setattr(hashlib, "sha256", count_hash)
        monkeypatch.setattr(hmac, "digest", count_digest)
        monkeypatch.setattr(hmac, "new", count_new)


@pytest.mark.parametrize("family", ["tc3", "v1"])
def test_every_failure_costs_the_same(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Request] = {}
    for code, fault in STRANGERS.items():
        if family == "tc3":
            made[code] = tc3(b'{"SdkToken": "%s"}' % (b"T" * 500), **fault)
            continue
        names = {"secret_id": "SecretId", "timestamp": "Timestamp"}
        common = {names.get(name, name): str(value) for name, value in fault.items()}
        padding = "p" * (len("AKIDnobody") - len(common.get("SecretId", "AKIDtestA")))
        made[code] = v1((("SdkToken", "T" * 500 + padding),), **common)
    work = Work(monkeypatch)
    spent = {}
    for code, sent in made.items():
        work.done.clear()
        assert Server().send(sent).code == code
        spent[code] = sorted((kind, size) for kind, size in work.done if size > 100)
    first, *others = spent.values()
    assert others == [first] * 3
    # TC3 hashes the body once, whatever forms of the host are tried; v1 signs it with the host.
    assert len([size for _, size in first if size > 500]) == (1 if family == "tc3" else 2)


def test_the_order_holds_when_everything_is_wrong() -> None:
    faults = list(STRANGERS.items())
    for at, (code, fault) in enumerate(faults):
        merged: dict[str, Any] = {}
        for _, other in reversed(faults[at:]):
            merged |= other
        assert Server().send(tc3(**{**merged, **fault})).code == code


def test_whoever_fails_is_known_to_the_log_but_not_let_in() -> None:
    reply = Server().send(tc3(secret="wrong"))
    assert reply.call.caller is not None
    assert reply.call.contract_action is None


@pytest.mark.provokes("AuthFailure.InvalidSecretId")
@pytest.mark.parametrize(
    ("secret_id", "words"),
    [
        ("key-0123456789abcdef", "listed"),
        ("acc-0123456789abcdef", "listed"),
        ("AKIAIOSFODNN7EXAMPLE", "another provider"),
        ("ASIAIOSFODNN7EXAMPLE", "another provider"),
        ("LTAI4FdExampleExample123", "another provider"),
    ],
)
def test_keys_of_another_type(secret_id: str, words: str) -> None:
    for sent in (tc3(secret_id=secret_id), v1(SecretId=secret_id)):
        reply = Server().send(sent)
        assert reply.code == "AuthFailure.InvalidSecretId"
        assert words in reply.message


@pytest.mark.parametrize("secret_id", ["AKIDnobody", "key-1", "AKIAshort", "", "acc-" + "g" * 16])
def test_other_ids_are_only_unknown(secret_id: str) -> None:
    sent = v1(SecretId=secret_id) if secret_id else tc3(secret_id=" ")
    assert Server().send(sent).code == "AuthFailure.SecretIdNotFound"


@pytest.mark.provokes("AuthFailure.SignatureFailure")
def test_a_forbidden_unsigned_payload_is_refused_as_its_signature_would_be() -> None:
    server = Server()
    server = replace(server, options=replace(server.options, allow_unsigned_payload=False))
    unsigned = {
        "payload_hash": signature.UNSIGNED_HASH,
        "x_tc_content_sha256": signature.UNSIGNED_PAYLOAD,
    }
    reply = server.send(tc3(**unsigned))
    assert reply.code == "AuthFailure.SignatureFailure"
    assert "Unsigned payloads" in reply.message
    assert server.send(tc3(secret_id="AKIDnobody", **unsigned)).code == (
        "AuthFailure.SecretIdNotFound"
    )


@pytest.mark.provokes("IpInBlacklist", "IpNotInWhitelist")
@pytest.mark.parametrize(
    ("secret_id", "client", "expected"),
    [
        ("AKIDnear", "192.0.2.200", ""),
        ("AKIDnear", "::ffff:192.0.2.200", ""),
        ("AKIDnear", "192.0.3.1", "IpNotInWhitelist"),
        ("AKIDnear", "2001:db8::1", "IpNotInWhitelist"),
        ("AKIDnear", "", "IpNotInWhitelist"),
        ("AKIDnope", "192.0.2.1", "IpInBlacklist"),
        ("AKIDnope", "::ffff:192.0.2.1", "IpInBlacklist"),
        ("AKIDnope", "192.0.2.2", ""),
    ],
)
def test_the_addresses_of_a_key(secret_id: str, client: str, expected: str) -> None:
    with structlog.testing.capture_logs() as lines:
        reply = Server().send(replace(tc3(secret_id=secret_id), client=client))
    assert reply.code == expected
    if expected:
        # The address is for the operator alone.
        assert reply.message == sentences()[expected]["en"]
        assert [line["address"] for line in lines] == [client]
        assert lines[0]["request_id"] == reply.call.request_id


@pytest.mark.provokes("AuthFailure.MFAFailure")
def test_a_key_that_needs_a_second_factor() -> None:
    reply = Server().send(tc3(secret_id="AKIDmfa"))
    assert reply.code == "AuthFailure.MFAFailure"
    assert "second factor" in reply.message


@pytest.mark.provokes("AuthFailure.UnauthorizedOperation")
def test_a_limited_key_learns_nothing_of_what_there_is() -> None:
    for fault in ({"action": "Foo"}, {"version": "2017-01-01"}, {"x_tc_region": "mars-1"}):
        reply = Server().send(tc3(secret_id="AKIDless", **fault))
        assert reply.code == "AuthFailure.UnauthorizedOperation"
    long = Server().send(tc3(secret_id="AKIDless", action="A" * 99))
    assert "a name of 99 characters" in long.message
