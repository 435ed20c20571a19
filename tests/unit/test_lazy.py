"""Importing a leaf of the package loads no engine, no image library and no database.

The media module and the decoding child have tests of their own (perception/test_media.py).
"""

import subprocess
import sys

import pytest

HEAVY = {"openvino", "onnxruntime", "ai_edge_litert", "cv2", "sqlalchemy", "av", "httpx", "uvicorn"}


def _loaded(code: str) -> set[str]:
    report = "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "countenance",
        "countenance.contract.catalogue",
        "countenance.reasons",
        "countenance.settings",
        "countenance.observe",
        "countenance.wire.signature",
        "countenance.cli.root",
    ],
)
def test_a_leaf_loads_nothing_heavy(module: str) -> None:
    loaded = _loaded(f"import {module}")
    assert "countenance" in loaded
    assert not loaded & HEAVY


def test_perception_loads_no_engine_before_a_network_is_asked_for() -> None:
    loaded = _loaded("import countenance.perception.verify")
    assert not loaded & {"openvino", "onnxruntime", "ai_edge_litert", "sqlalchemy", "starlette"}


def test_the_library_face_resolves_on_first_use() -> None:
    code = (
        "import sys, countenance\n"
        "assert {'compare', 'check_liveness', 'verify'} <= set(dir(countenance))\n"
        "assert 'countenance.library' not in sys.modules\n"
        "assert callable(countenance.compare)\n"
        "assert 'countenance.library' in sys.modules\n"
        "assert not hasattr(countenance, 'no_such_name')"
    )
    assert "openvino" not in _loaded(code)
