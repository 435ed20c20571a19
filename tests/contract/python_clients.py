"""The vendor's Python clients as tests drive them: many calls in one process of each build."""

import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from tests.contract import samples
from tests.contract.servers import EMPTY_REGION, TestServer
from tests.needs import missing
from tests.serving import Running

from countenance.contract import catalogue
from countenance.contract.catalogue import Action

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).parent / "clients" / "driver.py"
ALGORITHMS = ("TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256")
METHODS = ("POST", "GET")
# What a test calls a build -> its environment, and whether the asynchronous client is meant.
BUILDS = {
    "intl": ("intl", False),
    "intl-3.0": ("intl-3.0", False),
    "cn": ("cn", False),
    "intl-async": ("intl-async", True),
    "cn-async": ("cn", True),
}
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
LOST = "lost"
Job = dict[str, Any]
Outcome = dict[str, Any]


def environment(name: str) -> Path:
    """The folder of programs of an environment that `make clients` built."""
    folder = ROOT / ".clients" / name
    if not (folder / ".installed").is_file():
        missing(f"{folder.relative_to(ROOT)} (make clients)")
    return folder / "bin"


def release(build: str) -> str:
    """The name of a build with the version of its SDK, as it is pinned."""
    name, asynchronous = BUILDS[build]
    pinned = (ROOT / "requirements" / "clients" / f"{name}.in").read_text("utf-8")
    sdk = next(line for line in pinned.splitlines() if line.startswith("tencentcloud-sdk"))
    kind = "cn" if name == "cn" else "intl"
    return f"{kind} {sdk.rpartition('=')[2]}{' async' if asynchronous else ''}"


def bare(**more: str) -> dict[str, str]:
    """The variables a client runs under: no proxy, nothing of this environment's Python."""
    kept = {n: v for n, v in os.environ.items() if n not in PROXIES and n[:6] != "PYTHON"}
    return kept | more


def job(
    server: Running | TestServer,
    action: Action,
    params: dict[str, Any],
    algorithm: str = ALGORITHMS[0],
    method: str = METHODS[0],
    **more: Any,
) -> Job:
    """One call as the drivers want it, of Python and of Node; `more` replaces what is set here."""
    return {
        "endpoint": server.endpoint,
        "id": server.secret_id,
        "key": server.secret_key,
        "algorithm": algorithm,
        "method": method,
        "region": "ap-singapore",
        "service": action.service,
        "version": action.version,
        "action": action.name,
        "params": params,
        **more,
    }


class Clients:
    """A process of each build, started when first called; close them at the end."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> "Clients":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            with process:  # closes its input, at which it ends
                pass

    def drive(self, build: str, jobs: Iterable[Job]) -> list[Outcome]:
        """The outcome of each job with the clients of that build.

        Waits where the server asks for fewer requests a second.
        """
        outcomes = []
        for one in jobs:
            for _ in range(10):
                outcome = self._ask(build, one)
                if not outcome.get("error", {}).get("code", "").startswith("RequestLimitExceeded"):
                    break
                time.sleep(1)
            outcomes.append(outcome)
        return outcomes

    def _ask(self, build: str, one: Job) -> Outcome:
        name, asynchronous = BUILDS[build]
        process = self._process(name)
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps({"asynchronous": asynchronous, **one}), file=process.stdin, flush=True)
        line = process.stdout.readline()
        assert line, f"the clients of {build} ended on {one['action']}"
        outcome: Outcome = json.loads(line)
        return outcome

    def _process(self, name: str) -> subprocess.Popen[str]:
        if name not in self._processes:
            self._processes[name] = subprocess.Popen(
                [str(environment(name) / "python"), str(DRIVER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=bare(PYTHONIOENCODING="utf-8"),
            )
        return self._processes[name]


def code(outcome: Outcome) -> str:
    """The error code of an outcome, which has to be an error that carries its RequestId."""
    error = outcome.get("error")
    assert error, outcome
    assert len(error["requestId"]) == 36
    return str(error["code"])


@dataclass(frozen=True)
class Trip:
    """One call to a test server and what came of it.

    `goal`: `decoded` by the recorder, `answered` or `emptied` by the echo. `leaves` counts the
    values compared, `wrong` says how they differed, if they did.
    """

    action: str
    client: str  # typed or common
    algorithm: str
    method: str
    goal: str
    leaves: int
    wrong: tuple[str, ...]


def round_trips(
    clients: Clients, build: str, recorder: TestServer, echo: TestServer, *, whole: bool
) -> list[Trip]:
    """Every action of the contract through a build, with each algorithm and method.

    To the recorder with parameters, to the echo for a full answer and for one of nulls; through
    the typed client where the build has the action, and through the common client. When `whole`
    everything is combined with everything. Else the parameters are others for each algorithm and
    method, and only the common client's requests are sent with all of them, the rest with a third.
    """
    jobs: list[tuple[str, Job]] = []
    for number, (algorithm, method) in enumerate(product(ALGORITHMS, METHODS)):
        for index, (action, typed) in enumerate(product(catalogue.actions(), (True, False))):
            kind = {"typed": typed, "asynchronous": BUILDS[build][1]}
            chosen = whole or (index // 2 + number) % 3 == 0
            turns = range(samples.TURNS) if whole else (number % samples.TURNS,)
            for turn in turns if chosen or not typed else ():
                params = samples.params(action, turn)
                jobs.append(("decoded", job(recorder, action, params, algorithm, method, **kind)))
            if chosen:
                params = samples.params(action, samples.TURNS)
                one = job(echo, action, params, algorithm, method, **kind)
                jobs += [("answered", one), ("emptied", one | {"region": EMPTY_REGION})]
    outcomes = clients.drive(build, [one for _, one in jobs])
    return [
        _trip(goal, one, outcome, recorder)
        for (goal, one), outcome in zip(jobs, outcomes, strict=True)
        if not outcome.get("absent")
    ]


def _trip(goal: str, one: Job, outcome: Outcome, recorder: TestServer) -> Trip:
    if goal == "decoded":
        leaves, wrong = _decoded(one, outcome, recorder)
    else:
        leaves, wrong = _answered(goal, one, outcome)
    client = "typed" if one["typed"] else "common"
    return Trip(one["action"], client, one["algorithm"], one["method"], goal, leaves, wrong)


def _decoded(one: Job, outcome: Outcome, recorder: TestServer) -> tuple[int, tuple[str, ...]]:
    error = outcome.get("error") or {}
    seen = recorder.seen.pop(error.get("requestId", ""), None)
    if seen is None or error["code"] != "UnsupportedOperation":
        return 0, (f"not decoded: {outcome}",)
    # A typed client has said which names it did not know, and left them out.
    sent, unknown = outcome.get("sent", one["params"]), outcome.get("unknown", ())
    lost = _differences(one["params"], sent)
    wrong = [w for w in lost if not (w.startswith(LOST) and w.rpartition(".")[2] in unknown)]
    wrong += _differences(sent, seen.params)
    wrong += [
        f"arrived as {got}, not as {want}"
        for got, want in (
            (seen.action, one["action"]),
            (seen.method, one["method"]),
            (seen.region, one["region"]),
            (seen.algorithm, "tc3" if one["algorithm"].startswith("TC3") else "v1"),
        )
        if got != want
    ]
    return sum(1 for _ in samples.leaves(sent)), tuple(wrong)


def _answered(goal: str, one: Job, outcome: Outcome) -> tuple[int, tuple[str, ...]]:
    got = dict(outcome.get("response") or {})
    if len(got.pop("RequestId", "")) != 36:
        return 0, (f"not answered: {outcome}",)
    action = catalogue.find(one["version"], one["action"])
    want = samples.outputs(action, empty=goal == "emptied")
    if want and not got:
        return 0, ("answered with nothing",)
    wrong = _differences(want, got)
    if one["typed"]:
        # A model shows every member it has, null or not: what is lost, this build has no place for.
        wrong = (w for w in wrong if not w.startswith(LOST))
    return sum(1 for _ in samples.leaves(got)), tuple(wrong)


def _differences(want: Any, got: Any, path: str = "") -> Iterator[str]:
    """Where the second tree is not the first."""
    if isinstance(want, dict) and isinstance(got, dict):
        for name in sorted(want.keys() | got.keys()):
            if name in want and name in got:
                yield from _differences(want[name], got[name], f"{path}.{name}")
            else:
                yield f"{LOST if name in want else 'invented'} {path}.{name}"
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for index, (one, other) in enumerate(zip(want, got, strict=True)):
            yield from _differences(one, other, f"{path}.{index}")
    elif not samples.equal(want, got):
        yield f"{got!r} for {want!r} at {path}"
