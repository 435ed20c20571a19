"""What the API knows: versions, actions, their parameters, limits, regions and error codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Literal, TypeAlias

import msgspec

from countenance.contract import source
from countenance.contract.errors import invalid_action, no_such_version
from countenance.contract.messages import Language, sentences

Kind: TypeAlias = Literal["string", "integer", "number", "boolean", "object"]
Scalar: TypeAlias = str | int | float | bool

_KINDS: Mapping[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Param:
    """One request parameter, or one member of an object parameter.

    `type` is the contract's own name (`string`, `array<string>`, `WebVerificationConfigIntl`);
    `kind` is that of the value, or of each element when `array`. `hidden`: accepted but not
    advertised. `chars` and `range` are inclusive; `clamp` is a range that the action applies
    instead of refusing. `max_size` limits, in characters, the base64 text; `max_file`, in bytes,
    the file behind a URL, which `build` cannot see. `default` is what absence means to the action:
    `build` leaves an absent parameter None. `code` is the error of a value that breaks a rule.
    `nullable`: where the member stands in an answer, the documents say that it may be null.
    """

    name: str
    type: str
    kind: Kind
    array: bool = False
    required: bool = False
    hidden: bool = False
    members: Mapping[str, "Param"] = field(default_factory=dict)
    enum: tuple[str | int, ...] = ()
    range: tuple[float, float] | None = None
    clamp: tuple[float, float] | None = None
    chars: tuple[int, int] | None = None
    max_size: int | None = None
    max_file: int | None = None
    formats: tuple[str, ...] = ()
    default: Scalar | None = None
    code: str = "InvalidParameterValue"
    since: str = ""
    nullable: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Action:
    """One API action.

    `regions` lists those the documents allow; empty means any of `REGIONS`. `rate_limit` is
    requests per second and account; None means the server's default. `spec` is `full`, `named`
    (only named in the specification) or `no`. `errors` are the dotted codes documented for it,
    besides the common ones. The Structs of a service are imported at the first use of one.
    """

    service: str
    version: str
    name: str
    params: Mapping[str, Param]
    regions: tuple[str, ...]
    rate_limit: int | None
    errors: tuple[str, ...]
    spec: Literal["full", "named", "no"]
    deprecated: bool = False

    @property
    def in_spec(self) -> bool:
        """Whether the specification describes or at least names the action."""
        return self.spec != "no"

    @cached_property
    def request(self) -> type[msgspec.Struct]:
        """The generated `<Action>Request`."""
        return self._struct("Request")

    @cached_property
    def response(self) -> type[msgspec.Struct]:
        """The generated `<Action>Response`; RequestId is not one of its fields."""
        return self._struct("Response")

    def _struct(self, role: str) -> type[msgspec.Struct]:
        models = import_module(f"countenance.contract.models.{self.service}")
        struct: type[msgspec.Struct] = getattr(models, self.name + role)
        return struct


REGIONS: Mapping[str, str] = MappingProxyType(source.overlay()["regions"])
"""Every public region name a client may send -> the place."""


def versions() -> tuple[str, ...]:
    """The API versions served, one for each service."""
    return tuple(source.FILES)


def find(version: str, action: str) -> Action:
    """The action of that version; ApiError NoSuchVersion or InvalidAction."""
    if version not in source.FILES:
        raise no_such_version(versions())
    if action not in source.service(version)["actions"]:
        raise invalid_action(action, version)
    return _action(version, action)


def actions() -> Iterable[Action]:
    """All actions of all services, by version and name."""
    return [
        _action(version, name)
        for version in versions()
        for name in source.service(version)["actions"]
    ]


@cache
def errors(version: str | None = None, language: Language = "en-US") -> Mapping[str, str]:
    """Dotted code -> short text: the common codes, and those of the version if given."""
    texts = {code: error["message"] for code, error in source.common()["errors"].items()}
    service = {} if version is None else source.service(version)["errors"]
    texts |= {code: error["text"] for code, error in service.items()}
    if language == "zh-CN":
        known = {} if version is None else source.chinese()[source.service(version)["service"]]
        texts = {code: known.get(code) or _sentence(code, language) for code in texts}
    return MappingProxyType(texts)


def _sentence(code: str, language: Language) -> str:
    # InvalidParameter has no sentence of its own but that of a form.
    known = sentences()
    return known[code if code in known else f"{code}#form"][language[:2]]


@cache
def parameter_names() -> frozenset[str]:
    """The names of all parameters of all actions, and of the members of those that are objects."""
    found: set[str] = set()
    waiting = [param for action in actions() for param in action.params.values()]
    while waiting:
        param = waiting.pop()
        if param.name not in found or param.members:
            found.add(param.name)
            waiting.extend(param.members.values())
    return frozenset(found)


def is_known(code: str, version: str | None = None) -> bool:
    """Whether a dotted code is in the contract: of that version, or by default of any."""
    return any(code in errors(v) for v in ((version,) if version else versions()))


def result_codes(flow: Literal["web_h5", "app_sdk", "card_warn"]) -> Mapping[str, object]:
    """The numeric result codes of a flow, as text -> meaning (`text`, `billed`: 1, 0 or null)."""
    codes: Mapping[str, object] = source.common()["result_codes"][flow]
    return codes


@cache
def result_text(
    flow: Literal["web_h5", "app_sdk"], number: int, language: Language = "en-US"
) -> str:
    """What a numeric result code says; a number that the flow lacks is said as in the other."""
    flows = (flow, "app_sdk" if flow == "web_h5" else "web_h5")
    for name in flows:
        words = source.common()["result_codes"][name].get(str(number))
        if words is not None:
            chinese: str = source.chinese()[name][str(number)]
            english: str = words["text"]
            return chinese if language == "zh-CN" else english
    raise KeyError(number)


@cache
def _action(version: str, name: str) -> Action:
    tree = source.service(version)
    action = tree["actions"][name]
    params = _params(action["params"], tree["types"])
    finer = {p.code for p in params.values() if p.code != "InvalidParameterValue"}
    return Action(
        service=tree["service"],
        version=version,
        name=name,
        params=params,
        regions=tuple(action["regions"]),
        rate_limit=action["rate_limit"],
        errors=tuple(sorted(finer.union(action["errors"]))),
        spec=action["spec"],
        deprecated=action.get("status") == "deprecated",
    )


def _params(members: source.Tree, types: source.Tree) -> Mapping[str, Param]:
    return {name: _param(name, member, types) for name, member in members.items()}


def _param(name: str, member: source.Tree, types: source.Tree) -> Param:
    kind = member["type"].removeprefix("array<").removesuffix(">")
    facts: source.Tree = {key: tuple(v) if isinstance(v, list) else v for key, v in member.items()}
    return Param(
        name=name,
        kind=_KINDS.get(kind, "object"),
        array=kind != member["type"],
        members={} if kind in _KINDS else _params(types[kind], types),
        **facts,
    )
