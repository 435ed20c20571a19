"""Mutations of the HTTP request around a call: method, path, sizes, types, headers."""

from tests.mutations import values
from tests.mutations.common import FAILURE, INVALID, MISSING
from tests.mutations.drafts import JSON, URLENCODED_TYPE, Draft
from tests.mutations.kinds import before

METHODS = (
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "PROPFIND",
    "TRACE",
    "PURGE",
    "REPORT",
    "LOCK",
    "SEARCH",
    "HEAD",
)


@before("another method", 1)
def method(draft: Draft) -> str:
    draft.method = draft.chance.choice(METHODS)
    return "UnsupportedProtocol"


@before("a method HTTP does not know", 1, weight=1, unframed=True)
def no_method(draft: Draft) -> str:
    draft.method = draft.chance.choice(("FOO", "post", "Get", "GETT"))
    return "UnsupportedProtocol"


@before("another path", 1)
def path(draft: Draft) -> str:
    draft.path = draft.chance.choice(
        (b"/v1", b"//", b"/%2e", b"/index.php", b"/try", b"/x/livez", b"/" + b"a" * 500)
    )
    return "UnsupportedProtocol"


@before("Content-Encoding", 2)
def encoding(draft: Draft) -> str:
    draft.more["Content-Encoding"] = draft.chance.choice(
        ("gzip", "GZIP", "deflate", "br", "gzip, identity", "x")
    )
    return INVALID


@before("Content-Encoding: identity", 10, weight=1)
def identity(draft: Draft) -> str:
    draft.more["Content-Encoding"] = draft.chance.choice(("identity", "Identity"))
    return values.done(draft.action)


@before("query over 32 KB", 2, ("get", "v1 get"), weight=1)
def long_query(draft: Draft) -> str:
    draft.extra.append(("Foo", "x" * draft.chance.choice((33_000, 70_000, 200_000))))
    return "RequestSizeLimitExceeded"


@before("v1 body over 1 MB", 2, ("v1 post",), weight=1)
def long_v1(draft: Draft) -> str:
    draft.extra.append(("Foo", "x" * (1 << 20)))
    return FAILURE


@before("body over 12 MB", 2, ("json",), weight=0.5)
def long_body(draft: Draft) -> str:
    draft.body = b'{"Foo": "' + b"x" * (12 << 20) + b'"}'
    return "RequestSizeLimitExceeded"


@before("v1 body of another type", 3, ("v1 post",))
def other_type(draft: Draft) -> str:
    kinds = ("application/json", "text/plain", "multipart/form-data; boundary=x", "x")
    draft.content_type = draft.chance.choice(kinds)
    return MISSING


@before("content type in another form", 10, JSON, weight=6)
def content_type(draft: Draft) -> str:
    odd = ("application/json; charset=utf-8", "Application/JSON",
           "application/json;charset=UTF-8", "text/plain", "x",
           "application/octet-stream; charset=utf-8", "", "application/json; charset=gbk",
           "a/b; c=\"d;e\"", "\xe9")  # fmt: skip
    draft.content_type = draft.chance.choice(odd)
    return values.done(draft.action)


@before("form type in another form", 10, ("get", "form"))
def form_type(draft: Draft) -> str:
    odd = (f"{URLENCODED_TYPE}; charset=utf-8", URLENCODED_TYPE.upper(), f"{URLENCODED_TYPE} ;x")
    draft.content_type = draft.chance.choice(odd)
    return values.done(draft.action)


@before("chunked body", 10, ("json", "form", "multipart", "v1 post"), weight=6)
def chunked(draft: Draft) -> str:
    draft.chunks = tuple(draft.chance.choices((1, 2, 7, 64, 4096), k=draft.chance.randint(1, 9)))
    return values.done(draft.action)


@before("headers nobody asked for", 10, weight=6)
def headers(draft: Draft) -> str:
    odd = {
        "X-TC-TraceId": ("x", "\xe9", "x" * 400, "a b", ""), "Cookie": ("a=b",),
        "Accept-Encoding": ("gzip", "\xe9"),
        "X-Forwarded-For": ("203.0.113.9", "x", "1.2.3.4, 5.6.7.8"), "Range": ("bytes=0-1",),
        "X-TC-RequestClient": ("x",),
        "Expect": ("100-continue", "x"), "If-None-Match": ("*",),
        "X-HTTP-Method-Override": ("PUT",),
        "X-TC-Content-SHA256": ("x", "", "unsigned-payload"), "Connection": ("keep-alive", "x"),
        "TE": ("trailers",),
        "Origin": ("https://example.com",), "X-" + "n" * 200: ("y" * 2000,),
        "Forwarded": ("for=x",), "Via": ("x",),
    }  # fmt: skip
    for name in draft.chance.sample(list(odd), 3):
        if not (draft.form == "v1 get" and name == "X-TC-Content-SHA256"):
            draft.more[name] = draft.chance.choice(odd[name])
    return values.done(draft.action)


@before("another protocol wished for", 10)
def upgrade(draft: Draft) -> str:
    draft.more["Connection"] = draft.chance.choice(("Upgrade", "upgrade, HTTP2-Settings", "x"))
    draft.more["Upgrade"] = draft.chance.choice(("h2c", "websocket", "x"))
    draft.more["HTTP2-Settings"] = "AAMAAABkAAQAoAAAAAIAAAAA"
    return values.done(draft.action)
