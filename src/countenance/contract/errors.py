"""The error form of an answer: a dotted code and a message: parameter, rule and what arrived."""

import re

from countenance.contract.messages import Language, Text, Value, text

_PRINTABLE = re.compile(r"[!-_a-~]{1,32}")  # visible ASCII without the backtick that quotes it


class ApiError(Exception):
    """An answer in the error form; raised anywhere above perception, rendered by `wire/response`.

    `code` is a dotted code of the contract. What is said to the integrator names the parameter,
    the rule and the kind (never the content) of what arrived.
    """

    def __init__(self, code: str, *said: Text | str) -> None:
        self.code = code
        self._said = said
        super().__init__(f"{code}: {self.message}")

    @property
    def message(self) -> str:
        """What is said, in English."""
        return self.say("en-US")

    def say(self, language: Language) -> str:
        """What is said, in a language of the API."""
        parts = [part if isinstance(part, str) else part.say(language) for part in self._said]
        return ("" if language == "zh-CN" else " ").join(part for part in parts if part)


def failure(key: str, *details: Text | str, **values: Value) -> ApiError:
    """The error of a common code (`code` or `code#variant`): its sentence, then the details."""
    return ApiError(key.partition("#")[0], text(key, **values), *details)


def describe(value: object) -> str:
    """The kind and size of what arrived, never its content: `a string of 12 characters`."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a number"
        case str():
            return f"a string of {_count(len(value), 'character')}"
        case list():
            return f"an array of {_count(len(value), 'element')}"
        case dict():
            return f"an object of {_count(len(value), 'member')}"
        case bytes():
            return _count(len(value), "byte")
        case _:
            return "something else"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(name: str) -> str:
    """A caller's name if it is short visible ASCII (at most 32 characters), else only its length.

    Names outside the contract are the caller's own text: a long one may be a value gone astray.
    """
    if _PRINTABLE.fullmatch(name):
        return name
    return f"(a name of {_count(len(name), 'character')})"


def missing_parameter(name: str, detail: str = "") -> ApiError:
    """A required common or business parameter is absent."""
    return failure("MissingParameter", detail, name=name)


def unknown_parameter(name: str) -> ApiError:
    """A business parameter outside the contract of the action."""
    return failure("UnknownParameter", name=name)


def invalid_parameter(name: str, rule: str, arrived: str) -> ApiError:
    """A parameter of the wrong JSON type or form."""
    return ApiError("InvalidParameter", f"The parameter `{name}` {rule}; {arrived} arrived.")


def invalid_value(
    name: str, rule: str, arrived: str, code: str = "InvalidParameterValue"
) -> ApiError:
    """A parameter of the right type whose value breaks a rule; `code` may be a finer dotted one."""
    return ApiError(code, f"The value of `{name}` {rule}; {arrived} arrived.")


def invalid_body(fault: str) -> ApiError:
    """A body that cannot be read as a whole; `fault` completes `The request body ...`."""
    return ApiError("InvalidParameter", f"The request body {fault}.")


def no_such_version(served: tuple[str, ...]) -> ApiError:
    """An API version that no service has; the message names the versions served."""
    return ApiError(
        "NoSuchVersion", f"The API version does not exist; served here: {', '.join(served)}."
    )


def invalid_action(action: str, version: str) -> ApiError:
    """An action the version does not have; the caller's name is shown only if `printable`."""
    return ApiError(
        "InvalidAction", f"The API `{printable(action)}` does not exist in version {version}."
    )
