"""A pasted request, judged as the server would judge it, with the reasons in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from countenance.cli.pasted import Pasted
from countenance.contract.errors import ApiError
from countenance.wire import authorization, request, signature, surface
from countenance.wire.authorization import ALGORITHM, Authorization
from countenance.wire.call import Call
from countenance.wire.diagnose import Diagnosis, ask, diagnose
from countenance.wire.mistakes import Mistake, Signable, mistake

State = Literal["ok", "wrong", "note"]
_WORK = 200_000_000  # bytes hashed at most: every pair of mistakes for a body of some kilobytes
OTHER_KEY = (
    "Nothing known gives the signature sent: the SecretKey is another one, or what was signed was "
    "changed on the way."
)
_MEND_OTHER_KEY = (
    "Compare the last characters of the client's SecretKey with yours, and the canonical request "
    "below with the one the client makes."
)


@dataclass(frozen=True, slots=True)
class Key:
    """The key a request is judged by; `expires` is unix seconds. An empty secret judges none."""

    secret_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires: float | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `mend` only where it is wrong."""

    state: State
    text: str
    mend: str = ""
    key: str = ""


@dataclass(slots=True)
class Judgement:
    """What was found, in the order the server checks; `right` and `signed` are texts to sign.

    `right` is what the server signs, `signed` what the client did, where that is known.
    """

    algorithm: str = ""
    checks: list[Check] = field(default_factory=list)
    right: Signable | None = None
    signed: Signable | None = None

    @property
    def holds(self) -> bool:
        """Whether the server would let the request in."""
        return self.right is not None and all(check.state != "wrong" for check in self.checks)

    def add(self, state: State, text: str, mend: str = "", key: str = "") -> None:
        """Note one thing."""
        self.checks.append(Check(state, text, mend, key))

    def blame(self, *found: Mistake) -> None:
        """Note mistakes, each once."""
        known = {check.key for check in self.checks}
        for item in found:
            if item.key not in known:
                self.add("wrong", item.said, item.mend, item.key)


def open_calls(pasted: Pasted, now: float) -> Iterator[Call]:
    """The request as the server would hold it, once for each body it may have had."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    for body in pasted.bodies:
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in pasted.headers]
        call = request.open_call(
            {
                "type": "http",
                "method": pasted.method,
                "path": pasted.path,
                "query_string": pasted.query,
                "headers": headers,
            },
            receive,
            lambda: now,
        )
        call.body, call.body_size, call.complete = body, len(body), True
        yield call


def secret_id(pasted: Pasted) -> str:
    """The SecretId a request names, empty where it names none that can be read."""
    call = next(open_calls(pasted, 0))
    if call.family == "tc3":
        claim = _lenient(call.headers.get("authorization", ""))
        return claim.secret_id if claim else ""
    with suppress(ApiError):
        request.read_v1(call)
    return call.form.first(b"SecretId").decode("utf-8", "replace") if call.form else ""


def judge(
    pasted: Pasted,
    key: Key,
    *,
    now: float,
    at: float | None = None,
    window: int = 300,
    public_hosts: Sequence[str] = (),
) -> Judgement:
    """Judge a request by a key; the clock counts only where `at` (unix seconds) is given."""
    best: Judgement | None = None
    for call in open_calls(pasted, now):
        found = _judge(call, key, now, at, window, tuple(public_hosts))
        best = best or found
        if found.holds:
            return found
    assert best is not None, "a paste has a body, if an empty one"
    for note in pasted.notes:
        best.add("note", note)
    return best


def _judge(
    call: Call, key: Key, now: float, at: float | None, window: int, hosts: tuple[str, ...]
) -> Judgement:
    told = Judgement(ALGORITHM if call.family == "tc3" else "v1")
    _check_line(told, call)
    if not _read(told, call):
        return told
    _check_id(told, call, key)
    _check_token(told, call, key, now if at is None else at)
    _check_clock(told, call, now, at, window)
    if call.authorization is not None:
        _check_date(told, call)
    if key.secret:
        _check_signature(told, call, key, hosts)
    return told


def _check_line(told: Judgement, call: Call) -> None:
    if call.method not in ("GET", "POST"):
        told.add("wrong", f"The method is {call.method}.", "Send GET or POST.", "method-sent")
    if call.path != "/":
        told.add("wrong", "The path is not `/`.", "Send the request to `/`.", "path-sent")
    if not any(check.state == "wrong" for check in told.checks):
        told.add("ok", f"{call.method} to the path `/`")


def _read(told: Judgement, call: Call) -> bool:
    """Read the common parameters and the claim; whether enough is there to go on."""
    try:
        if call.family == "tc3":
            request.read_tc3(call)
        else:
            request.read_v1(call)
            told.algorithm = f"v1, HMAC-{_digest(call).upper()}"
    except ApiError as error:
        told.add("wrong", error.message, "Send the parameter as the API asks.", error.code)
        return False
    told.add("ok", f"the common parameters of {told.algorithm} are there")
    if call.family == "v1":
        return True
    text = call.headers["authorization"]
    try:
        call.authorization = authorization.parse(text)
        told.add("ok", "`Authorization` has its form")
    except ApiError as error:
        told.blame(*surface.look_at_header(text))
        if all(check.state != "wrong" for check in told.checks):
            told.add("wrong", error.message, "Write it as the message says.", error.code)
        call.authorization = _lenient(text)
    if call.authorization is None:
        return False
    call.secret_id = call.authorization.secret_id
    return True


def _digest(call: Call) -> str:
    return signature.v1_digest(call.form.pairs) if call.form else ""


def _lenient(text: str) -> Authorization | None:
    """The claim of a header that is not quite right, as far as it can be made out."""
    fields = {}
    for piece in text.strip().partition(" ")[2].split(","):
        name, _, content = piece.strip().partition("=")
        fields[name.strip().lower()] = content.strip()
    scope = fields.get("credential", "").split("/")
    names = tuple(
        name.strip().lower() for name in fields.get("signedheaders", "").split(";") if name.strip()
    )
    if len(scope) < 4 or "host" not in names or not fields.get("signature"):
        return None
    return Authorization(scope[0], scope[1], "/".join(scope[2:-1]), names, fields["signature"])


def _check_id(told: Judgement, call: Call, key: Key) -> None:
    if call.secret_id == key.secret_id:
        if key.enabled:
            told.add("ok", "the SecretId is the key's")
        else:
            told.blame(mistake("secret-id-unknown"))
    elif call.secret_id.strip(" \t\r\n\"'") == key.secret_id:
        told.blame(mistake("secret-id-spaces"))
    else:
        told.add(
            "wrong",
            "The request names another SecretId than the key has.",
            "Judge it by its own key, or set this SecretId in the client.",
            "secret-id-other",
        )


def _check_token(told: Judgement, call: Call, key: Key, moment: float) -> None:
    found = tuple(surface.look_at_token(call.token, key.token, key.expires, moment))
    told.blame(*found)
    if key.token is not None and not found:
        told.add("ok", "the token is the key's")


def _check_clock(told: Judgement, call: Call, now: float, at: float | None, window: int) -> None:
    assert call.timestamp is not None, "the common parameters were read"
    wrong = tuple(surface.look_at_clock(call.timestamp, now if at is None else at, window))
    if at is not None or any(item.key == "timestamp-milliseconds" for item in wrong):
        told.blame(*wrong)
        if not wrong:
            told.add("ok", f"the timestamp is within {window} seconds of that moment")
        return
    age = now - call.timestamp
    when = f"{_span(abs(age))} {'old' if age >= 0 else 'ahead of this clock'}"
    if wrong:
        told.add(
            "note",
            f"the timestamp is {when}: sent now, the request would be refused as expired; give "
            "--at with the time it was sent to judge the clock",
        )
    else:
        told.add("ok", f"the timestamp is {when}")


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _check_date(told: Judgement, call: Call) -> None:
    assert call.authorization is not None
    found = tuple(surface.look_at_date(call.authorization.date, call.timestamp))
    told.blame(*found)
    if not found:
        told.add("ok", "the date in `Credential` is the UTC date of the timestamp")


def _check_signature(told: Judgement, call: Call, key: Key, hosts: tuple[str, ...]) -> None:
    claim = call.authorization
    if claim is not None:
        sent = claim.signature
    else:
        assert call.form is not None
        sent = call.form.first(b"Signature").decode("latin-1")
    asked = ask(call, key.secret, sent, token=key.token, public_hosts=hosts, bodies=None)
    found: Diagnosis = diagnose(asked, pairs=True, work=_WORK)
    told.right, told.signed = found.right, found.signed
    if found.holds:
        told.add("ok", "the signature holds")
        if call.family == "v1":
            told.add("note", "a v1 request is taken once: the same again is refused as a replay")
    elif found.mistakes:
        told.blame(*found.mistakes)
    elif found.whole:
        told.add("wrong", OTHER_KEY, _MEND_OTHER_KEY, "unknown")
    else:
        more = " Not all mistakes could be tried on a request of this size."
        told.add("wrong", OTHER_KEY + more, _MEND_OTHER_KEY, "unknown")


def first_wrong(checks: Iterable[Check]) -> Check | None:
    """The first thing that is wrong."""
    return next((check for check in checks if check.state == "wrong"), None)
