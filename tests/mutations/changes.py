"""Mutations of what was signed, and what may change without breaking the signature."""

from urllib.parse import quote, unquote_to_bytes

from tests.mutations import values
from tests.mutations.common import AUTHORIZATION, EXPIRE, FAILURE, MISSING
from tests.mutations.drafts import TC3, Draft, Sent
from tests.mutations.kinds import Codes, after

WITH_BODY = ("json", "octet", "form", "multipart")


def another(draft: Draft, data: bytes, allowed: bytes) -> bytes:
    """The data with one byte replaced by another of the allowed."""
    at = draft.chance.randrange(len(data))
    byte = draft.chance.choice([byte for byte in allowed if byte != data[at]])
    return data[:at] + bytes([byte]) + data[at + 1 :]


@after("byte of the body changed", 4, WITH_BODY, weight=12)
def body(draft: Draft, sent: Sent) -> Codes:
    sent.body = another(draft, sent.body, bytes(range(256))) if sent.body else b" "
    return FAILURE


@after("body cut, or longer", 4, WITH_BODY, weight=6)
def length(draft: Draft, sent: Sent) -> Codes:
    cut = sent.body[: draft.chance.randrange(len(sent.body))] if sent.body else b"x"
    longer = sent.body + draft.chance.choice((b" ", b"\r\n", b"\0", b"&", sent.body or b"x"))
    sent.body = draft.chance.choice((cut, longer))
    return FAILURE


@after(
    "query changed",
    4,
    ("get",),
    needs=lambda action: any(p.required for p in action.params.values()),
    weight=10,
)
def query(draft: Draft, sent: Sent) -> Codes:
    changed = (
        another(draft, sent.query, b"abcXYZ019&=%+."),
        sent.query + b"&",
        sent.query[:-1],
        sent.query + b"&a=b",
    )
    sent.query = draft.chance.choice(changed)
    return FAILURE


@after("query added to a POST", 4, WITH_BODY)
def added_query(draft: Draft, sent: Sent) -> Codes:
    sent.query = draft.chance.choice((b"a=b", b"Action=CompareFace", b"=", b"%zz", b"&"))
    return FAILURE


@after("value changed in a v1 request", 4, ("v1 get", "v1 post"), weight=14)
def v1_value(draft: Draft, sent: Sent) -> Codes:
    text = sent.query or sent.body
    fields = dict(pair.split(b"=", 1) for pair in text.split(b"&"))
    signature = fields.pop(b"Signature")
    signed = b"&".join(name + b"=" + value for name, value in fields.items())
    other = another(draft, unquote_to_bytes(signature), b"abcXYZ019")
    changed = draft.chance.choice((
        signed + b"&Foo=x&Signature=" + signature,
        signed + b"&Region=ap-singapore&Signature=" + signature,
        signed.replace(b"&Nonce=", b"&Nonce=1") + b"&Signature=" + signature,
        signed.replace(b"Action=", b"Action=X", 1) + b"&Signature=" + signature,
        signed + b"&Signature=" + quote(other).encode(), signed + b"&Signature=x",
        signed + b"&Signature=" + signature[:-6], signed + b"&Signature=" + signature * 3,
        signed + b"&Signature=%ff",
    ))  # fmt: skip
    sent.query, sent.body = (changed, b"") if sent.query else (b"", changed)
    return ("InvalidParameter",) if changed.endswith(b"%ff") else FAILURE


@after("content type or host changed", 4, TC3, weight=8)
def header(draft: Draft, sent: Sent) -> Codes:
    if draft.chance.random() < 0.5:
        sent.put(
            "Content-Type",
            sent.header("Content-Type") + draft.chance.choice((";", "; charset=utf-8", "x")),
        )
    else:
        sent.put(
            "Host",
            draft.chance.choice(
                ("example.com", sent.header("Host") + "0", "x", "faceid.example:80")
            ),
        )
    return FAILURE


@after("host changed in a v1 request", 4, ("v1 get", "v1 post"))
def v1_host(draft: Draft, sent: Sent) -> Codes:
    sent.put(
        "Host",
        draft.chance.choice(("example.com", sent.header("Host") + "0", "x", "faceid.example:80")),
    )
    return FAILURE


@after("digit of the signature changed", 4, TC3, weight=10)
def digit(draft: Draft, sent: Sent) -> Codes:
    head, _, signature = sent.header("Authorization").rpartition("=")
    sent.put(
        "Authorization",
        f"{head}={another(draft, signature.encode(), b'0123456789abcdef').decode()}",
    )
    return FAILURE


@after("signature out of form", 4, TC3)
def signature(draft: Draft, sent: Sent) -> Codes:
    head, _, signed = sent.header("Authorization").rpartition("=")
    wrong = (
        signed[:-1],
        signed + "0",
        "",
        "Z" * 64,
        signed.replace(signed[0], "G"),
        signed[:32] + " " + signed[33:],
    )
    sent.put("Authorization", f"{head}={draft.chance.choice(wrong)}")
    return AUTHORIZATION


@after("scope changed", 4, TC3, weight=6)
def scope(draft: Draft, sent: Sent) -> Codes:
    old = sent.header("Authorization")
    day, name = old.split("/")[1:3]
    new = draft.chance.choice((
        old.replace(f"/{day}/", "/2020-01-01/", 1), old.replace(f"/{day}/", "//", 1),
        old.replace(f"/{day}/{name}/", f"/{day}/{name}x/", 1),
        old.replace(f"/{day}/{name}/", f"/{name}/{day}/", 1),
        old.replace("/tc3_request", "/x/tc3_request", 1),
    ))  # fmt: skip
    sent.put("Authorization", new)
    return FAILURE


@after("list of signed headers changed", 4, TC3, weight=6)
def signed_headers(draft: Draft, sent: Sent) -> Codes:
    old, names = sent.header("Authorization"), "content-type;host"
    worse, other = (
        ("host", "content-type", "", "Host;content-type"),
        ("host;content-type", names + ";x-tc-action", names + ";x"),
    )
    chosen = draft.chance.choice((*worse, *other))
    sent.put("Authorization", old.replace(f"={names},", f"={chosen},"))
    return AUTHORIZATION if chosen in worse else FAILURE


@after("SecretId changed", 4, TC3)
def secret_id(draft: Draft, sent: Sent) -> Codes:
    old, known = sent.header("Authorization"), draft.key.secret_id
    sent.put(
        "Authorization",
        old.replace(known, another(draft, known.encode(), b"abcXYZ019").decode(), 1),
    )
    return "AuthFailure.SecretIdNotFound"


@after("timestamp changed", 4, TC3, weight=6)
def timestamp(draft: Draft, sent: Sent) -> Codes:
    skew = draft.chance.choice((1, -1, 60, -60, 400, -400))
    sent.put("X-TC-Timestamp", str(draft.now + skew))
    return EXPIRE if abs(skew) > 300 else FAILURE


@after("action or version changed, which TC3 need not sign", 5, TC3)
def unsigned_name(draft: Draft, sent: Sent) -> Codes:
    if draft.chance.random() < 0.5:
        sent.put("X-TC-Action", draft.name + "X")
        return "InvalidAction"
    sent.put("X-TC-Version", "2001-01-01")
    return "NoSuchVersion"


@after("method changed", 4, TC3)
def method(draft: Draft, sent: Sent) -> Codes:
    sent.method = "POST" if sent.method == "GET" else "GET"
    return FAILURE


@after("method changed in a v1 request", 3, ("v1 get", "v1 post"))
def v1_method(draft: Draft, sent: Sent) -> Codes:
    sent.method = "POST" if sent.method == "GET" else "GET"
    return MISSING


@after("unsigned payload claimed afterwards", 4, TC3)
def claim(draft: Draft, sent: Sent) -> Codes:
    sent.put("X-TC-Content-SHA256", "UNSIGNED-PAYLOAD")
    return FAILURE


@after("header repeated, the last one good", 10, TC3, weight=6)
def repeated(draft: Draft, sent: Sent) -> Codes:
    name, value = draft.chance.choice(sent.headers)
    sent.headers.insert(0, (name, draft.chance.choice(("x", value, ""))))
    return values.done(draft.action)


@after("names and spaces of headers", 10, weight=8)
def spelling(draft: Draft, sent: Sent) -> Codes:
    spell = (str.upper, str.lower, str.title, str.swapcase)
    space = ("", " ", "\t", "  \t ")
    sent.headers = [
        (
            draft.chance.choice(spell)(name),
            draft.chance.choice(space) + value + draft.chance.choice(space),
        )
        for name, value in sent.headers
    ]
    draft.chance.shuffle(sent.headers)
    return values.done(draft.action)


@after("spaces within Authorization", 10, TC3)
def spaces(draft: Draft, sent: Sent) -> Codes:
    old = sent.header("Authorization")
    sent.put(
        "Authorization",
        draft.chance.choice((old.replace(", ", ","), old.replace(", ", " ,  "), old + " ")),
    )
    return values.done(draft.action)


@after("folded header", 10, TC3, weight=1, unframed=True)
def folded(draft: Draft, sent: Sent) -> Codes:
    sent.put("Authorization", sent.header("Authorization").replace(", ", ",\r\n "))
    return values.done(draft.action), AUTHORIZATION


@after("body beside a GET", 10, ("get", "v1 get"))
def get_body(draft: Draft, sent: Sent) -> Codes:
    sent.body = draft.chance.choice(
        (b"{}", b"a=b", b"x" * 5000, b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n")
    )
    return values.done(draft.action)


@after("the same request again", 10, TC3, weight=6, repeat=True)
def again(draft: Draft, sent: Sent) -> Codes:
    return values.done(draft.action)


@after("the same v1 request again", 4, ("v1 get", "v1 post"), weight=8, repeat=True)
def replay(draft: Draft, sent: Sent) -> Codes:
    if sent.method == "POST" and draft.chance.random() < 0.5:
        parts = sent.body.split(b"&")
        draft.chance.shuffle(parts)
        sent.body = b"&".join(parts)
    return FAILURE
