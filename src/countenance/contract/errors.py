"""The error form of an answer: a dotted code and a message that names parameter, rule and arrival."""


class ApiError(Exception):
    """An answer in the error form; raised anywhere above perception, rendered by `wire/response`.

    `code` is a dotted code of the contract, `message` is shown to the integrator: it names the
    parameter, the rule and the kind (never the content) of what arrived.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def missing_parameter(name: str, detail: str = "") -> ApiError:
    """A required common or business parameter is absent."""
    text = f"The request is missing a required parameter `{name}`."
    return ApiError("MissingParameter", f"{text} {detail}".rstrip())


def unknown_parameter(name: str) -> ApiError:
    """A business parameter outside the contract of the action."""
    return ApiError("UnknownParameter", f"The parameter `{name}` is not recognized.")


def invalid_parameter(name: str, rule: str, arrived: str) -> ApiError:
    """A parameter of the wrong JSON type or form."""
    return ApiError("InvalidParameter", f"The parameter `{name}` {rule}; {arrived} arrived.")


def invalid_value(name: str, rule: str, arrived: str) -> ApiError:
    """A parameter of the right type whose value breaks a rule."""
    return ApiError("InvalidParameterValue", f"The value of `{name}` {rule}; {arrived} arrived.")
