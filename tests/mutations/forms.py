"""Mutations of the forms that carry the parameters, urlencoded or multipart, signed as they are."""

from tests.mutations import values
from tests.mutations.drafts import FLAT, URLENCODED, Draft, join_parts, part
from tests.mutations.kinds import before
from tests.mutations.parameters import INVALID, has, pick

REQUEST = "InvalidRequest"


@before("name given twice in a form", 9, FLAT, needs=has(values.free_text))
def twice(draft: Draft) -> str:
    name = pick(draft, values.free_text).name
    draft.params.pop(name, None)
    draft.extra += [(name, "a"), (name, "b")]
    return REQUEST if draft.form == "multipart" else INVALID


@before("array with a gap", 9, FLAT, needs=has(values.array_of_scalars))
def gap(draft: Draft) -> str:
    name = pick(draft, values.array_of_scalars).name
    draft.params.pop(name, None)
    indexes = draft.chance.choice(
        (("1",), ("0", "2"), ("0", "00"), ("-1",), ("0", "99999999999"), ("a",), ("",))
    )
    draft.extra += [(f"{name}.{index}", "1") for index in indexes]
    return INVALID


@before("broken form", 9, URLENCODED)
def broken_form(draft: Draft) -> str:
    texts = (
        (b"Foo", b"Foo", b""),
        (b"Foo=%zz", b"Foo", b"%zz"),
        (b"Foo=%", b"Foo", b"%"),
        (b"%4=x", b"%4", b"x"),
    )
    encoded, name, text = draft.chance.choice(texts)
    draft.raw.append((encoded, (name, text)))
    return INVALID


@before("multipart out of form", 9, ("multipart",), weight=16)
def multipart_broken(draft: Draft) -> str:
    kind, body = (
        "multipart/form-data; boundary=mark",
        b"--mark\r\n" + part("Foo", b"x") + b"\r\n--mark--\r\n",
    )
    choices: tuple[tuple[str, bytes], ...] = (
        ("multipart/form-data", body),
        ("multipart/form-data; boundary=", body),
        ("multipart/form-data; boundary=" + "m" * 71, body),
        ("multipart/form-data; boundary=other", body),
        (kind, b""), (kind, b"--mark"), (kind, b"--mark\r\n"), (kind, body[:-8]), (kind, body[:20]),
        (kind, body.replace(b"\r\n", b"\n")),
        (kind, b"--mark\r\n\r\nx\r\n--mark--"),
        (kind, b"--mark\r\nContent-Type: text/plain\r\n\r\nx\r\n--mark--"),
        (kind, b"--mark\r\nContent-Disposition: form-data\r\n\r\nx\r\n--mark--"),
        (kind, b'--mark\r\nContent-Disposition: form-data; name=""\r\n\r\nx\r\n--mark--'),
        (kind, b'--mark\r\nContent-Disposition: attachment; name="Foo"\r\n\r\nx\r\n--mark--'),
        (kind, join_parts([part("Foo", b"eA==", "Content-Transfer-Encoding: base64\r\n")], "mark")),
        (kind, b"--mark\r\n" + part("Foo", b"x", "X: " + "y" * 9000 + "\r\n") + b"\r\n--mark--"),
        (kind, b"--markX\r\n" + body), (kind, b"\0" * 50),
    )  # fmt: skip
    draft.content_type, draft.body = draft.chance.choice(choices)
    return REQUEST


@before("multipart in unusual form", 10, ("multipart",), needs=has(values.needed_text), weight=8)
def multipart_unusual(draft: Draft) -> str:
    heads = ("", "Content-Type: text/plain; charset=utf-8\r\n",
             "X-Other: 1\r\nContent-Length: 1\r\n",
             "Content-Transfer-Encoding: binary\r\n",
             "content-type: application/octet-stream\r\n")  # fmt: skip
    parts = [part(name, text.encode(), draft.chance.choice(heads)) for name, text in draft.pairs()]
    mark = draft.chance.choice(
        ("m", "m" * 70, "a'()+_,-./:=?b", "----WebKitFormBoundary7MA4YWxkTrZu0gW")
    )
    before_it, behind_it = draft.chance.choice(
        ((b"", b""), (b"preamble\r\n", b""), (b"", b"epilogue"))
    )
    draft.body = before_it + join_parts(parts, mark) + behind_it
    draft.content_type = f'Multipart/Form-Data; charset=utf-8; boundary="{mark}"'
    return values.done(draft.action)


@before("multipart text that is no UTF-8", 9, ("multipart",), needs=has(values.needed_text))
def multipart_no_utf8(draft: Draft) -> str:
    name = pick(draft, values.needed_text).name
    draft.content_type = "multipart/form-data; boundary=mark"
    draft.body = b"--mark\r\n" + part(name, b"\xff\xfe") + b"\r\n--mark--"
    return INVALID
