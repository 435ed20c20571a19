"""The common-error cases as data: what is changed in a good request, and the code it ends in."""

import itertools
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.mutations import values
from tests.mutations.drafts import Draft, Form, Key, Sent, part
from tests.raw import Connection, RawAnswer

from countenance.contract import catalogue

PASSES = "UnsupportedOperation"  # of an action that is described and not built
FAILURE, EXPIRE = "AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire"
AUTHORIZATION, NOT_FOUND = "AuthFailure.InvalidAuthorization", "AuthFailure.SecretIdNotFound"
MEGABYTE = 1024 * 1024
OFFLINE = "GetNFCToken"  # switched off on the strict server
# Each request calls an action of its own, so that no case is refused for the rate of another.
_actions = itertools.cycle(
    action
    for action in catalogue.actions()
    if action.name not in (*values.BUILT, OFFLINE) and action.rate_limit != 5
)


@dataclass(frozen=True)
class Case:
    """`fields` are set before the request is signed, `after` changes what was signed.

    `skew` is the clock of the client less that of the server, in whole seconds; `says` is a part
    of the message.
    """

    name: str
    code: str
    form: Form = "json"
    fields: Mapping[str, object] = field(default_factory=dict)
    after: Callable[[Sent], object] = lambda sent: None
    skew: int = 0
    action: str = ""
    says: str = ""

    def draft(self, endpoint: str, key: Key) -> Draft:
        """The request before it is signed."""
        chosen = next(_actions)
        if self.action:
            [chosen] = [one for one in catalogue.actions() if one.name == self.action]
        chance = random.Random(self.name)
        params = values.valid(chosen, chance)
        # The side of the second on which time that passes does not matter.
        now = (math.ceil if self.skew < 0 else math.floor)(time.time())
        if abs(self.skew) > 300:
            now = (math.floor if self.skew < 0 else math.ceil)(time.time())
        draft = Draft(chosen, self.form, key, endpoint, now + self.skew, chance, params)
        for name, value in self.fields.items():
            setattr(draft, name, value)
        return draft

    def sent(self, endpoint: str, key: Key) -> Sent:
        """The request as it goes over the connection."""
        made = self.draft(endpoint, key).sign()
        self.after(made)
        return made

    def wrong(self, answer: RawAnswer) -> list[str]:
        """What the answer should have been."""
        found = answer.faults()
        if answer.code != self.code or self.says not in answer.message:
            found.append(f"{answer.code} ({answer.message}) instead of {self.code} ({self.says})")
        return found


def exchange(connection: Connection, endpoint: str, key: Key, case: Case) -> RawAnswer:
    """The answer to a case; a key made a moment ago may take a while to be known."""
    for _ in range(80):
        answer = connection.exchange(case.sent(endpoint, key).wire())
        if answer.code != NOT_FOUND or case.code == NOT_FOUND:
            break
        time.sleep(0.1)
    return answer


def header(name: str, change: Callable[[str], str]) -> Callable[[Sent], None]:
    """A change of one header."""
    return lambda sent: sent.put(name, change(sent.header(name)))


def authorization(old: str, new: str) -> Callable[[Sent], None]:
    """A replacement within the Authorization."""
    return header("Authorization", lambda text: text.replace(old, new, 1))


def _other_digit(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _put(**values_: object) -> Callable[[Sent], None]:
    def change(sent: Sent) -> None:
        for name, value in values_.items():
            setattr(sent, name, value)

    return change


def _lowered_action(sent: Sent) -> None:
    name = sent.header("x-tc-action")
    [chosen] = [one.name for one in catalogue.actions() if one.name.lower() == name]
    sent.put("x-tc-action", chosen)


ACTION = "GetGroupInfo"
CASES = (
    Case("as it should be", PASSES),
    Case("wrong algorithm", AUTHORIZATION, after=authorization("SHA256", "SHA512")),
    Case("no Authorization", "MissingParameter", fields={"absent": {"Authorization"}},
         says="`Authorization`"),
    Case("SKIP", AUTHORIZATION, after=header("Authorization", lambda _: "SKIP")),
    Case("unknown id", NOT_FOUND, fields={"key": Key("AKIDnobody", "x" * 32)}),
    Case("id of another provider", "AuthFailure.InvalidSecretId",
         fields={"key": Key("AKIA" + "Q" * 16, "x" * 32)}),
    Case("one hex digit changed", FAILURE, after=header("Authorization", _other_digit)),
    Case("body changed", FAILURE, after=_put(body=b'{"SdkToken": "other"}')),
    Case("Content-Type changed", FAILURE, after=header("Content-Type", lambda t: t + "; x=y")),
    Case("query changed", FAILURE, "get", after=_put(query=b"SdkToken=other")),
    Case("scope date of the next day", FAILURE, fields={"date": "2040-01-02"},
         says="UTC date"),
    Case("301 s behind", EXPIRE, skew=-301),
    Case("301 s ahead", EXPIRE, skew=301),
    Case("299 s behind", PASSES, skew=-299),
    Case("299 s ahead", PASSES, skew=299),
    Case("v1, 301 s behind", EXPIRE, "v1 post", skew=-301),
    Case("v1, 299 s ahead", PASSES, "v1 get", skew=299),
    Case("timestamp abc", "InvalidParameter", fields={"timestamp": "abc"}, says="`X-TC-Timestamp`"),
    Case("v1 timestamp abc", "InvalidParameter", "v1 get", {"timestamp": "abc"},
         says="`Timestamp`"),
    Case("no timestamp", "MissingParameter", fields={"absent": {"X-TC-Timestamp"}},
         says="`X-TC-Timestamp`"),
    Case("nothing of v1", "MissingParameter", "v1 post", after=_put(body=b""), says="`Action`"),
    Case("v1 with MD5 is SHA-1", PASSES, "v1 post", {"algorithm": "HmacMD5"}),
    Case("v1 with SHA-256", PASSES, "v1 get", {"algorithm": "HmacSHA256"}),
    Case("content-type not signed", AUTHORIZATION, after=authorization("content-type;", "")),
    Case("host not signed", AUTHORIZATION, after=authorization("type;host", "type")),
    Case("x-tc-action signed in lower case", PASSES, action=ACTION, after=_lowered_action,
         fields={"signed": {"x-tc-action": ACTION.lower()}, "absent": {"X-TC-Action"}}),
    Case("unsigned payload", PASSES, fields={"unsigned_payload": True}),
    Case("v1 body of limit + 1", FAILURE, "v1 post", after=_put(body=b"x" * (MEGABYTE + 1)),
         says="TC3-HMAC-SHA256"),
    Case("TC3 body of limit + 1", "RequestSizeLimitExceeded",
         fields={"body": b"x" * (12 * MEGABYTE + 1)}, says=f"{12 * MEGABYTE}"),
    Case("TC3 body of 9.9 MB", PASSES, action="GetCardVerificationResult",
         fields={"params": {"CardVerificationToken": "x" * 9_900_000}}),
    Case("GET of 33 KB", "RequestSizeLimitExceeded", "get", {"params": {"A": "x" * 33 * 1024}}),
    Case("v1 GET of 33 KB", "RequestSizeLimitExceeded", "v1 get", {"params": {"A": "x" * 33_000}}),
    Case("PUT", "UnsupportedProtocol", fields={"method": "PUT"}),
    Case("unknown action", "InvalidAction", fields={"name": "GetNothing"}, says="`GetNothing`"),
    Case("no action", "MissingParameter", fields={"absent": {"X-TC-Action"}}, says="`X-TC-Action`"),
    Case("version 2017-01-01", "NoSuchVersion", fields={"version": "2017-01-01"},
         says="2018-03-01"),
    Case("body {", "InvalidParameter", fields={"body": b"{"}),
    Case("body []", "InvalidParameter", fields={"body": b"[]"}),
    Case("multipart without boundary", "InvalidRequest", "multipart",
         {"content_type": "multipart/form-data"}, says="boundary"),
    Case("broken multipart", "InvalidRequest", "multipart",
         {"content_type": "multipart/form-data; boundary=m", "body": b"--m\r\n" + part("A", b"x")}),
    Case("undecodable form", "InvalidParameter", "form", {"raw": [(b"A", (b"A", b""))]},
         says="could not be decoded"),
    Case("unknown parameter", "UnknownParameter", fields={"extra": [("Foo", "x")]}, form="form",
         says="`Foo`"),
    Case("region absent", PASSES, fields={"common": {}}),
    Case("region null", PASSES, fields={"common": {"Region": "null"}}),
    Case("region mars-1", "InvalidParameterValue", fields={"common": {"Region": "mars-1"}},
         says="ap-singapore"),
    Case("region known, not of the action", PASSES, fields={"common": {"Region": "ap-guangzhou"}},
         action="GetCardVerificationResult"),
    Case("names repeated in JSON", "InvalidParameter", fields={"body": b'{"A": 1, "A": 2}'},
         says="`A`"),
    Case("invalid UTF-8", "InvalidParameter", fields={"body": b'{"A": "\xff"}'}, says="UTF-8"),
    Case("Host with a scheme", PASSES, fields={"host": "http://127.0.0.1:8480"}),
    Case("host signed without its port", PASSES,
         fields={"host": "127.0.0.1:8480", "host_signed": "127.0.0.1"}),
    Case("chunked", PASSES, fields={"chunks": (5, 7, 11)}),
    Case("gzip", "InvalidParameter", fields={"more": {"Content-Encoding": "gzip"}}),
    Case("dry run", "DryRunOperation", action="GetCardVerificationResult",
         fields={"params": {"CardVerificationToken": "T", "DryRun": True}},
         says="`GetCardVerificationResult`"),
    Case("v1 dry run", "DryRunOperation", "v1 post", action="GetCardVerificationResult",
         fields={"params": {"CardVerificationToken": "T", "DryRun": True}},
         says="`GetCardVerificationResult`"),
    Case("dry run of an action that is built", "DryRunOperation", action="CompareFace",
         fields={"params": {"ImageA": "AAAA", "DryRun": True}}, says="`CompareFace`"),
    Case("another product's host", PASSES, fields={"host": "cvm.tencentcloudapi.com"}),
)  # fmt: skip

# On a server that is strict wherever it can be.
STRICT = (
    Case("as it should be, strict", PASSES),
    Case("unsigned payload where it is forbidden", FAILURE, fields={"unsigned_payload": True}),
    Case("region known, not of the action, strict", "UnsupportedRegion",
         fields={"common": {"Region": "ap-guangzhou"}}, action="GetCardVerificationResult",
         says="ap-hongkong"),
    Case("region of the action, strict", PASSES, fields={"common": {"Region": "ap-hongkong"}},
         action="GetCardVerificationResult"),
    Case("action switched off", "ActionOffline", action=OFFLINE, says=f"`{OFFLINE}`"),
    Case("another product's host, strict", "NoSuchProduct",
         fields={"host": "cvm.tencentcloudapi.com"}, says="faceid"),
    Case("host of the other product, strict", "NoSuchVersion", action="GetGroupInfo",
         fields={"host": "faceid.tencentcloudapi.com"}),
    Case("host of the product, strict", PASSES, action="GetCardVerificationResult",
         fields={"host": "faceid.ap-singapore.tencentcloudapi.com"}),
)  # fmt: skip
