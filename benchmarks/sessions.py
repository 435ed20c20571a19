"""Verifications at once through the capture protocol, over HTTP, against a real server.

    python -m benchmarks.sessions [--sessions 200]

Two simulated people and prints of them, each before their own photo or the other's. Every session
has its own Extra and its own bytes (a clip ends in an empty box that carries its number), and what
it must come to is computed beforehand, by the same networks, without a server: the numbers told
and the similarity to 0.01. A session that does not end is lost; one that ends in anything but its
own is mixed up. All tokens are issued first; then all people begin at the same moment. Client and
server share the machine.
"""

import argparse
import base64
import statistics
import struct
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.capture import Capture
from tests.serving import Running, serve

from benchmarks import pictures
from benchmarks.client import UNLIMITED, Client, text
from benchmarks.common import conclude, console, judged, machine, progress, table
from benchmarks.processes import proportional
from countenance import simulate
from countenance.contract import catalogue
from countenance.contract.catalogue import Action
from countenance.perception.verify import verify_clip
from countenance.verification.policy import Policy
from countenance.verification.verdict import judge_clip

APPLY = catalogue.find("2018-03-01", "ApplyWebVerificationBizTokenIntl")
RESULT = catalogue.find("2018-03-01", "GetWebVerificationResultIntl")
WAIT_SECONDS = 900.0  # for one verdict, with everybody else in line
SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Case:
    """A clip and a photo, and what they must come to."""

    name: str
    clip: bytes
    photo: bytes
    passed: bool
    similarity: float | None
    spoof: bool


@dataclass
class Run:
    """One session: its token, and what came of it."""

    number: int
    case: Case
    token: str = ""
    seconds: float = 0.0  # from the last byte to the verdict
    state: str = ""
    fault: str = ""

    @property
    def extra(self) -> str:
        """What only this session carries."""
        return f"order {self.number:06} {self.case.name}"

    @property
    def clip(self) -> bytes:
        """The case's clip with a `free` box that no other session has."""
        mark = self.extra.encode()
        return self.case.clip + struct.pack(">I4s", 8 + len(mark), b"free") + mark


def main() -> int:
    """Issue, verify at once, read every result; status 1 when one is lost or mixed up."""
    count = _arguments()
    cases = list(make_cases())
    runs = [Run(i, cases[i % len(cases)]) for i in range(count)]
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder), **UNLIMITED) as server:
        _issue(server, runs)
        with _memory(server.pid) as memory:
            begun = time.monotonic()
            _verify(server, runs)
            seconds = time.monotonic() - begun
        _compare(server, runs)
    return _report(runs, seconds, max(memory))


def make_cases() -> Iterator[Case]:
    """Both people alive and as prints, before both photos."""
    people = {"collins": pictures.collins(), "hopper": pictures.hopper()}
    photos = {name: pictures.jpeg(face) for name, face in people.items()}
    for name, face in people.items():
        for kind, make in (("live", simulate.bona_fide), ("print", simulate.print_attack)):
            clip = make(face, seed=4, seconds=2.6, rate=15).encode("mp4")
            for whose, photo in photos.items():
                policy = Policy()
                report = verify_clip(photo, clip, policy.session())
                verdict = judge_clip(report, policy, with_photo=True)
                spoof = any(one.where == "video" for one in verdict.findings)
                similarity = None if spoof else verdict.score
                label = f"{kind} {name}, photo of {whose}"
                yield Case(label, clip, photo, verdict.passed, similarity, spoof)


def _issue(server: Running, runs: list[Run]) -> None:
    client = Client(server)
    for run in progress(runs, "tokens"):
        params = {
            "CompareImageBase64": text(run.case.photo),
            "RedirectURL": "https://shop.example/done",
            "Extra": run.extra,
            "Config": {"CheckMode": 2, "SecurityLevel": 1, "LivenessRetryLimit": 1},
        }
        found = _call(client, APPLY, params)
        assert "Error" not in found, found
        run.token = found["BizToken"]
    client.close()


def _verify(server: Running, runs: list[Run]) -> None:
    """Everybody at once: a thread and a connection for each."""
    together = threading.Barrier(len(runs))

    def verify(run: Run) -> None:
        http = httpx.Client(trust_env=False, timeout=WAIT_SECONDS)
        with Capture(server.url, run.token, http=http) as capture:
            together.wait()
            try:
                _carry_out(capture, run)
            except Exception as error:
                run.fault = f"lost: {type(error).__name__}: {error}"

    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(verify, runs))


def _carry_out(capture: Capture, run: Run) -> None:
    view = capture.begin(client={"number": run.number})
    capture.consent(view["consent"]["version"])
    nonce = capture.challenge()["challenge"]["nonce"]
    capture.send(run.clip, nonce)
    capture.complete(run.clip, nonce)
    begun = time.monotonic()
    run.state = capture.wait()["state"]
    run.seconds = time.monotonic() - begun


def _compare(server: Running, runs: list[Run]) -> None:
    client = Client(server)
    for run in progress(runs, "results"):
        if not run.fault:
            run.fault = _find_fault(run, _call(client, RESULT, {"BizToken": run.token}))
    client.close()


def _call(client: Client, action: Action, params: dict[str, Any]) -> dict[str, Any]:
    """The response; waits where the action's own limit, which no setting lifts, asks for it."""
    while (answer := client.call(action, params)).code.startswith("RequestLimitExceeded"):
        time.sleep(0.2)
    return answer.response


def _find_fault(run: Run, found: dict[str, Any]) -> str:
    """What of a result is not this session's own; empty when all is."""
    if "Error" in found:
        return f"lost: {found['Error']['Code']}"
    if run.state != ("passed" if run.case.passed else "failed"):
        return f"mixed up: {run.state}"
    if found["Extra"] != run.extra:
        return "mixed up: Extra"
    if base64.b64decode(found["VideoBase64"]) != run.clip:
        return "mixed up: the recording"
    (attempt,) = found["VerificationDetailList"]
    if (attempt["LivenessErrorCode"] != 0) is not run.case.spoof:
        return f"mixed up: liveness {attempt['LivenessErrorCode']}"
    told, due = attempt["Similarity"], run.case.similarity
    if (told is None) is not (due is None) or abs((told or 0.0) - (due or 0.0)) > 0.01:
        return f"mixed up: similarity {told}, not {due}"
    return ""


@contextmanager
def _memory(pid: int) -> Iterator[list[float]]:
    """Megabytes of the server and its children, sampled as long as the context lasts."""
    samples, done = [proportional(pid)], threading.Event()

    def sample() -> None:
        while not done.wait(SAMPLE_SECONDS):
            samples.append(proportional(pid))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def _report(runs: list[Run], seconds: float, peak: float) -> int:
    good = Counter(run.case.name for run in runs if not run.fault)
    rows = []
    for name, n in Counter(run.case.name for run in runs).items():
        case = next(run.case for run in runs if run.case.name == name)
        due = "passes" if case.passed else "print" if case.spoof else "another person"
        similarity = "" if case.similarity is None else f"{case.similarity:.2f}"
        rows.append((name, due, similarity, n, good[name]))
    table("Sessions", ("who", "must be", "similarity", "sessions", "as they must be"), rows)
    faults = Counter(run.fault for run in runs if run.fault)
    for fault, n in faults.most_common(20):
        console.print(f"{n} x {fault}", markup=False)
    lost = sum(run.fault.startswith("lost") for run in runs)
    mixed = sum(run.fault.startswith("mixed") for run in runs)
    waits = sorted(run.seconds for run in runs if run.state)
    shown = "none"
    if len(waits) > 1:
        cuts = statistics.quantiles(waits, n=20, method="inclusive")
        shown = f"median {cuts[9]:.1f} s, 95 % {cuts[18]:.1f} s, most {waits[-1]:.1f} s"
    table(
        "All at once",
        ("figure", "value"),
        (
            ("sessions", len(runs)),
            ("seconds", f"{seconds:.1f}"),
            ("verdicts a second", f"{len(waits) / seconds:.2f}"),
            ("from the last byte to the verdict", shown),
            ("memory of the server and its children at most, MB", f"{peak:.0f}"),
        ),
    )
    console.print(machine())
    return conclude(
        judged(f"{len(runs)} sessions at once, lost", str(lost), "0", lost == 0),
        judged(f"{len(runs)} sessions at once, mixed up", str(mixed), "0", mixed == 0),
    )


def _arguments() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions")
    parser.add_argument("--sessions", type=int, default=200)
    count: int = parser.parse_args().sessions
    return count


if __name__ == "__main__":
    raise SystemExit(main())
