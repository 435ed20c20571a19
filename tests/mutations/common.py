"""Mutations of what surrounds the parameters, signed as they are: steps 3 and 4 of the chain."""

from tests.mutations import values
from tests.mutations.drafts import TC3, V1, Draft, Key
from tests.mutations.kinds import before

INVALID, MISSING = "InvalidParameter", "MissingParameter"
FAILURE, EXPIRE = "AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire"
AUTHORIZATION, NOT_FOUND = "AuthFailure.InvalidAuthorization", "AuthFailure.SecretIdNotFound"


@before("common parameter absent", 3, TC3, weight=6)
def absent_header(draft: Draft) -> str:
    names = ("Authorization", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp")
    draft.absent.update(draft.chance.sample(names, draft.chance.randint(1, 4)))
    return MISSING


@before("common parameter absent", 3, V1, weight=6)
def absent_field(draft: Draft) -> str:
    names = ("Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature")
    draft.absent.update(draft.chance.sample(names, draft.chance.randint(1, 6)))
    return MISSING


@before("common parameter empty", 3)
def empty(draft: Draft) -> str:
    match draft.chance.randrange(4 if draft.v1 else 2):
        case 0:
            draft.name = " " if not draft.v1 else ""
            draft.common["Action"] = ""
            draft.absent.add("X-TC-Action")
            draft.more["X-TC-Action"] = ""
        case 1:
            draft.absent.add("X-TC-Version")
            draft.more["X-TC-Version"] = draft.common["Version"] = ""
        case 2:
            draft.common["Nonce"] = ""
        case _:
            draft.common["Timestamp"] = ""
    if not draft.v1:
        draft.common.clear()
    return MISSING


@before("timestamp that is no integer", 3, weight=6)
def timestamp(draft: Draft) -> str:
    wrong = (
        "abc",
        "1.5",
        "0x10",
        "1e9",
        "+1",
        "--1",
        "1 2",
        "9" * 16,
        "9" * 500,
        "null",
        "1_000",
        "1.",
        "1,000",
    )
    draft.timestamp = draft.chance.choice(wrong)
    return INVALID


@before("v1 common parameter that is no UTF-8, or given twice", 3, V1)
def broken_field(draft: Draft) -> str:
    name = draft.chance.choice(
        ("Region", "Language", "Nonce", "Action", "SignatureMethod", "RequestClient")
    )
    if draft.chance.random() < 0.5:
        draft.absent.add(name)
        draft.raw.append((name.encode() + b"=%ff", (name.encode(), b"\xff")))
    else:
        draft.common["RequestClient"] = draft.common["Region"] = draft.common["Language"] = "en"
        draft.raw.append((name.encode() + b"=x", (name.encode(), b"x")))
    return INVALID


@before("clock beyond five minutes", 4, weight=8)
def clock(draft: Draft) -> str:
    skews = (
        -302,
        303,
        -3600,
        3600,
        28_800,
        -28_800,
        -86_400,
        10**9,
        -draft.now,
        -draft.now - 1,
        10**14,
    )
    draft.timestamp = str(draft.now + draft.chance.choice(skews))
    return EXPIRE


@before("clock within five minutes", 10)
def skew(draft: Draft) -> str:
    draft.timestamp = str(draft.now + draft.chance.choice((-280, 280, -60, 60, -1, 1)))
    draft.timestamp = draft.chance.choice(("", "0")) + draft.timestamp
    return values.done(draft.action)


@before("Authorization out of form", 4, TC3, weight=10)
def authorization(draft: Draft) -> str:
    digits, names = "0123456789abcdef" * 4, "content-type;host"
    scope = f"Credential={draft.key.secret_id}/2026-01-01/faceid/tc3_request"
    good = (scope, f"SignedHeaders={names}", f"Signature={digits}")

    def spell(*parts: str, algorithm: str = "TC3-HMAC-SHA256", comma: str = ", ") -> str:
        return f"{algorithm} {comma.join(parts)}"

    def put(at: int, text: str) -> str:
        return spell(*good[:at], text, *good[at + 1 :])

    wrong = (
        "SKIP", "x", f"Bearer {digits}", "TC3-HMAC-SHA256", "\xff" * 20, "=" * 5000, "," * 5000,
        spell(*good, algorithm="TC3-HMAC-SHA512"), spell(*good, algorithm="tc3-hmac-sha256"),
        spell(*good[:2]), spell(*good[1:]), spell(good[0], good[2]), spell(*good, comma="; "),
        spell(*good, good[2]), spell(*good, "Foo=1"), put(0, f"Credential={draft.key.secret_id}"),
        put(0, "Credential=/2026-01-01/faceid/tc3_request"), put(0, scope[:-1]),
        put(1, "SignedHeaders=host"), put(1, "SignedHeaders=content-type"),
        put(1, "SignedHeaders="), put(1, f"SignedHeaders={names};host"),
        put(1, "SignedHeaders=Content-Type;Host"), put(1, f"SignedHeaders={names};"),
        put(2, f"Signature={digits[:-1]}"), put(2, f"Signature={digits.upper()}"),
        put(2, f"Signature={digits[:-1]}g"),
    )  # fmt: skip
    draft.absent.add("Authorization")
    draft.more["authorization"] = draft.chance.choice(wrong)
    return AUTHORIZATION


@before("SecretId nobody has", 4, weight=8)
def secret_id(draft: Draft) -> str:
    known = draft.key.secret_id
    odd = (known[:-1], known + "x", "x", known.lower(), "AKID", "x" * 129, "x" * 3000, "null",
           "' OR 1=1 --", "a%00b",
           known + " ", " " + known, "名")  # fmt: skip
    chosen = draft.chance.choice(odd)
    chosen = chosen if draft.v1 else chosen.encode().decode("latin-1")
    draft.key = Key(chosen, draft.key.secret_key)
    return NOT_FOUND


@before("another secret", 4, weight=8)
def secret(draft: Draft) -> str:
    draft.key = Key(
        draft.key.secret_id, draft.chance.choice(("", "x", draft.key.secret_key[:-1], "é" * 9))
    )
    return FAILURE


@before("scope date of another day", 4, TC3)
def date(draft: Draft) -> str:
    draft.date = draft.chance.choice(
        ("2020-02-02", "9999-12-31", "", "today", "2026-13-45", "x" * 500, "20261121")
    )
    return FAILURE


@before("scope service of any kind", 10, TC3)
def service(draft: Draft) -> str:
    odd = (
        "127",
        "localhost:18480",
        "iai",
        "faceid",
        "cvm",
        "a/b",
        "x" * 300,
        "\xe9",
        "tc3_request",
        "*",
        "a b",
    )
    draft.service = draft.chance.choice(odd)
    return values.done(draft.action)


@before("more headers signed", 10, TC3, weight=6)
def more_signed(draft: Draft) -> str:
    word_ = draft.chance.choice(("x", "UPPER", " spaced ", "\xe9", ""))
    draft.signed = {"x-any": word_}
    if draft.chance.random() < 0.5:
        draft.absent.add("X-TC-Timestamp")
        draft.signed["x-tc-timestamp"] = draft.timestamp
    return values.done(draft.action)


@before("host in another form", 10, weight=6)
def host(draft: Draft) -> str:
    name = draft.host.rpartition(":")[0]
    hosts = (
        name,
        "faceid.tencentcloudapi.com",
        f"http://{draft.host}",
        "[::1]:8480",
        "x",
        draft.host.upper(),
        "x:1:2",
    )
    if draft.chance.random() < 0.3:
        draft.host_signed = name
    else:
        draft.host = draft.chance.choice(hosts)
    return values.done(draft.action)


@before("payload left unsigned", 10, TC3)
def unsigned(draft: Draft) -> str:
    draft.unsigned_payload = True
    return values.done(draft.action)


@before("token with a key that needs none", 10)
def token(draft: Draft) -> str:
    draft.key = Key(
        draft.key.secret_id,
        draft.key.secret_key,
        draft.chance.choice(("x", "\xe9", "x" * 4000, "null")),
    )
    return values.done(draft.action)


@before("nonce and algorithm of any kind", 10, V1, weight=6)
def nonce(draft: Draft) -> str:
    unique = draft.nonce
    draft.nonce = draft.chance.choice(("-", "x", "名", "0", "9" * 60)) + unique
    draft.algorithm = draft.chance.choice(
        ("HmacSHA1", "HmacSHA256", "HmacMD5", "", "hmacsha256", "名", "x" * 300)
    )
    return values.done(draft.action)


@before("further common parameters", 10, V1)
def further(draft: Draft) -> str:
    draft.common["RequestClient"] = draft.chance.choice(
        ("SDK_PYTHON_3.1", "", "x" * 999, "名", "a=b&c")
    )
    return values.done(draft.action)
