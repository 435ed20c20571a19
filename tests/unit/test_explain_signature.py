"""`countenance explain-signature`: what it says of a pasted request, and what it never says."""

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.test_captures import CALLERS, LOST, SIGNED, SKIPPED, Capture
from typer.testing import CliRunner, Result

from countenance.cli import judgement, pasted
from countenance.cli.judgement import Key
from countenance.cli.root import app
from countenance.contract.catalogue import find
from countenance.wire.outgoing import post_headers
from countenance.wire.signature import sign_v1

VECTORS = Path(__file__).parents[1] / "contract" / "data" / "vectors.json"
BY_ID = {vector["id"]: vector for vector in json.loads(VECTORS.read_text("utf-8"))}
HOST = "127.0.0.1:8480"
VENDOR = "faceid.tencentcloudapi.com"
SECRET = "secretKeyA"
SECRET_ID = "AKIDtestA"
NOW = 1_795_253_180


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the machine has set does not reach the command."""
    for name in ("DATABASE_URL", "DATA_DIR", "CONFIG", "MASTER_KEY"):
        monkeypatch.delenv(f"COUNTENANCE_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("key").write_text(SECRET + "\n", "utf-8")


def run(text: str | bytes, *options: str) -> Result:
    data = text.encode() if isinstance(text, str) else text
    return CliRunner().invoke(app, ["explain-signature", "-", *options], input=data)


def judged(text: str | bytes, *options: str) -> Any:
    result = run(text, "--secret-key-file", "key", "--json", *options)
    assert result.exit_code in (0, 1), result.output
    told = json.loads(result.stdout)
    assert told["holds"] is (result.exit_code == 0)
    return told


def headers(body: bytes, now: float = NOW, **changes: str) -> dict[str, str]:
    known: dict[str, Any] = {"secret_id": SECRET_ID, "secret": SECRET, "host": HOST, **changes}
    return post_headers(find("2020-03-03", "CompareFace"), body, now=now, **known)


BODY = b'{"ImageA": "YQ==", "ImageB": "Yg=="}'


def raw(body: bytes = BODY, **changes: str) -> str:
    """A signed request as raw HTTP text."""
    lines = [f"{name}: {value}" for name, value in headers(body, **changes).items()]
    return "\r\n".join(["POST / HTTP/1.1", *lines, "", body.decode()])


def curl(body: bytes = BODY, data: str = "--data-raw", **changes: str) -> str:
    """The same as a curl command."""
    options = [f"-H '{name}: {value}'" for name, value in headers(body, **changes).items()]
    return f"curl -sS http://{HOST}/ {' '.join(options)} {data} '{body.decode()}'"


def test_a_right_request_holds_as_text_and_as_command() -> None:
    for text in (raw(), curl(), f"\n$ {curl()} | jq ."):
        told = judged(text)
        assert told["first_wrong"] is None
        assert told["checks"][-1]["text"] == "the signature holds"
    result = run(raw(), "--secret-key-file", "key")
    assert result.exit_code == 0
    assert "The signature holds." in result.stdout


def test_the_first_thing_wrong_is_said_with_what_to_do_and_no_signature() -> None:
    result = run(raw(host=VENDOR), "--secret-key-file", "key")
    assert result.exit_code == 0  # signed and sent with that name
    text = raw(host=VENDOR).replace(f"host: {VENDOR}", f"host: {HOST}")
    result = run(text, "--secret-key-file", "key")
    assert result.exit_code == 1
    shown = " ".join(result.stdout.split())
    assert "The first thing wrong: A name of the vendor's service was signed" in shown
    assert "What to do: Set the endpoint in the client" in shown
    assert f"host:{VENDOR}" in shown
    assert f"host:{HOST}" in shown
    right = headers(BODY)["authorization"].rpartition("=")[2]
    assert right not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"secret": "other"}, "unknown"),
        ({"secret": SECRET + " "}, "secret-spaces"),
        ({"secret": SECRET_ID}, "secret-is-id"),
    ],
)
def test_the_key_of_the_mistake_is_in_the_json(changes: dict[str, str], key: str) -> None:
    assert judged(raw(**changes))["first_wrong"]["key"] == key


def test_a_changed_body_and_a_lost_charset_are_told() -> None:
    spaced = raw().replace('": "', '":"')
    assert judged(spaced)["first_wrong"]["key"] == "payload-spaces"
    told = judged(raw().replace("content-type: application/json", "content-type: text/plain"))
    assert told["first_wrong"]["key"] == "content-type"
    assert "content-type:application/json" in told["client_canonical_request"]
    assert "content-type:text/plain" in told["canonical_request"]


def test_the_line_break_at_the_end_of_a_file_may_or_may_not_belong_to_the_body() -> None:
    assert judged(raw() + "\n")["holds"]
    assert judged(raw(BODY + b"\n"))["holds"]
    counted = raw().replace("\r\n\r\n", f"\r\ncontent-length: {len(BODY)}\r\n\r\n", 1)
    assert judged(counted + "\r\n")["holds"]
    told = judged(counted + "more")
    assert not told["holds"]
    assert f"Content-Length says {len(BODY)}" in told["checks"][-1]["text"]


def test_without_a_time_the_age_is_told_and_with_one_it_counts() -> None:
    assert judged(raw())["holds"]
    assert "--at" in json.dumps(judged(raw())["checks"])
    assert judged(raw(), "--at", str(NOW + 299))["holds"]
    told = judged(raw(), "--at", str(NOW + 3600))
    assert told["first_wrong"]["key"] == "timestamp-zone"
    fresh = "\r\n".join(
        ["POST / HTTP/1.1", *(f"{n}: {v}" for n, v in headers(BODY, time.time()).items()), "", ""]
    )
    assert "seconds old" in json.dumps(judged(fresh + BODY.decode())["checks"])


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("Signature=", "Signature=x"), "signature-form"),
        (("content-type;host", "Content-Type;Host"), "signed-headers-case"),
        (("TC3-HMAC-SHA256 ", "TC3-HMAC-SHA1 "), "authorization-algorithm"),
        (("/tc3_request", "/aws4_request"), "credential-scope"),
        (("Credential=", "Cred="), "authorization-fields"),
        (("2026-11-21", "2026-11-22"), "date-zone"),
        (("AKIDtestA/", "AKIDtestA /"), "secret-id-spaces"),
        (("AKIDtestA/", "AKIDother/"), "secret-id-other"),
        (("POST /", "PUT /"), "method-sent"),
        (("POST /", "POST /v2"), "path-sent"),
        (("x-tc-action: CompareFace", "x-other: 1"), "MissingParameter"),
        ((f"x-tc-timestamp: {NOW}", f"x-tc-timestamp: {NOW}000"), "timestamp-milliseconds"),
    ],
)
def test_what_is_wrong_before_the_signature_comes_first(change: tuple[str, str], key: str) -> None:
    told = judged(raw().replace(*change, 1), "--key", SECRET_ID)
    assert told["first_wrong"]["key"] == key
    assert told["first_wrong"]["mend"]


def test_upper_case_digits_are_the_only_thing_wrong() -> None:
    text = raw()
    digits = text.partition("Signature=")[2][:64]
    wrong = [
        c for c in judged(text.replace(digits, digits.upper()))["checks"] if c["state"] == "wrong"
    ]
    assert [check["key"] for check in wrong] == ["signature-upper-case"]


def v1_text(method: str = "GET", secret: str = SECRET, **more: str) -> str:
    values = {
        "Action": "CompareFace",
        "Version": "2020-03-03",
        "Timestamp": str(NOW),
        "Nonce": "1",
        "SecretId": SECRET_ID,
        "ImageA": "YQ==",
        **more,
    }
    pairs = [(name.encode(), value.encode()) for name, value in values.items()]
    values["Signature"] = sign_v1(method=method, host=HOST, pairs=pairs, secret=secret)
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())


def test_v1_is_judged_in_both_methods() -> None:
    get = f"GET /?{v1_text()} HTTP/1.1\nHost: {HOST}\n\n"
    told = judged(get)
    assert told["holds"]
    assert told["algorithm"] == "v1, HMAC-SHA1"
    assert "once" in told["checks"][-1]["text"]
    post = f"curl 'http://{HOST}' -d '{v1_text('POST', SignatureMethod='HmacSHA256')}'"
    assert judged(post)["holds"]
    wrong = judged(
        get.replace("GET /", "POST /").replace("POST", "GET").replace("Nonce=1", "Nonce=2")
    )
    assert wrong["first_wrong"]["key"] == "nonce-signed"
    assert wrong["string_to_sign"][0].startswith(f"GET{HOST}/?Action=CompareFace")


def test_long_values_are_shortened() -> None:
    image = base64.b64encode(bytes(9000)).decode()
    told = judged(f"GET /?{v1_text(ImageB=image)} HTTP/1.1\nHost: {HOST}\n\n")
    assert image not in json.dumps(told)
    digest = hashlib.sha256(f"ImageB={image}".encode()).hexdigest()
    assert f"(12007 characters, SHA-256 {digest})" in told["string_to_sign"][0]


@pytest.mark.parametrize(
    "text", ["", "hello", "{", "{}", "curl", "GET", "curl -d x", "POST / x\ny"]
)
def test_what_is_no_request_ends_in_status_2_and_a_sentence(text: str) -> None:
    result = run(text, "--secret-key-file", "key")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip().endswith((".", "'y'")) or "JSON" in result.stderr


def test_without_a_secret_or_a_file_it_says_what_is_missing() -> None:
    assert "give --secret-key-file" in run(raw()).stderr
    assert run(raw(), "--secret-key-file", "nowhere").exit_code == 2
    assert run(raw().replace("Credential=", "Cred="), "--secret-key-file", "key").exit_code == 2
    result = CliRunner().invoke(app, ["explain-signature", "nowhere"])
    assert result.exit_code == 2
    assert "nowhere: No such file" in result.stderr


def test_the_key_comes_from_the_data_folder_by_its_id() -> None:
    made = CliRunner().invoke(app, ["keys", "create", "--data-dir", "state", "--json"])
    key = json.loads(made.stdout)
    options = ("--data-dir", "state", "--json")
    right = raw(secret_id=key["SecretId"], secret=key["SecretKey"])
    assert run(right, *options).exit_code == 0
    wrong = run(raw(secret_id=key["SecretId"]), *options)
    assert json.loads(wrong.stdout)["first_wrong"]["key"] == "unknown"
    assert key["SecretKey"] not in wrong.stdout
    unknown = run(raw(), *options)
    assert unknown.exit_code == 1
    assert json.loads(unknown.stdout)["first_wrong"]["key"] == "secret-id-unknown"
    CliRunner().invoke(app, ["keys", "disable", key["SecretId"], "--data-dir", "state"])
    told = json.loads(run(right, *options).stdout)
    assert told["first_wrong"]["key"] == "secret-id-unknown"
    assert told["checks"][-1]["text"] == "the signature holds"


def test_a_temporary_key_is_judged_with_its_token() -> None:
    request = pasted.read(
        raw().replace("\r\n\r\n", "\r\nx-tc-token: t\r\n\r\n", 1).encode(), Path()
    )
    for token, expires, key in (
        ("t", None, ""),
        ("u", None, "token-other"),
        ("t", 5.0, "token-expired"),
    ):
        told = judgement.judge(request, Key(SECRET_ID, SECRET, token, expires), now=NOW)
        wrong = judgement.first_wrong(told.checks)
        assert (wrong.key if wrong else "") == key


@pytest.mark.parametrize(
    "vector", [v for v in BY_ID.values() if v["alg"] == "TC3"], ids=lambda v: v["id"]
)
def test_the_published_examples_hold_as_curl_commands(vector: dict[str, str]) -> None:
    Path("key").write_text(vector["secret_key"], "utf-8")
    scope = f"{vector['date']}/{vector['service']}/tc3_request"
    body = f"-d '{vector['body']}'" if vector["method"] == "POST" else ""
    command = (
        f"curl -X {vector['method']} 'https://{vector['host']}/?{vector['query']}' \\\n"
        f'  -H "Authorization: TC3-HMAC-SHA256 Credential={vector["secret_id"]}/{scope}, '
        f'SignedHeaders=content-type;host, Signature={vector["signature"]}" \\\n'
        f'  -H "Content-Type: {vector["content_type"]}" -H "X-TC-Action: DescribeInstances" \\\n'
        f'  -H "X-TC-Timestamp: {vector["timestamp"]}" -H "X-TC-Version: 2017-03-12" {body}'
    )
    assert judged(command, "--at", vector["timestamp"])["holds"]


def as_json(capture: Capture) -> bytes:
    target = "/" + (f"?{capture.query.decode()}" if capture.query else "")
    body = (capture.body or b"").decode()
    found = {
        "request_line": f"{capture.method} {target} HTTP/1.1",
        "headers": capture.headers,
        "body": body,
    }
    return json.dumps(found).encode()


SMALL = [c for c in SIGNED if len(c.body or b"") < 100_000]


def test_every_captured_request_holds_and_a_skipped_signature_does_not() -> None:
    assert len(SMALL) > 240
    for capture in SMALL:
        request = pasted.read(as_json(capture), Path())
        secret_id = judgement.secret_id(request)
        key = Key(secret_id, CALLERS[secret_id].secret)
        told = judgement.judge(request, key, now=NOW, at=capture.timestamp)
        assert told.holds, (capture.label, told.checks)
    for capture in SKIPPED:
        request = pasted.read(as_json(capture), Path())
        wrong = judgement.first_wrong(judgement.judge(request, Key("a", "b"), now=NOW).checks)
        assert wrong is not None
        assert wrong.key == "authorization-skip"
    assert LOST


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(
            ["host", "authorization", "x-tc-timestamp", "x-tc-version", "content-type"]
        ),
        st.text(st.characters(codec="latin-1"), max_size=60),
    ),
    st.binary(max_size=60),
    st.sampled_from(["GET", "POST", "PUT"]),
)
def test_whatever_is_pasted_is_judged(changed: dict[str, str], odd: bytes, method: str) -> None:
    values = {**headers(BODY), **changed}
    request = pasted.Pasted(method, "/", odd, tuple(values.items()), (odd,))
    told = judgement.judge(request, Key(SECRET_ID, ""), now=NOW)
    assert not told.holds
    form = (("host", HOST), ("content-type", "application/x-www-form-urlencoded"))
    request = pasted.Pasted(method, "/", odd, form, (v1_text().encode() + b"&" + odd,))
    told = judgement.judge(request, Key(SECRET_ID, ""), now=NOW)
    assert told.checks
    assert judgement.secret_id(request) in ("", SECRET_ID)
