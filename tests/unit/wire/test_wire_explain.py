"""What a refused signature leaves in the log: enough to mend it, and nothing to misuse."""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_server import CALLERS, HOST, NOW, SECRET, Request, Server, tc3, v1

from countenance.contract.errors import ApiError, failure
from countenance.wire import signature, structure
from countenance.wire.explain import NOT_FOUND, NOT_LOOKED, Budget, Explanation, explain
from countenance.wire.mistakes import mistake
from countenance.wire.proof import SignatureOptions
from countenance.wire.structure import OTHER, PARTS, parameter_name

BOUND = 40_000  # bytes of one explanation in the log


class Always(Budget):
    def take(self) -> bool:
        return True


class Never(Budget):
    def take(self) -> bool:
        return False


def explained(
    sent: Request, server: Server | None = None, budget: Budget | None = None
) -> tuple[str, Explanation]:
    """The code the chain answers, and what the log would have."""
    server = server or Server()
    reply = server.send(sent)
    return reply.code, told(reply, server.now, budget or Always())


def told(reply: Any, now: float, budget: Budget) -> Explanation:
    error = ApiError(reply.code)
    return asyncio.run(explain(reply.call, error, now, hashing=budget, searches=budget))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def parts(found: tuple[structure.Part, ...]) -> dict[str, tuple[int, str | None]]:
    return {part.name: (part.length, part.sha256) for part in found}


def test_the_structure_of_tc3_has_a_length_and_a_hash_for_every_value() -> None:
    body = b'{"SdkToken": "T"}'
    code, found = explained(tc3(body, secret="other", signed={"x-mine": "secret"}, x_mine="secret"))
    assert code == "AuthFailure.SignatureFailure"
    assert [part.name for part in found.expected] == [
        *("method", "path", "query", "content-type", "host", OTHER, "signed headers", "payload"),
        *("algorithm", "timestamp", "credential date", "credential service"),
    ]
    values = parts(found.expected)
    assert values["host"] == (len(HOST), sha256(HOST.encode()))
    assert values["payload"] == (len(body), sha256(body))
    assert values["credential date"] == (10, sha256(b"2026-11-21"))
    assert values[OTHER] == (6, sha256(b"secret"))
    assert parts(found.received)["signature"] == (64, None)
    assert all(part.sha256 for part in found.expected)
    assert found.variants[:2] == ("host as-sent, as sent", "host as-sent, lower-cased")
    assert (found.algorithm, found.skew) == ("TC3-HMAC-SHA256", 0)


def test_the_parameters_of_a_get_are_named_one_by_one() -> None:
    query = b"SdkToken=a%2Fb&Config.AutoSkip=True&Ann+Lee=1&Lst.0=x&13800138000=1"
    _, found = explained(tc3(b"", method="GET", query=query, secret="other"))
    values = parts(found.received)
    assert values["query"] == (len(query), sha256(query))
    assert values["SdkToken"] == (5, sha256(b"a%2Fb"))
    assert values["Config.AutoSkip"] == (4, sha256(b"True"))
    assert [part.name for part in found.received[-3:]] == [OTHER] * 3


def test_a_signature_has_a_length_only_wherever_it_is_put() -> None:
    sent = tc3(b"", method="GET", query=b"Signature=abc", signed={"authorization": "x"})
    _, found = explained(sent.change(host="other"))
    assert parts(found.received)["Signature"] == (3, None)
    assert parts(found.expected)[OTHER][1] is None
    assert parts(found.received)["signature"] == (64, None)


def test_v1_is_explained_in_the_order_of_signing_with_a_hash_for_every_value() -> None:
    _, found = explained(v1([("SdkToken", "Ann"), ("Ann", "1")], secret="other"))
    assert [part.name for part in found.expected] == [
        *("method", "host", "path", "Action", OTHER, "Nonce", "SdkToken", "SecretId"),
        *("SignatureMethod", "Timestamp", "Version"),
    ]
    assert parts(found.expected)["SdkToken"] == (3, sha256(b"Ann"))
    assert parts(found.received)["Signature"] == (44, None)
    assert found.algorithm == "v1 sha256"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("SdkToken", True),
        ("Config.AutoSkip", True),
        ("SelectedWarningCodes.0", True),
        ("SelectedWarningCodes.10.3", True),
        ("Config_AutoSkip", True),
        ("Timestamp", True),
        ("Ann", False),
        ("0", False),
        ("13800138000", False),
        ("138.001.380.00", False),
        ("0.SdkToken", False),
        ("SelectedWarningCodes.138", False),
        ("SelectedWarningCodes.13.80.01", False),
        ("SdkToken.", False),
        ("\u0661", False),
        (".".join(["SdkToken"] * 30), False),
    ],
)
def test_only_names_of_the_api_are_shown(name: str, shown: bool) -> None:
    assert parameter_name(name.encode()) == (name if shown else OTHER)


def authorized(
    algorithm: str = "TC3-HMAC-SHA256",
    credential: str = "a/b/c/tc3_request",
    names: str = "content-type;host",
    digits: str = "0" * 64,
) -> Request:
    text = f"{algorithm} Credential={credential}, SignedHeaders={names}, Signature={digits}"
    return tc3().change(authorization=text)


TEMPORARY = {"secret_id": "AKIDtmpB", "secret": "secretTmpB"}
OLD = {"secret_id": "AKIDoldT", "secret": "secretTmpB", "x_tc_token": "tmpTOKEN"}
SPACED = {"SecretId": "AKIDtmpB", "secret": "secretTmpB", "Token": "tmpTOKEN "}
REFUSED: list[tuple[Request, str, str]] = [
    (tc3().change(authorization="SKIP"), "InvalidAuthorization", "authorization-skip"),
    (authorized("TC3-HMAC-SHA1"), "InvalidAuthorization", "authorization-algorithm"),
    (authorized(digits="0, x=y"), "InvalidAuthorization", "authorization-fields"),
    (authorized(credential="a/b"), "InvalidAuthorization", "credential-scope"),
    (authorized(names="Content-Type;Host"), "InvalidAuthorization", "signed-headers-case"),
    (authorized(names="host"), "InvalidAuthorization", "signed-headers-lacking"),
    (authorized(digits="0" * 40), "InvalidAuthorization", "signature-sha1"),
    (authorized(digits="A" * 64), "InvalidAuthorization", "signature-upper-case"),
    (authorized(digits="x="), "InvalidAuthorization", "signature-form"),
    (tc3(secret_id="AKIDnobody"), "SecretIdNotFound", "secret-id-unknown"),
    (tc3(secret_id="key-0123456789abcdef"), "InvalidSecretId", "secret-id-type"),
    (v1(SecretId=" AKIDtestA"), "SecretIdNotFound", "secret-id-unknown"),
    (tc3(**TEMPORARY), "TokenFailure", "token-absent"),
    (tc3(**TEMPORARY, x_tc_token="x"), "TokenFailure", "token-other"),
    (v1(**SPACED), "TokenFailure", "token-spaces"),
    (tc3(**OLD), "TokenFailure", "token-expired"),
    (tc3(timestamp=NOW - 1234), "SignatureExpire", "clock"),
    (tc3(timestamp=NOW + 8 * 3600), "SignatureExpire", "timestamp-zone"),
    (v1(Timestamp=f"{NOW}000"), "SignatureExpire", "timestamp-milliseconds"),
    (tc3(secret=SECRET + "\n"), "SignatureFailure", "secret-spaces"),
    (v1(secret=SECRET + "\n"), "SignatureFailure", "secret-spaces"),
    (tc3(host="faceid.tencentcloudapi.com").change(host=HOST), "SignatureFailure", "host-vendor"),
    (tc3(secret_id="AKIDless"), "UnauthorizedOperation", "permission"),
]


@pytest.mark.parametrize(("sent", "code", "key"), REFUSED)
def test_each_refusal_names_the_first_difference(sent: Request, code: str, key: str) -> None:
    answered, found = explained(sent)
    assert answered == f"AuthFailure.{code}"
    assert (found.difference, found.mistakes[0]) == (mistake(key).part, key)
    assert mistake(key).said in found.said
    assert found.expected
    assert found.received


def scoped(date: str) -> Request:
    sent = tc3()
    return sent.change(authorization=sent.headers["authorization"].replace("2026-11-21", date))


@pytest.mark.parametrize(
    ("date", "mistake"),
    [
        ("2026-11-22", "date-zone"),
        ("2026-11-20", "date-zone"),
        ("2025-11-21", "date-other"),
        ("20261121", "date-form"),
        ("2026-13-01", "date-form"),
    ],
)
def test_a_wrong_date_is_told_from_a_wrong_form_of_it(date: str, mistake: str) -> None:
    code, found = explained(scoped(date))
    assert (code, found.mistakes) == ("AuthFailure.SignatureFailure", (mistake,))


def test_a_key_for_a_second_factor_is_named_though_its_signature_holds() -> None:
    reply = Server().send(tc3())
    found = asyncio.run(explain(reply.call, failure("AuthFailure.MFAFailure"), NOW))
    assert found.mistakes == ("mfa",)


def test_white_space_around_the_id_is_named_beside_the_code() -> None:
    _, found = explained(v1(SecretId="AKIDtestA "))
    assert found.mistakes == ("secret-id-unknown", "secret-id-spaces")


def test_a_replay_and_a_refused_unsigned_payload_hold_and_say_so() -> None:
    server = Server()
    sent = v1()
    assert server.send(sent).code == ""
    assert explained(sent, server)[1].mistakes == ("replayed",)
    refusing = Server(options=SignatureOptions(allow_unsigned_payload=False))
    unsigned = tc3(payload_hash=signature.UNSIGNED_HASH, x_tc_content_sha256="UNSIGNED-PAYLOAD")
    assert explained(unsigned, refusing)[1].mistakes == ("unsigned-payload",)


def test_a_v1_body_over_its_limit_is_named_and_not_hashed() -> None:
    _, found = explained(v1([("ImageA", "x" * 1_100_000)]))
    assert found.mistakes == ("v1-size",)
    assert parts(found.received)["body"][1] is None


def test_what_nothing_explains_is_not_guessed_at() -> None:
    _, found = explained(tc3(secret="other"))
    assert (found.difference, found.mistakes, found.said) == (None, (), NOT_FOUND)
    assert found.tried > 500


def test_over_the_budget_large_values_are_not_hashed_and_mistakes_not_looked_for() -> None:
    _, found = explained(tc3(b"x" * 70_000, secret="other"), budget=Never())
    assert (found.said, found.tried) == (NOT_LOOKED, 0)
    assert parts(found.expected)["host"] == (len(HOST), None)
    _, small = explained(tc3(secret="other"), budget=Never())
    assert parts(small.expected)["host"][1] is not None
    _, whole = explained(tc3(b"x" * 70_000, secret=SECRET + " "))
    assert whole.mistakes == ("secret-spaces",)


def test_the_search_is_made_for_an_unknown_id_and_a_wrong_token_too() -> None:
    """Else how long the server stays busy would tell that an id is known."""

    class Counting(Budget):
        taken = 0

        def take(self) -> bool:
            self.taken += 1
            return True

    requests = {
        "SignatureFailure": tc3(secret="other"),
        "SecretIdNotFound": tc3(secret_id="AKIDnobody"),
        "InvalidSecretId": tc3(secret_id="key-0123456789abcdef"),
        "TokenFailure": v1(**SPACED),
    }
    for code, sent in requests.items():
        budget = Counting()
        answered, found = explained(sent, budget=budget)
        assert answered == f"AuthFailure.{code}"
        assert budget.taken == 1
        assert (found.tried > 0) == (code == "SignatureFailure")


def test_the_budget_fills_again_with_time() -> None:
    now = [0.0]
    budget = Budget(2, clock=lambda: now[0])
    assert [budget.take() for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [budget.take() for _ in range(2)] == [True, False]
    now[0] = 100
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_many_parameters_are_counted_and_not_listed() -> None:
    _, found = explained(v1([(f"x{i}", "") for i in range(3000)], secret="other"))
    assert len(found.expected) == len(found.received) == PARTS + 1
    assert found.expected[-1] == structure.Part("(further parts, counted)", 3009 - PARTS, None)


def test_a_call_that_was_only_opened_is_explained_too() -> None:
    reply = Server().send(tc3(timestamp=NOW).change(x_tc_version=None))
    assert reply.code == "MissingParameter"
    error = failure("AuthFailure.SignatureFailure")
    found = asyncio.run(explain(reply.call, error, NOW))
    assert found.skew is None
    assert found.expected


def test_a_fault_of_the_explanation_is_told_and_not_raised() -> None:
    reply = Server().send(tc3(secret="other"))
    broken = replace(reply.call, headers=None)  # type: ignore[arg-type]  # the fault
    found = asyncio.run(explain(broken, failure("AuthFailure.SignatureFailure"), NOW))
    assert found.said.startswith("Not explained: AttributeError at")


def test_it_is_written_as_json_by_the_log() -> None:
    _, found = explained(tc3(secret="other"))
    out = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(out), processors=[structlog.processors.JSONRenderer()]
    )
    logger.warning("authentication failed", explanation=found)
    line = json.loads(out.getvalue())
    assert line["explanation"] == json.loads(json.dumps(asdict(found)))


WORD = st.sampled_from([f"canary{i}Canary{i * 7919}" for i in range(40)])
DIGITS = st.sampled_from([f"1380013{i:04d}" for i in range(100, 140)])
CANARY = st.one_of(WORD, DIGITS, WORD.map(lambda w: f"{w}.0.{w}"))
NAME = st.one_of(CANARY, st.sampled_from(["SdkToken", "Config.AutoSkip", "Lst.0", "A_B"]))


@st.composite
def refused(draw: st.DrawFn) -> tuple[Request, set[str], str]:
    """A signed request that is refused, the canaries in it, and the secret it should have."""
    secret_id = draw(st.sampled_from(["AKIDtestA", "AKIDtmpB", "AKIDoldT", "AKIDless", "AKIDoff"]))
    own = CALLERS[secret_id].secret
    secret = draw(st.one_of(CANARY, st.sampled_from([own, own + "\n", f'"{own}"'])))
    pairs = draw(st.lists(st.tuples(NAME, CANARY), max_size=4, unique_by=lambda pair: pair[0]))
    token, offset = draw(CANARY), draw(st.sampled_from([0, -1000, 28_800]))
    planted = {word for pair in pairs for word in pair} | {secret, token, own}
    family = draw(st.sampled_from(["v1 GET", "v1 POST", "tc3 GET", "tc3 POST", "multipart"]))
    if family.startswith("v1"):
        common = {"SecretId": secret_id, "Token": token, "Timestamp": str(NOW + offset)}
        sent = v1(pairs, method=family[3:], secret=secret, **common)
        return sent, planted, own
    header, value = draw(WORD).lower(), draw(CANARY)
    service = draw(st.one_of(CANARY, st.just("faceid")))
    sent = tc3(
        quote(json.dumps(dict(pairs))).encode() if family == "multipart" else b"",
        method="GET" if family == "tc3 GET" else "POST",
        query="&".join(f"{quote(k)}={quote(v)}" for k, v in pairs).encode(),
        content_type="multipart/form-data; boundary=" + draw(WORD)
        if family == "multipart"
        else "application/json",
        timestamp=NOW + offset,
        service=service,
        secret_id=draw(st.one_of(st.just(secret_id), CANARY)),
        secret=secret,
        signed={header: value},
        **{header: value, "x_tc_token": token},
    )
    changed = draw(st.sampled_from(["", "date", "cut", "algorithm", "basic"]))
    text = sent.headers["authorization"]
    text = {
        "": text,
        "date": text.replace("2026-", f"{value}-"),
        "cut": text[: -len(value)] + value,
        "algorithm": text.replace("TC3", value),
        "basic": f"Basic {value}:{secret}",
    }[changed]
    return sent.change(authorization=text), planted | {header, value, service} - {"faceid"}, own


@settings(deadline=None, max_examples=250)
@given(refused())
def test_no_value_no_secret_and_no_signature_is_in_an_explanation(
    drawn: tuple[Request, set[str], str],
) -> None:
    sent, planted, own = drawn
    server = Server()
    reply = server.send(sent)
    found = told(reply, server.now, Always())
    assert not found.said.startswith("Not explained")
    text = json.dumps(asdict(found), ensure_ascii=False)
    assert len(text) < BOUND
    for word in planted - set(structure._COMMON):
        if parameter_name(word.encode()) == OTHER:
            assert word not in text
            assert quote(word) not in text
    for word in expected_signatures(reply.call, own):
        assert word not in text


def expected_signatures(call: Any, secret: str) -> list[str]:
    """What signs the call rightly, for each host, and the keys on the way there."""
    hosts = [name for _, name in signature.host_variants(call.headers["host"], ())]
    if call.family == "v1":
        pairs = call.form.pairs
        known = [
            signature.sign_v1(method=call.method, host=host, pairs=pairs, secret=secret)
            for host in hosts
        ]
        return known + [base64.b64decode(text).hex() for text in known]
    claim = call.authorization
    if claim is None:
        return []
    found: list[str] = []
    for host in hosts:
        headers = {name: call.headers.get(name, "") for name in claim.signed_headers}
        made = signature.sign_tc3(
            method=call.method,
            query=call.query,
            headers=headers | {"host": host},
            payload_hash=sha256(b"" if call.method == "GET" else call.body),
            timestamp=call.timestamp,
            service=claim.service,
            secret_id="x",
            secret=secret,
        )
        found.append(made.rpartition("=")[2])
    key = f"TC3{secret}".encode()
    for word in (signature.utc_date(str(call.timestamp)), claim.service, "tc3_request"):
        key = hmac.digest(key, word.encode(), "sha256")
        found.append(key.hex())
    return found
