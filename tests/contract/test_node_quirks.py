"""What the vendor's npm clients send that others do not, and that it is taken."""

import pytest
from tests.contract.node_clients import ALGORITHMS, CLIENTS, METHODS, Outcome, drive, errors, job
from tests.contract.servers import TestServer
from tests.media import text

from countenance.accounts.temporary import Temporary
from countenance.contract import catalogue

TOKEN = {"SdkToken": "00000000-0000-0000-0000-000000000000"}
UNBUILT = catalogue.find("2018-03-01", "GetLivenessResult")


clients = pytest.mark.parametrize("client", CLIENTS)
algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


@pytest.fixture(scope="module")
def server(recording: TestServer) -> TestServer:
    """What each test here sends its requests to."""
    return recording


def _header(outcome: Outcome, name: str) -> str | None:
    value = outcome["wire"]["headers"].get(name)
    return value[0] if isinstance(value, list) else value


@clients
@algorithms
def test_any_action_that_is_not_built_says_so(
    server: TestServer, algorithm: str, client: str
) -> None:
    jobs = [job(server, UNBUILT, TOKEN, algorithm, method) for method in METHODS]
    outcomes = drive(client, jobs)
    assert errors(outcomes) == ["UnsupportedOperation"] * 2
    assert all("GetLivenessResult" in outcome["error"]["message"] for outcome in outcomes)


def test_a_region_of_null_is_none(server: TestServer) -> None:
    jobs = [job(server, UNBUILT, TOKEN, method=method, region=None) for method in METHODS]
    outcomes = drive("intl", jobs)
    assert [_header(outcome, "x-tc-region") for outcome in outcomes] == ["null", "null"]
    assert errors(outcomes) == ["UnsupportedOperation"] * 2
    (bare,) = drive("common", jobs[:1])
    assert _header(bare, "x-tc-region") is None
    assert errors([bare]) == ["UnsupportedOperation"]


@clients
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_host_is_signed_without_its_port_and_the_endpoint_is_the_service(
    server: TestServer, name: str, client: str
) -> None:
    endpoint = f"{name}:{server.endpoint.rpartition(':')[2]}"
    (outcome,) = drive(client, [job(server, UNBUILT, TOKEN, endpoint=endpoint)])
    assert _header(outcome, "host") == endpoint
    service = endpoint.split(".")[0]
    assert f"/{service}/tc3_request" in str(_header(outcome, "authorization"))
    assert errors([outcome]) == ["UnsupportedOperation"]


@clients
def test_v1_by_get_has_no_content_type(server: TestServer, client: str) -> None:
    (outcome,) = drive(client, [job(server, UNBUILT, TOKEN, "HmacSHA256", "GET")])
    assert _header(outcome, "content-type") is None
    assert errors([outcome]) == ["UnsupportedOperation"]


@clients
def test_a_key_with_underscores_is_signed_as_it_is(server: TestServer, client: str) -> None:
    params = {"Sdk_Token": "1"}
    jobs = [job(server, UNBUILT, params, algorithm, m) for algorithm in ALGORITHMS for m in METHODS]
    outcomes = drive(client, jobs)
    assert errors(outcomes) == ["UnknownParameter"] * 6
    assert all("Sdk_Token" in outcome["error"]["message"] for outcome in outcomes)


@clients
def test_messages_are_in_the_language_asked_for(server: TestServer, client: str) -> None:
    chinese = job(server, UNBUILT, {}, language="zh-CN", headers={"X-TC-Language": "zh-CN"})
    outcomes = drive(client, [chinese, job(server, UNBUILT, {})])
    assert errors(outcomes) == ["MissingParameter"] * 2
    in_chinese, in_english = (outcome["error"]["message"] for outcome in outcomes)
    assert not in_chinese.isascii()
    assert in_english.isascii()
    assert "SdkToken" in in_chinese


@clients
@algorithms
def test_the_trace_id_comes_back(server: TestServer, algorithm: str, client: str) -> None:
    for outcome in drive(client, [job(server, UNBUILT, TOKEN, algorithm, m) for m in METHODS]):
        assert outcome["error"]["traceId"] == _header(outcome, "x-tc-traceid")


@clients
def test_an_octet_stream_has_to_hold_the_parameters(server: TestServer, client: str) -> None:
    body = text(b'{"SdkToken": "1"}')
    jobs = [job(server, UNBUILT, {}, body=sent) for sent in (body, text(b"\x00\x01\x02A"))]
    outcomes = drive(client, jobs)
    expected = "application/octet-stream; charset=utf-8"
    assert {_header(outcome, "content-type") for outcome in outcomes} == {expected}
    assert errors(outcomes) == ["UnsupportedOperation", "InvalidParameter"]


@clients
def test_a_multipart_body_has_text_in_parts_and_in_files(server: TestServer, client: str) -> None:
    action = catalogue.find("2018-03-01", "CompareFaceLiveness")
    params = {"LivenessType": "SILENT", "ValidateData": "ñ 名 +&="}
    given = {"ImageBase64": "ab+/cd==", "VideoBase64": "AAAA" * 50_000}
    files = {name: text(value.encode()) for name, value in given.items()}
    (outcome,) = drive(client, [job(server, action, params, files=files, multipart=True)])
    assert str(_header(outcome, "content-type")).startswith("multipart/form-data")
    assert errors([outcome]) == ["UnsupportedOperation"]
    assert server.seen[outcome["error"]["requestId"]].params == params | given


@clients
@algorithms
def test_a_temporary_key_needs_its_token(server: TestServer, algorithm: str, client: str) -> None:
    minted = server.wait(
        Temporary(server.parts.database, server.parts.master).mint(server.secret_id)
    )
    # As after any change made in the server's own process: what it remembers of keys is old.
    server.parts.authenticator.invalidate()
    key = {"id": minted.secret_id, "key": minted.secret_key}
    tokens = [minted.token, minted.token + "x", None]
    jobs = [
        job(server, UNBUILT, TOKEN, algorithm, method, **key, token=token)
        for method in METHODS
        for token in tokens
    ]
    codes = ["UnsupportedOperation", "AuthFailure.TokenFailure", "AuthFailure.TokenFailure"]
    outcomes = drive(client, jobs)
    assert errors(outcomes) == codes * 2
    assert server.seen[outcomes[0]["error"]["requestId"]].token


@clients
def test_a_number_beside_files_is_sent_and_not_signed(server: TestServer, client: str) -> None:
    jobs = [job(server, UNBUILT, TOKEN | {"Count": n}, multipart=True) for n in (1, "1")]
    assert errors(drive(client, jobs)) == ["AuthFailure.SignatureFailure", "UnknownParameter"]
