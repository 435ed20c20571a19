"""The OpenAPI 3.1 description of the capture protocol, written from the structs of its JSON."""

import json
from typing import Any

import msgspec

from countenance.capture import shapes
from countenance.capture.refusals import STATUS
from countenance.verification.steps import CHUNKS

STRUCTS = (
    shapes.Begin, shapes.Agreement, shapes.Complete, shapes.Leave, shapes.Nothing,
    shapes.View, shapes.Look, shapes.Recording, shapes.Kept, shapes.Erased, shapes.Refusal,
)  # fmt: skip
REF = "#/components/schemas/{name}"
DEVICE = {"$ref": "#/components/parameters/Device"}
NONCE = {"$ref": "#/components/parameters/Nonce"}
ALWAYS = ("not_available", "wrong_state", "bad_origin", "too_many", "internal")
HELD = (*ALWAYS, "taken_over")
SENT = ("bad_request", "too_large", "bad_type")
Json = dict[str, Any]


def page() -> str:
    """The description as JSON text."""
    _, schemas = msgspec.json.schema_components(STRUCTS, ref_template=REF)
    description = {
        "openapi": "3.1.0",
        "info": {
            "title": "countenance: the capture protocol",
            "version": "1",
            "description": "How a device carries out the verification that a token was issued "
            "for. capture-protocol.md explains it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/capture/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {
                "Device": _header("X-Capture-Device", "The device's key, as `begin` told it."),
                "Nonce": _header("X-Capture-Nonce", "As `challenge` told it."),
            },
            "schemas": dict(sorted(schemas.items())),
        },
    }
    return json.dumps(description, indent=2, ensure_ascii=False) + "\n"


def _paths() -> Json:
    number: Json = {"name": "n", "in": "path", "required": True}
    number["schema"] = {"type": "integer", "minimum": 0, "maximum": CHUNKS - 1}
    wait: Json = {"name": "wait", "in": "query"}
    wait["schema"] = {"type": "integer", "minimum": 0, "maximum": 20, "default": 0}
    chunk = _binary(*shapes.TYPES)
    return {
        "/begin": {"post": _request("begin", "View", (*ALWAYS, *SENT, "in_use"), "Begin", [])},
        "/consent": {"post": _request("consent", "View", (*HELD, *SENT), "Agreement")},
        "/look": {"post": _request("look", "Look", (*HELD, *SENT, "busy"), _binary("image/jpeg"))},
        "/challenge": {"post": _request("challenge", "View", HELD, "Nothing")},
        "/recording": {"get": _request("resume", "Recording", HELD)},
        "/recording/{n}": {
            "put": _request(
                "put", "Recording", (*HELD, *SENT, "bad_nonce"), chunk, [DEVICE, NONCE, number]
            )
        },
        "/recording/complete": {
            "post": _request(
                "complete",
                "View",
                (*HELD, *SENT, "bad_nonce", "damaged"),
                "Complete",
                [DEVICE, NONCE],
                status=202,
            )
        },
        "/status": {"get": _request("status", "View", (*HELD, "bad_request"), "", [DEVICE, wait])},
        "/leave": {"post": _request("leave", "View", (*HELD, *SENT), "Leave")},
        "/kept": {"get": _request("kept", "Kept", HELD)},
        "/erase": {"post": _request("erase", "Erased", (*HELD, *SENT), "Nothing")},
    }


def _request(
    name: str,
    told: str,
    codes: tuple[str, ...],
    body: str | Json = "",
    parameters: list[Json] | None = None,
    *,
    status: int = 200,
) -> Json:
    answers: Json = {str(status): {"description": told, "content": _json(told)}}
    for number in sorted({STATUS[code] for code in STATUS if code in codes}):
        meant = [code for code in STATUS if STATUS[code] == number and code in codes]
        answers[str(number)] = {"description": ", ".join(meant), "content": _json("Refusal")}
    request: Json = {
        "operationId": name,
        "parameters": [DEVICE] if parameters is None else parameters,
    }
    if body:
        content = _json(body) if isinstance(body, str) else body
        request["requestBody"] = {"required": not isinstance(body, str), "content": content}
    return request | {"responses": answers}


def _json(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": REF.format(name=name)}}}


def _binary(*types: str) -> Json:
    return {one: {"schema": {"type": "string", "contentMediaType": one}} for one in types}


def _header(name: str, text: str) -> Json:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": True, "description": text, "schema": schema}
