"""What a token asks for: the rules between parameters, and what this server does not do yet."""

import re
from dataclasses import dataclass

from countenance.contract import catalogue
from countenance.contract.catalogue import Param, Scalar
from countenance.contract.errors import ApiError, describe, failure, invalid_value
from countenance.contract.messages import text
from countenance.net.errors import FetchError
from countenance.net.target import parse
from countenance.verification.policy import Policies

VERSION = "2018-03-01"
SILENT = 1  # the level that is built
WITH_ACTIONS = (2, 4)
ACTIONS = ("blink", "mouth", "nod", "shake")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One parameter as the action reads it: its path, what was given, what absence means."""

    name: str
    given: Scalar | None
    default: Scalar | None

    @property
    def value(self) -> Scalar | None:
        """What holds; an empty string is how some clients say that nothing is set."""
        return self.default if self.given in (None, "") else self.given

    @property
    def number(self) -> int:
        """The same as an integer: levels are strings to some actions."""
        return int(self.value or 0)

    def refuse(self, given: str, absent: str, **values: int) -> ApiError:
        """UnsupportedOperation, in the sentence for a value that was given or for the default."""
        key = absent if self.given in (None, "") else given
        detail = text(key, name=self.name, value=str(self.value), **values)
        return failure("UnsupportedOperation", detail)


def choose(action: str, name: str, given: Scalar | None) -> Choice:
    """The choice of one parameter of an action, with the default that the contract has for it."""
    members = catalogue.find(VERSION, action).params
    found: Param | None = None
    for part in name.split("."):
        found = members[part]
        members = found.members
    return Choice(name, given, found.default if found else None)


def check_level(level: Choice) -> int:
    """The security level, if it is built; raises UnsupportedOperation."""
    if level.number != SILENT:
        raise level.refuse("token.level", "token.level-default", built=SILENT)
    return level.number


def check_documents(mode: Choice, reading: tuple[int, ...], compare: int, liveness: int) -> None:
    """Raise UnsupportedOperation for a CheckMode that reads a document."""
    if mode.number in reading:
        keys = ("token.documents", "token.documents-default")
        raise mode.refuse(*keys, compare=compare, liveness=liveness)


def check_actions(name: str, given: str | None, level: Choice) -> None:
    """Raise InvalidParameterValue for an ActionList of the wrong form or beside the wrong level."""
    if not given:
        return
    asked = [action.strip() for action in given.split(",")]
    if not 1 <= len(asked) <= 2 or len(set(asked)) < len(asked) or not set(asked) <= {*ACTIONS}:
        raise invalid_value(name, text("rule.actions", values=ACTIONS), describe(given))
    if level.number not in WITH_ACTIONS:
        raise invalid_value(name, text("rule.actions-level", name=level.name), describe(given))


def check_warnings(name: str, given: str | None) -> None:
    """Raise InvalidParameterValue for a list of card warnings that names others than there are."""
    known = tuple(catalogue.result_codes("card_warn"))
    if given and not {code.strip() for code in given.split(",")} <= {*known}:
        raise invalid_value(name, text("rule.warnings", values=known), describe(given))


def refuse_checks(**asked: bool | None) -> None:
    """Raise UnsupportedOperation for the first check that is asked for and not made here."""
    for name, wanted in asked.items():
        if wanted:
            raise failure("UnsupportedOperation", text("token.check", name=name))


def check_redirect(name: str, url: str) -> str:
    """A URL that a browser may be sent to: http or https, without credentials or two readings."""
    try:
        parse(url)
    except FetchError as error:
        rule = text(f"fetch.{error.detail}", **error.values)
        said = text("token.redirect", name=name, rule=rule)
        raise ApiError("InvalidParameterValue", said) from None
    return url


def check_rule(rule_id: str | None, policies: Policies) -> str:
    """The RuleId of one of this server's policies, empty for its own; InvalidParameterValue."""
    if rule_id and policies.find(rule_id) is None:
        raise ApiError("InvalidParameterValue", text("token.rule", name="RuleId"))
    return rule_id or ""


def find_colour(given: str | None, default: str) -> str:
    """The colour of the page; one of the wrong form means the default, by the documents."""
    return given if given and _COLOUR.fullmatch(given) else default
