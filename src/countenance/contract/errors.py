"""The error form of an answer: a dotted code and a message: parameter, rule and what arrived."""

import re
from collections.abc import Collection

from countenance.contract.messages import Language, Said, Text, Value, text

_PRINTABLE = re.compile(r"[!-_a-~]{1,32}")  # visible ASCII without the backtick that quotes it


class ApiError(Exception):
    """An answer in the error form; raised anywhere above perception, rendered by `wire/response`.

    `code` is a dotted code of the contract. What is said to the integrator names the parameter,
    the rule and the kind (never the content) of what arrived.
    """

    def __init__(self, code: str, *said: Said) -> None:
        self.code = code
        self._said = said
        super().__init__(code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def message(self) -> str:
        """What is said, in English."""
        return self.say("en-US")

    def say(self, language: Language) -> str:
        """What is said, in a language of the API."""
        return ("" if language == "zh-CN" else " ").join(one.say(language) for one in self._said)


def failure(key: str, *details: Said, **values: Value) -> ApiError:
    """The error of a common code (`code` or `code#variant`): its sentence, then the details."""
    return ApiError(key.partition("#")[0], text(key, **values), *details)


def unexpected(listed: Collection[str]) -> ApiError:
    """A fault of ours, in the spelling among an action's codes: five actions have an older one."""
    code = "InternalServerError" if "InternalServerError" in listed else "InternalError"
    return ApiError(code, text("InternalError"))


def describe(value: object) -> Text:
    """The kind and size of what arrived, never its content: `a string of 12 characters`."""
    match value:
        case None:
            return text("kind.null")
        case bool():
            return text("kind.boolean")
        case int():
            return text("kind.integer")
        case float():
            return text("kind.number")
        case str():
            return text("kind.string", n=len(value))
        case list():
            return text("kind.array", n=len(value))
        case dict():
            return text("kind.object", n=len(value))
        case bytes():
            return text("kind.bytes", n=len(value))
        case _:
            return text("kind.else")


def printable(name: str) -> str | Text:
    """A caller's name if it is short visible ASCII (at most 32 characters), else only its length.

    Names outside the contract are the caller's own text: a long one may be a value gone astray.
    """
    return name if _PRINTABLE.fullmatch(name) else text("name.long", n=len(name))


def missing_parameter(name: str, *details: Said) -> ApiError:
    """A required common or business parameter is absent."""
    return failure("MissingParameter", *details, name=name)


def unknown_parameter(name: str | Said) -> ApiError:
    """A business parameter outside the contract of the action."""
    return failure("UnknownParameter", name=name)


def invalid_parameter(name: str | Said, rule: Said, arrived: Said) -> ApiError:
    """A parameter of the wrong JSON type or form."""
    return ApiError(
        "InvalidParameter", text("parameter.form", name=name, rule=rule, arrived=arrived)
    )


def invalid_value(
    name: str, rule: Said, arrived: Said, code: str = "InvalidParameterValue"
) -> ApiError:
    """A parameter of the right type whose value breaks a rule; `code` may be a finer dotted one."""
    return ApiError(code, text("parameter.value", name=name, rule=rule, arrived=arrived))


def invalid_body(fault: Said) -> ApiError:
    """A body that cannot be read as a whole; `fault` completes `The request body ...`."""
    return ApiError("InvalidParameter", text("body", fault=fault))


def no_such_version(served: tuple[str, ...]) -> ApiError:
    """An API version that no service has; the message names the versions served."""
    return failure("NoSuchVersion", text("versions", versions=served))


def invalid_action(action: str, version: str) -> ApiError:
    """An action the version does not have; the caller's name is shown only if `printable`."""
    return failure(
        "InvalidAction", text("action.unknown", action=printable(action), version=version)
    )
