"""The types that strictly typed clients (Go, Java) rely on, proved from the contract.

No such client runs here. Each reads an answer into a class generated from the same documents, and
gives up the whole answer for one member of another JSON type.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from tests.conftest import Pixels, jpeg
from tests.contract import samples
from tests.contract.shapes import error_faults, faults
from tests.media import text
from tests.serving import Running

from countenance.contract import catalogue, source
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import sentences
from countenance.wire import response
from countenance.wire.call import Call
from countenance.wire.outgoing import post_headers
from countenance.wire.request import open_call

ACTIONS = list(catalogue.actions())
SCALARS = {
    "string": msgspec.inspect.StrType,
    "integer": msgspec.inspect.IntType,
    "number": msgspec.inspect.FloatType,
    "boolean": msgspec.inspect.BoolType,
}
# Where the kind surprises, or differs from one answer to the next.
KNOWN = {
    ("faceid", "GetFaceIdResultIntl", "Result"): "string",
    ("faceid", "GetFaceIdResultIntl", "Similarity"): "number",
    ("faceid", "GetWebVerificationResultIntl", "ErrorCode"): "integer",
    ("faceid", "GetSdkVerificationResult", "Result"): "string",
    ("faceid", "GetSdkVerificationResult", "ChargeCount"): "integer",
    ("faceid", "CreateUploadUrl", "ExpiredTimestamp"): "integer",
    ("faceid", "ApplyCardVerification", "AsyncCardVerificationMaxPollingTimes"): "integer",
    ("faceid", "CompareResult", "ErrorCode"): "string",
    ("faceid", "CompareResult", "Sim"): "number",
    ("faceid", "FileInfo", "Size"): "integer",
    ("faceid", "VerificationDetail", "ErrorCode"): "integer",
    ("iai", "CompareFace", "Score"): "number",
    ("iai", "DetectLiveFace", "IsLiveness"): "boolean",
}


def name_of(action: Action) -> str:
    return f"{action.service}-{action.name}"


every_action = pytest.mark.parametrize("action", ACTIONS, ids=name_of)


def call(**headers: str) -> Call:
    scope = {
        "method": "POST",
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    return open_call(scope, receive, time.time)


def answered(action: Action, *, empty: bool = False) -> bytes:
    values = samples.outputs(action, empty=empty)
    return response.success(call(), msgspec.convert(values, action.response))


@every_action
@pytest.mark.parametrize("empty", [False, True], ids=["full", "empty"])
def test_every_output_has_exactly_the_type_of_the_contract(action: Action, empty: bool) -> None:
    assert faults(answered(action, empty=empty), action) == []


@every_action
def test_what_code_may_put_into_an_answer_is_typed_as_the_contract_types_it(
    action: Action,
) -> None:
    # mypy holds every action to these Structs; here the Structs are held to the contract.
    tree = source.service(action.version)
    outputs = tree["actions"][action.name]["outputs"]
    _compare(action.response, outputs, tree["types"], set())


def _compare(
    struct: type[msgspec.Struct], members: source.Tree, types: source.Tree, done: set[str]
) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    assert fields.keys() == members.keys()
    for name, facts in members.items():
        made = msgspec.inspect.type_info(fields[name].type)
        assert isinstance(made, msgspec.inspect.UnionType)
        (kind,) = (one for one in made.types if not isinstance(one, msgspec.inspect.NoneType))
        wanted: str = facts["type"]
        if wanted.startswith("array<"):
            assert isinstance(kind, msgspec.inspect.ListType), name
            kind, wanted = kind.item_type, wanted.removeprefix("array<").removesuffix(">")
        if wanted in SCALARS:
            assert type(kind) is SCALARS[wanted], name
            continue
        assert isinstance(kind, msgspec.inspect.StructType), name
        if wanted not in done:
            done.add(wanted)
            _compare(kind.cls, types[wanted], types, done)


@pytest.mark.parametrize(("place", "kind"), KNOWN.items(), ids=lambda value: str(value))
def test_the_types_that_integrators_know(place: tuple[str, str, str], kind: str) -> None:
    service, owner, member = place
    version = next(action.version for action in ACTIONS if action.service == service)
    tree = source.service(version)
    members = tree["types"].get(owner) or tree["actions"][owner]["outputs"]
    assert members[member]["type"] == kind


# --- the check itself: each of these would stop a strictly typed client

Break = Callable[[dict[str, Any]], Any]
BROKEN: dict[str, tuple[str, str, Break]] = {
    "integer with a point": (
        "GetWebVerificationResultIntl",
        "ErrorCode is no integer",
        lambda r: r.update(ErrorCode=1.0),
    ),
    "integer as text": (
        "GetWebVerificationResultIntl",
        "ErrorCode is no integer",
        lambda r: r.update(ErrorCode="0"),
    ),
    "integer as a boolean": (
        "GetSdkVerificationResult",
        "ChargeCount is no integer",
        lambda r: r.update(ChargeCount=True),
    ),
    "integer beyond 64 bits": (
        "GetSdkVerificationResult",
        "ChargeCount is no integer",
        lambda r: r.update(ChargeCount=1 << 63),
    ),
    "text as a number": (
        "GetFaceIdResultIntl",
        "Result is no string",
        lambda r: r.update(Result=0),
    ),
    "number as text": (
        "CompareFaceLiveness",
        "Sim is no number",
        lambda r: r.update(Sim="97.2"),
    ),
    "null where one is promised": (
        "CompareFaceLiveness",
        "Sim is null",
        lambda r: r.update(Sim=None),
    ),
    "one object for an array": (
        "GetSdkVerificationResult",
        "CompareResults is no array",
        lambda r: r.update(CompareResults=r["CompareResults"][0]),
    ),
    "text for an object": (
        "GetLivenessResult",
        "BestFrame is no object",
        lambda r: r.update(BestFrame="https://example.com"),
    ),
    "a member inside another": (
        "GetLivenessResult",
        "BestFrame.Size is no integer",
        lambda r: r["BestFrame"].update(Size="7"),
    ),
    "an output left out": (
        "GetLivenessResult",
        "Video is missing",
        lambda r: r.pop("Video"),
    ),
    "an output of our own": (
        "GetLivenessResult",
        "Score is not in the contract",
        lambda r: r.update(Score=1),
    ),
    "the RequestId first": (
        "GetLivenessResult",
        "RequestId is not last",
        lambda r: r.update(Video=r.pop("Video")),
    ),
    "no RequestId": (
        "GetLivenessResult",
        "RequestId is no lower-case UUID",
        lambda r: r.update(RequestId=None),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_fault_is_found_and_named(what: str) -> None:
    name, fault, spoil = BROKEN[what]
    action = catalogue.find("2018-03-01", name)
    whole = json.loads(answered(action))
    spoil(whole["Response"])
    assert fault in faults(json.dumps(whole).encode(), action)


# --- errors


def errors() -> Iterator[ApiError]:
    """One error of each common code, and one of each code that any service documents."""
    for key in sentences():
        code = key.partition("#")[0]
        if catalogue.is_known(code) and "{" not in sentences()[key]["en"]:
            yield failure(key)
    for action in ACTIONS:
        yield from (ApiError(code) for code in action.errors)


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_an_error_has_a_code_a_message_and_a_request_id(language: str) -> None:
    found = 0
    for error in errors():
        body = response.refusal(call(**{"x-tc-language": language}), error)
        assert error_faults(body) == [], error.code
        found += 1
    assert found > 200


async def test_the_content_type_has_no_charset() -> None:
    for body in (answered(ACTIONS[0]), response.refusal(call(), failure("InternalError"))):
        sent: list[Any] = []

        async def send(message: Any, to: list[Any] = sent) -> None:
            to.append(message)

        await response.answer(send, call(), body)
        headers = [value for name, value in sent[0]["headers"] if name == b"content-type"]
        assert headers == [b"application/json"]
        assert sent[0]["status"] == 200


# --- real answers


def _raw(server: Running, action: Action, params: dict[str, Any]) -> httpx.Response:
    body = json.dumps(params).encode()
    headers = post_headers(
        action,
        body,
        host=server.endpoint,
        secret_id=server.secret_id,
        secret=server.secret_key,
        now=time.time(),
    )
    return httpx.post(server.url, content=body, headers=headers, timeout=60, trust_env=False)


def test_the_answers_of_actions_that_are_built_hold(
    server: Running, astronaut: Pixels, hopper: Pixels, live_clip: bytes, print_clip: bytes
) -> None:
    face, other = text(jpeg(astronaut)), text(jpeg(hopper))
    compare = catalogue.find("2020-03-03", "CompareFace")
    liveness = catalogue.find("2018-03-01", "CompareFaceLiveness")
    clips = [
        {"ImageBase64": photo, "VideoBase64": text(clip), "LivenessType": "SILENT"}
        for photo, clip in ((face, live_clip), (other, live_clip), (face, print_clip))
    ]
    calls = [(compare, {"ImageA": face, "ImageB": image}) for image in (face, other)]
    calls += [(liveness, clip) for clip in clips]
    ranked = catalogue.find("2018-03-01", "LivenessCompare")
    calls += [(ranked, clips[0]), (ranked, clips[2] | {"Optional": '{"BestFrameNum": 2}'})]
    for action, params in calls:
        answer = _raw(server, action, params)
        assert answer.headers["content-type"] == "application/json"
        assert faults(answer.content, action) == [], action.name
    refused = _raw(server, compare, {"ImageA": face, "ImageB": "no base64"})
    assert error_faults(refused.content) == []
