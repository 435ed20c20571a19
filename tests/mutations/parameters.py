"""Mutations of the parameters, signed as they are: step 9 of the chain, and what passes it."""

import math

from countenance.contract.catalogue import Action, Param
from tests.mutations import values
from tests.mutations.drafts import FLAT, JSON, Draft
from tests.mutations.kinds import Needs, before
from tests.mutations.values import Where

INVALID, UNKNOWN, MISSING = "InvalidParameter", "UnknownParameter", "MissingParameter"
NAMES = (
    "Foo", "$schema", "imageA", "dryrun", "Foo.Bar", "Foo.0", "X-TC-Region", "名", "a b", "0", "",
    "__proto__", "constructor", "Response", "RequestId", "x" * 300, "%00", "\u202e", "🙂",
)  # fmt: skip
OTHERS: dict[str, tuple[object, ...]] = {
    "string": (1, 1.5, True, [], {}, ["T"], -1),
    "integer": ("1", 1.5, 1.0, True, [], {}, "", "abc"),
    "number": ("1", True, [], {}, "x"),
    "boolean": ("true", 0, 1, [], {}, ""),
    "object": ("x", 1, [], [{}], True, ""),
}
OTHER_TEXTS: dict[str, tuple[str, ...]] = {
    "integer": ("abc", "1.5", "", "0x1", "\uff11", "1 ", "--1", "1e3", "true"),
    "number": ("abc", "", "nan", "inf", "1,5", "0x1p3", "1_0"),
    "boolean": ("yes", "", "TRUE", "2", "on", " true"),
    "object": ("x", "1", "true", ""),
}
HUGE = ("9" * 19, "-" + "9" * 20, "1" + "0" * 400, "9223372036854775808", "-9223372036854775809")


def has(where: Where) -> Needs:
    return lambda action: bool(values.spots(action, where)) and action.name not in values.BUILT


def pick(draft: Draft, where: Where) -> Param:
    return draft.chance.choice(values.spots(draft.action, where))


def _any(param: Param) -> bool:
    return True


def _nested(action: Action) -> bool:
    return any(values.deep(action))


@before("as it should be", 10, weight=12)
def valid(draft: Draft) -> str:
    return values.done(draft.action)


@before("unknown name", 9, weight=8)
def unknown_name(draft: Draft) -> str:
    known = [name.lower() for name in draft.action.params] or ["foo"]
    name = draft.chance.choice((*NAMES, draft.chance.choice(known), "Timestamp"))
    name = "Foo" if name in draft.action.params or (draft.v1 and name == "Timestamp") else name
    draft.params[name] = draft.chance.choice(("x", "", 1))
    # A part of a multipart body must have a name.
    return "InvalidRequest" if draft.form == "multipart" and not name else UNKNOWN


@before("unknown name within an object", 9, needs=_nested)
def unknown_member(draft: Draft) -> str:
    name = draft.chance.choice(list(values.deep(draft.action)))[0]
    draft.params[name] = {"Foo": "x"}
    return UNKNOWN


@before("required parameter absent", 9, needs=has(values.required), weight=8)
def absent(draft: Draft) -> str:
    draft.params.pop(pick(draft, values.required).name, None)
    return MISSING


@before("required parameter null", 9, JSON, needs=has(values.required))
def null(draft: Draft) -> str:
    draft.params[pick(draft, values.required).name] = None
    return MISSING


@before("optional parameter null", 10, JSON, needs=has(lambda param: not param.required))
def optional_null(draft: Draft) -> str:
    draft.params[pick(draft, lambda param: not param.required).name] = None
    return values.done(draft.action)


@before("wrong type in JSON", 9, JSON, needs=has(_any), weight=10)
def wrong_type(draft: Draft) -> str:
    param = pick(draft, _any)
    wrong = draft.chance.choice(OTHERS[param.kind])
    whole = draft.chance.choice(("x", 1, {}, True))
    draft.params[param.name] = draft.chance.choice((whole, [wrong])) if param.array else wrong
    return INVALID


@before("wrong type within an object", 9, JSON, needs=_nested)
def wrong_member(draft: Draft) -> str:
    name, member = draft.chance.choice(list(values.deep(draft.action)))
    wrong = "x" if member.array else draft.chance.choice(OTHERS[member.kind])
    held = {m.name: values.value(m, draft.chance) for n, m in values.deep(draft.action)
            if n == name and m.required}  # fmt: skip
    draft.params[name] = held | {member.name: wrong}
    return INVALID


@before(
    "text of another type in a form", 9, FLAT, needs=has(lambda p: p.array or p.kind != "string")
)
def wrong_text(draft: Draft) -> str:
    param = pick(draft, lambda p: p.array or p.kind != "string")
    texts = ("x", "1", "") if param.array else OTHER_TEXTS[param.kind]
    draft.params[param.name] = draft.chance.choice(texts)
    return INVALID


@before("members of a text in a form", 9, FLAT, needs=has(values.free_text))
def members_of_text(draft: Draft) -> str:
    name = pick(draft, values.free_text).name
    draft.params[name] = draft.chance.choice(({"0": "x"}, {"A": "x"}, {"A": {"B": "x"}}))
    return INVALID


@before("integer beyond 64 bits", 9, needs=has(values.scalar("integer")))
def huge(draft: Draft) -> str:
    name = pick(draft, values.scalar("integer")).name
    text = draft.chance.choice(HUGE)
    draft.params[name] = text if draft.form in FLAT else int(text)
    return INVALID


@before("value outside its list", 9, needs=has(lambda p: bool(p.enum) and not p.array))
def outside(draft: Draft) -> str:
    param = pick(draft, lambda p: bool(p.enum) and not p.array)
    wrong = draft.chance.choice(("nothing of it", "-", "x" * 200, "名"))
    draft.params[param.name] = wrong if param.kind == "string" else 77
    return param.code


@before("number outside its range", 9, needs=has(lambda p: bool(p.range) and not p.array))
def out_of_range(draft: Draft) -> str:
    param = pick(draft, lambda p: bool(p.range) and not p.array)
    assert param.range is not None
    least, greatest = param.range
    ends = [end for end in (least - 1, least - 1e9, greatest + 1) if math.isfinite(end)]
    draft.params[param.name] = int(draft.chance.choice(ends))
    return param.code


@before("text too long", 9, needs=has(lambda p: bool(p.chars) and not p.array))
def too_long(draft: Draft) -> str:
    param = pick(draft, lambda p: bool(p.chars) and not p.array)
    assert param.chars is not None
    draft.params[param.name] = draft.chance.choice("x名") * (param.chars[1] + 1)
    return param.code


@before("empty text", 10, needs=has(values.free_text))
def empty(draft: Draft) -> str:
    draft.params[pick(draft, values.free_text).name] = ""
    return values.done(draft.action)


@before("odd characters in a text", 10, needs=has(values.free_text), weight=8)
def odd_text(draft: Draft) -> str:
    odd = (
        "\0",
        "\x01\x1f",
        "\x7f",
        "\u2028",
        "\ufffe",
        "\U0010ffff",
        "é\u0301",
        "\\u0041",
        "%25",
        "\t\r\n",
    )
    text = "".join(draft.chance.choices(odd, k=3))
    if draft.form == "multipart":
        text = text.replace("\r\n", " ")
    draft.params[pick(draft, values.free_text).name] = text
    return values.done(draft.action)


@before("dry run", 9, weight=6)
def dry_run(draft: Draft) -> str:
    draft.params["DryRun"] = True
    return "DryRunOperation"


@before("no dry run", 10)
def no_dry_run(draft: Draft) -> str:
    draft.params["DryRun"] = False
    return values.done(draft.action)


@before("dry run of another type", 9, weight=6)
def dry_run_type(draft: Draft) -> str:
    texts = ("yes", "", "TRUE", "2", "x" * 99)
    wrong = texts if draft.form in FLAT else (*texts, "true", 0, 1, 1.0, [], {}, [True])
    draft.params["DryRun"] = draft.chance.choice(wrong)
    return INVALID


@before("dry run of a faulty request", 9, needs=has(values.required))
def dry_run_faulty(draft: Draft) -> str:
    draft.params["DryRun"] = True
    return draft.chance.choice((absent, unknown_name))(draft)
