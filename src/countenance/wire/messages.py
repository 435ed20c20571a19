"""The known sentence of each common error the wire raises, in both languages of the API.

The English text is `common_errors` of the contract, kept to the letter because integrators match
on it; what is specific to one request is appended.
"""

# ruff: noqa: RUF001 - Chinese sentences are written with the full-width comma

import re
from functools import cache

from countenance.contract.errors import ApiError

SENTENCES: dict[str, tuple[str, str]] = {
    "UnsupportedProtocol": (
        "HTTP(S) request protocol error; only GET and POST requests are supported.",
        "HTTP(S) 请求协议错误，只支持 GET 和 POST 请求。",
    ),
    "RequestSizeLimitExceeded": (
        "The request size exceeds the upper limit.",
        "请求包超过限制大小。",
    ),
    "ResponseSizeLimitExceeded": (
        "The response size exceeds the upper limit.",
        "返回包超过限制大小。",
    ),
    "InvalidRequest": (
        "The multipart format of the request body is incorrect.",
        "请求 body 的 multipart 格式错误。",
    ),
    "MissingParameter": (
        "The request is missing a required parameter `{name}`.",
        "缺少必需的参数 `{name}`。",
    ),
    "UnknownParameter": (
        "The parameter `{name}` is not recognized.",
        "参数 `{name}` 无法识别。",
    ),
    "NoSuchVersion": ("The API version does not exist", "接口版本不存在"),
    "InvalidAction": ("The API `{name}` does not exist", "接口 `{name}` 不存在"),
    "ActionOffline": ("This API has been deprecated.", "接口已下线。"),
    "AuthFailure.InvalidAuthorization": (
        "`Authorization` in the request header is invalid.",
        "请求头部的 `Authorization` 不符合标准。",
    ),
    "AuthFailure.SecretIdNotFound": (
        "The SecretId is not found, please ensure that your SecretId is correct.",
        "SecretId 不存在，请确认您的 SecretId 是否正确。",
    ),
    "AuthFailure.SignatureExpire": (
        "Signature expired. Timestamp and server time cannot differ by more than five minutes.",
        "签名过期，时间戳和服务器时间相差不得超过五分钟。",
    ),
    "AuthFailure.SignatureFailure": (
        "The provided credentials could not be validated. Please check your signature is correct.",
        "请求签名验证失败，请检查您的签名计算是否正确。",
    ),
    "AuthFailure.SignatureFailure#size": (
        "Request size limit exceeded for this signature method; "
        "please use new signature method `TC3-HMAC-SHA256`.",
        "请求大小超过该签名方法的限制，请使用签名方法 `TC3-HMAC-SHA256`。",
    ),
    "AuthFailure.TokenFailure": ("Token error.", "token 错误。"),
    "AuthFailure.UnauthorizedOperation": (
        "The request is not authorized.",
        "请求未授权。",
    ),
    "UnsupportedRegion": ("The action not support this region.", "接口不支持该地域。"),
    "InvalidParameterValue": (
        "A value specified in `{name}` is not valid, is unsupported, or cannot be used.",
        "`{name}` 的取值错误，不被支持或无法使用。",
    ),
    "RequestLimitExceeded": (
        "Your current request times equals to `{n}` in a second, "
        "which exceeds the frequency limit `{limit}` for a second.",
        "您当前每秒请求 `{n}` 次，超过了每秒频率上限 `{limit}` 次。",
    ),
    "RequestLimitExceeded.IPLimitExceeded": (
        "The number of ip requests exceeds the frequency limit.",
        "IP 请求频率超过限制。",
    ),
    "RequestLimitExceeded.UinLimitExceeded": (
        "The number of uin requests exceeds the frequency limit.",
        "主账号请求频率超过限制。",
    ),
    "InternalError": ("Internal error.", "内部错误。"),
    "ServiceUnavailable": ("Service is unavailable now.", "当前服务暂时不可用。"),
}


def failure(key: str, detail: str = "", **values: object) -> ApiError:
    """The error of a key of SENTENCES (`code` or `code#variant`) with what is specific to it."""
    text = SENTENCES[key][0].format(**values) if values else SENTENCES[key][0]
    return ApiError(key.partition("#")[0], f"{text} {detail}".rstrip())


def translate(error: ApiError, language: str) -> str:
    """The message in the caller's language; what has no translation stays English."""
    if language != "zh-CN":
        return error.message
    for key, (_, chinese) in SENTENCES.items():
        if key.partition("#")[0] == error.code and (match := _pattern(key).match(error.message)):
            return chinese.format(**match.groupdict()) + error.message[match.end() :]
    return error.message


@cache
def _pattern(key: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", SENTENCES[key][0])
    pieces = [f"(?P<{p}>[^`]*)" if i % 2 else re.escape(p) for i, p in enumerate(parts)]
    return re.compile("".join(pieces))
