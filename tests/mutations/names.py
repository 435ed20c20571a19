"""Mutations of the names a request is routed by: version, action, region, language."""

from tests.mutations import values
from tests.mutations.drafts import Draft
from tests.mutations.kinds import before

ODD_WORDS = ("x", "-", "a b", "名", "%41", "../x", "null", "undefined", "'", "{}", "x" * 2000, "é")


def word(draft: Draft, *more: str) -> str:
    """An odd word, as the form of the request can carry it."""
    found = draft.chance.choice((*ODD_WORDS, *more))
    return found if draft.v1 else found.encode().decode("latin-1")


def flipped(draft: Draft, text: str) -> str:
    """The text with one letter in the other case."""
    at = draft.chance.choice([at for at, letter in enumerate(text) if letter.isalpha()])
    return text[:at] + text[at].swapcase() + text[at + 1 :]


@before("unknown version", 5)
def version(draft: Draft) -> str:
    draft.version = word(draft, "2017-01-01", "2018-03-02", "20180301", "2018-03-01x", "latest")
    return "NoSuchVersion"


@before("unknown action", 5, weight=6)
def action(draft: Draft) -> str:
    name = draft.name
    draft.name = word(
        draft, name + "x", flipped(draft, name), name[:-1] + "_", "__init__", "CompareFace;"
    )
    return "InvalidAction"


@before("action of the other service", 5, weight=2)
def other_service(draft: Draft) -> str:
    draft.version = "2020-03-03" if draft.action.service == "faceid" else "2018-03-01"
    return "InvalidAction"


@before("unknown region", 6, weight=6)
def region(draft: Draft) -> str:
    odd = (
        "mars-1",
        "AP-SINGAPORE",
        "ap-singapore,ap-bangkok",
        "x" * 500,
        "None",
        "1",
        "\xe9",
        "ap_singapore",
        "NULL",
    )
    draft.common["Region"] = draft.chance.choice(odd)
    return "InvalidParameterValue"


@before("known region, or none", 10)
def known_region(draft: Draft) -> str:
    good = ("ap-guangzhou", "ap-singapore", "ap-tokyo", "eu-frankfurt", "null", "undefined", "")
    draft.common["Region"] = draft.chance.choice(good)
    return values.done(draft.action)


@before("any language", 10)
def language(draft: Draft) -> str:
    odd = ("zh-CN", "en-US", "ZH", "fr", "", "x" * 500, "\xe9", "zh;q=0.5", "null")
    draft.common["Language"] = draft.chance.choice(odd)
    return values.done(draft.action)
