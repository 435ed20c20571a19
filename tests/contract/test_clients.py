"""Every official Python build, unmodified: each action, each way of signing, each option.

The builds share one namespace, so each runs in an environment of its own (`make clients`); a
process of it makes many calls.
"""

from typing import Any
from urllib.parse import urlencode

import pytest
from tests.contract import samples
from tests.contract.python_clients import (
    ALGORITHMS,
    BUILDS,
    METHODS,
    Clients,
    Outcome,
    code,
    job,
    round_trips,
)
from tests.contract.servers import Seen, TestServer

from countenance.accounts.temporary import Temporary
from countenance.contract import catalogue

UNBUILT = catalogue.find("2018-03-01", "GetLivenessResult")
TOKEN = {"SdkToken": "00000000-0000-0000-0000-000000000000"}
WAYS = [(algorithm, method) for algorithm in ALGORITHMS for method in METHODS]
# Actions that the typed clients of a build have, of the 99 of the contract.
TYPED = {"intl": 65, "intl-3.0": 48, "cn": 72, "intl-async": 65, "cn-async": 72}
QUERY_LIMIT, V1_LIMIT, TC3_LIMIT = 32 * 1024, 1024 * 1024, 12 * 1024 * 1024

builds = pytest.mark.parametrize("build", BUILDS)


def _seen(server: TestServer, outcome: Outcome) -> Seen:
    """What arrived of a call that was decoded and found not to be built."""
    assert code(outcome) == "UnsupportedOperation", outcome
    return server.seen[outcome["error"]["requestId"]]


@builds
def test_every_action_is_decoded_as_sent_and_every_output_arrives(
    clients: Clients, recording: TestServer, echoing: TestServer, build: str
) -> None:
    trips = round_trips(clients, build, recording, echoing, whole=False)
    wrong = [trip for trip in trips if trip.wrong]
    assert not wrong, f"{len(wrong)} of {len(trips)}: {wrong[:3]}"
    for client, actions in (("common", 99), ("typed", TYPED[build])):
        mine = [trip for trip in trips if trip.client == client]
        for goal in ("decoded", "answered", "emptied"):
            assert len({trip.action for trip in mine if trip.goal == goal}) == actions
        ways = {(trip.algorithm, trip.method) for trip in mine if trip.goal == "decoded"}
        assert ways == set(WAYS)
    assert sum(trip.leaves for trip in trips) > 10_000


@builds
def test_a_query_is_taken_up_to_its_limit(
    clients: Clients, recording: TestServer, build: str
) -> None:
    """With v1, the SDK's own parameters vary in length by a few characters."""
    room = QUERY_LIMIT - len(urlencode({"SdkToken": ""}))
    lengths = [("TC3-HMAC-SHA256", room), ("HmacSHA1", room - 600), ("HmacSHA256", room - 600)]
    within = [
        job(recording, UNBUILT, {"SdkToken": "x" * n}, algorithm, "GET") for algorithm, n in lengths
    ]
    over = [one | {"params": {"SdkToken": "x" * (room + 1)}} for one in within]
    outcomes = clients.drive(build, within + over)
    assert [code(outcome) for outcome in outcomes] == (
        ["UnsupportedOperation"] * 3 + ["RequestSizeLimitExceeded"] * 3
    )


@builds
def test_a_body_is_taken_up_to_its_limit(
    clients: Clients, recording: TestServer, build: str
) -> None:
    room = TC3_LIMIT - len('{"SdkToken": ""}')
    lengths = [("TC3-HMAC-SHA256", room), ("HmacSHA1", V1_LIMIT), ("HmacSHA256", V1_LIMIT)]
    over = [job(recording, UNBUILT, {"SdkToken": "x" * (n + 1)}, a) for a, n in lengths]
    within = [
        one | {"params": {"SdkToken": "x" * (n if a.startswith("TC3") else n - 600)}}
        for one, (a, n) in zip(over, lengths, strict=True)
    ]
    outcomes = clients.drive(build, within + over)
    assert [code(outcome) for outcome in outcomes] == (
        ["UnsupportedOperation"] * 3
        + ["RequestSizeLimitExceeded"]
        + ["AuthFailure.SignatureFailure"] * 2
    )
    assert all("TC3-HMAC-SHA256" in outcome["error"]["message"] for outcome in outcomes[4:])


@builds
@pytest.mark.parametrize("form", ["multipart", "octet-stream"])
def test_every_action_can_be_asked_in_the_other_forms(
    clients: Clients, recording: TestServer, build: str, form: str
) -> None:
    actions = list(catalogue.actions())
    jobs = []
    for number, action in enumerate(actions):
        params = samples.params(action, number % 2)
        files = [name for name in params if "Image" in name and isinstance(params[name], str)]
        jobs.append(job(recording, action, params, form=form, binary=files))
    for action, one, outcome in zip(actions, jobs, clients.drive(build, jobs), strict=True):
        if form == "multipart" and not one["params"]:
            # With no parameter the SDK sends an empty body, which has no part to end.
            assert code(outcome) in ("UnsupportedOperation", "InvalidRequest"), action.name
            continue
        assert samples.equal(_seen(recording, outcome).params, one["params"]), action.name


@builds
def test_nulls_are_absent_and_a_key_with_underscores_is_signed_as_the_sdk_does(
    clients: Clients, recording: TestServer, build: str
) -> None:
    action = catalogue.find("2018-03-01", "ApplyWebVerificationBizTokenIntl")
    params: dict[str, Any] = dict.fromkeys(action.params) | {"RedirectURL": "https://a.example"}
    params["Config"] = {"CheckMode": 1, "Language": None}
    nulls = [job(recording, action, params, *way) for way in WAYS]
    underscores = [job(recording, UNBUILT, TOKEN | {"Foo_Bar": "1"}, *way) for way in WAYS]
    outcomes = clients.drive(build, nulls + underscores)
    for outcome in outcomes[: len(WAYS)]:
        assert _seen(recording, outcome).params == samples.present(params)
    assert {code(outcome) for outcome in outcomes[len(WAYS) :]} == {"UnknownParameter"}


@builds
def test_without_a_region_the_servers_own_holds(
    clients: Clients, recording: TestServer, build: str
) -> None:
    outcomes = clients.drive(
        build, [job(recording, UNBUILT, TOKEN, *way, region=None) for way in WAYS]
    )
    for outcome in outcomes:
        seen = _seen(recording, outcome)
        assert seen.region == "ap-singapore"
        assert "x-tc-region" not in seen.headers


@builds
def test_messages_are_in_the_language_asked_for(
    clients: Clients, recording: TestServer, build: str
) -> None:
    """Asked for nothing, the mainland SDK asks for Chinese and the international for English."""
    asked = ["zh-CN", "en-US", None]
    jobs = [job(recording, UNBUILT, TOKEN, *way, language=one) for one in asked for way in WAYS]
    outcomes = clients.drive(build, jobs)
    for one, outcome in zip(jobs, outcomes, strict=True):
        chinese = (one["language"] or ("zh-CN" if build.startswith("cn") else "en-US")) == "zh-CN"
        assert _seen(recording, outcome).language == ("zh-CN" if chinese else "en-US")
        assert outcome["error"]["message"].isascii() is not chinese
        assert "GetLivenessResult" in outcome["error"]["message"]


@builds
def test_a_payload_may_be_left_out_of_the_signature(
    clients: Clients, recording: TestServer, build: str
) -> None:
    jobs = [job(recording, UNBUILT, TOKEN, method=m, unsigned=True) for m in METHODS]
    for outcome in clients.drive(build, jobs):
        seen = _seen(recording, outcome)
        assert seen.headers["x-tc-content-sha256"] == "UNSIGNED-PAYLOAD"
        assert seen.params == TOKEN


@builds
def test_a_temporary_key_needs_its_token(
    clients: Clients, recording: TestServer, build: str
) -> None:
    parts = recording.parts
    minted = recording.wait(Temporary(parts.database, parts.master).mint(recording.secret_id))
    parts.authenticator.invalidate()
    key = {"id": minted.secret_id, "key": minted.secret_key}
    tokens = [minted.token, f"{minted.token}x", None]
    jobs = [job(recording, UNBUILT, TOKEN, *way, token=t, **key) for way in WAYS for t in tokens]
    outcomes = clients.drive(build, jobs)
    for right in outcomes[::3]:
        assert _seen(recording, right).token
    refused = [code(outcome) for at, outcome in enumerate(outcomes) if at % 3]
    assert refused == ["AuthFailure.TokenFailure"] * 2 * len(WAYS)


@builds
def test_endpoints_with_a_name_and_with_a_scheme(
    clients: Clients, recording: TestServer, build: str
) -> None:
    """A scheme in the endpoint goes into Host and is signed; the asynchronous client cannot."""
    local = f"localhost:{recording.port}"
    outcomes = clients.drive(
        build, [job(recording, UNBUILT, TOKEN, *way, endpoint=local) for way in WAYS]
    )
    assert {_seen(recording, outcome).headers["host"] for outcome in outcomes} == {local}
    odd = [job(recording, UNBUILT, TOKEN, *way, endpoint=recording.url) for way in WAYS]
    outcomes = clients.drive(build, odd)
    if BUILDS[build][1]:
        assert all("client_error" in outcome for outcome in outcomes)
        return
    assert {_seen(recording, outcome).headers["host"] for outcome in outcomes} == {recording.url}


@builds
def test_keys_clocks_and_signatures_that_are_wrong(
    clients: Clients, recording: TestServer, build: str
) -> None:
    faults: dict[str, dict[str, Any]] = {
        "AuthFailure.SignatureFailure": {"key": "x" * 32},
        "AuthFailure.SecretIdNotFound": {"id": "AKID" + "0" * 32},
        "AuthFailure.SignatureExpire": {"skew": -400},
        "UnsupportedOperation": {"skew": 290},
    }
    jobs = [
        job(recording, UNBUILT, TOKEN, *way, **fault) for way in WAYS for fault in faults.values()
    ]
    assert [code(outcome) for outcome in clients.drive(build, jobs)] == [*faults] * len(WAYS)
    skipped = [job(recording, UNBUILT, TOKEN, method=m, skip=True) for m in METHODS]
    assert {code(outcome) for outcome in clients.drive(build, skipped)} == {
        "AuthFailure.InvalidAuthorization"
    }


@builds
def test_equal_calls_within_a_second_are_each_answered(
    clients: Clients, recording: TestServer, build: str
) -> None:
    """TC3 has no nonce: the requests are equal to the byte."""
    outcomes = clients.drive(build, [job(recording, UNBUILT, TOKEN)] * 20)
    signed = [_seen(recording, outcome).headers["authorization"] for outcome in outcomes]
    assert len(set(signed)) < len(signed)
