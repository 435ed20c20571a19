import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from countenance.perception import runtime, weights
from countenance.perception.faces.detect import detect
from countenance.perception.faces.embed import embed
from countenance.perception.faces.mesh import fit
from countenance.perception.liveness.antispoof import live

Inputs = dict[str, NDArray[Any]]
ENGINES: list[runtime.Engine] = ["openvino", "onnxruntime"]
NETWORKS = [name for name in weights.resolve() if name != "face_geometry"]
TOLERANCE = 1e-3  # of the largest output value; bfloat16, which we switch off, differs by more


@pytest.fixture(autouse=True)
def default_engine() -> Iterator[None]:
    runtime.configure()
    yield
    runtime.configure()


@pytest.fixture(scope="module")
def real(astronaut: NDArray[np.uint8]) -> list[Inputs]:
    """What the product itself feeds its networks for one portrait."""
    seen: list[Inputs] = []
    run = runtime.Model.run

    def record(self: runtime.Model, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        seen.append({name: array.copy() for name, array in inputs.items()})
        return run(self, inputs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime.Model, "run", record)
        face = detect(astronaut)[0]
        fit(astronaut, face)
        embed(astronaut, face)
        live(astronaut, face)
    return seen


def _load(name: str, engine: runtime.Engine = "openvino", threads: int = 1) -> runtime.Model:
    runtime.configure(engine, threads)
    return runtime.load(weights.path(name))


def _of(model: runtime.Model, real: list[Inputs]) -> list[Inputs]:
    shapes = {name: port.shape for name, port in model.inputs.items()}
    found = [x for x in real if {name: array.shape for name, array in x.items()} == shapes]
    assert found, "the product fed this network nothing"
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_engines_agree_on_real_input(name: str, real: list[Inputs]) -> None:
    ours, theirs = (_load(name, engine) for engine in ENGINES)
    assert ours.inputs == theirs.inputs
    assert set(ours.outputs) == set(theirs.outputs)
    for inputs in _of(ours, real):
        a, b = ours.run(inputs), theirs.run(inputs)
        for output, port in ours.outputs.items():
            assert a[output].shape == b[output].shape == port.shape
            scale = float(np.abs(b[output]).max())
            np.testing.assert_allclose(a[output], b[output], rtol=0, atol=TOLERANCE * scale)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["fr_liveness", "face_landmarks"])
def test_eight_threads_get_what_one_gets(
    name: str, engine: runtime.Engine, real: list[Inputs]
) -> None:
    model = _load(name, engine)
    first = _of(model, real)[0]
    mirrored = {key: np.ascontiguousarray(array[..., ::-1]) for key, array in first.items()}
    work = [first, mirrored] * 12
    alone = [model.run(inputs) for inputs in work[:2]]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(model.run, work))
    for index, outputs in enumerate(together):
        for key, array in outputs.items():
            np.testing.assert_array_equal(array, alone[index % 2][key])


@pytest.mark.parametrize("engine", ENGINES)
def test_outputs_are_the_callers_own(engine: runtime.Engine, real: list[Inputs]) -> None:
    model = _load("fr_liveness", engine)
    inputs = _of(model, real)[0]
    kept = model.run(inputs)["output"]
    before = kept.copy()
    model.run({"input": np.zeros_like(inputs["input"])})
    np.testing.assert_array_equal(kept, before)
    kept[:] = 0
    np.testing.assert_array_equal(model.run(inputs)["output"], before)


def test_other_types_and_layouts_are_taken(real: list[Inputs]) -> None:
    model = _load("fr_liveness")
    plain = _of(model, real)[0]["input"]
    strided = np.asfortranarray(plain.astype(np.float64))
    np.testing.assert_array_equal(
        model.run({"input": strided})["output"], model.run({"input": plain})["output"]
    )


def test_two_threads_per_inference_change_nothing_that_matters(real: list[Inputs]) -> None:
    one, two = _load("fr_liveness"), _load("fr_liveness", threads=2)
    inputs = _of(one, real)[0]
    np.testing.assert_allclose(
        two.run(inputs)["output"], one.run(inputs)["output"], rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_varying_batch_becomes_one(engine: runtime.Engine) -> None:
    model = _load("face_landmarks", engine)
    assert model.inputs["input_12"].shape == (1, 256, 256, 3)
    assert model.inputs["input_12"].dtype == np.float32
    assert model.outputs["Identity"].shape == (1, 1, 1, 1434)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shape_can_be_asked_for(engine: runtime.Engine) -> None:
    runtime.configure(engine)
    model = runtime.load(
        weights.path("face_landmarks"), kind="tflite", reshape={"input_12": (2, 256, 256, 3)}
    )
    crops = np.random.default_rng(0).random((2, 256, 256, 3), np.float32)
    both = model.run({"input_12": crops})["Identity"].reshape(2, 1434)
    single = _load("face_landmarks", engine).run({"input_12": crops[1:]})["Identity"].reshape(1434)
    np.testing.assert_allclose(both[1], single, rtol=0, atol=TOLERANCE * np.abs(single).max())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "reshape", "message"),
    [
        ("yunet", {"input": (1, 3, 640)}, "does not take the shapes"),
        ("face_landmarks", {"input_12": (1, 256, 256)}, "does not take the shapes"),
        ("yunet", {"other": (1,)}, r"has no input \['other'\]"),
        ("face_landmarks", {"other": (1,)}, r"has no input \['other'\]"),
    ],
)
def test_a_shape_that_does_not_fit_is_told(
    engine: runtime.Engine, name: str, reshape: dict[str, tuple[int, ...]], message: str
) -> None:
    runtime.configure(engine)
    with pytest.raises(ValueError, match=message):
        runtime.load(weights.path(name), reshape=reshape)


def test_inputs_that_do_not_fit_are_told() -> None:
    model = _load("fr_liveness")
    with pytest.raises(ValueError, match=r"inputs \['input'\] expected, \[\] given"):
        model.run({})
    for shape in [(1, 3, 128), (1, 3, 128, 127), (2, 3, 128, 128)]:
        with pytest.raises(ValueError, match=r"input input: shape \(1, 3, 128, 128\) expected"):
            model.run({"input": np.zeros(shape, np.float32)})


def test_wrong_choices_are_told() -> None:
    with pytest.raises(ValueError, match="no inference engine named 'other'"):
        runtime.configure("other")  # type: ignore[arg-type]  # what a caller without types may do
    with pytest.raises(ValueError, match="at least one thread"):
        runtime.configure(threads=0)
    assert runtime.choice() == runtime.Choice("openvino", 1)
    with pytest.raises(ValueError, match=r"face_geometry\.binarypb: \.onnx or \.tflite"):
        runtime.load(weights.path("face_geometry"))


PROBE = """
import json, sys
import numpy as np
from countenance.perception import runtime, weights
for name in ("yunet", "face_landmarks"):
    model = runtime.load(weights.path(name))
    model.run({n: np.zeros(p.shape, np.float32) for n, p in model.inputs.items()})
import openvino.tools.ovc
print(json.dumps({
    "stubbed": runtime.telemetry_is_stubbed(),
    "client": type(openvino.tools.ovc.telemetry).__module__,
    "loaded": [n for n, m in sys.modules.items() if n.startswith("openvino_telemetry") and m],
}))
"""


def test_openvino_reports_to_nobody_and_writes_nothing(tmp_path: Path) -> None:
    """In a process and a home of its own: the client is the stub, no file is left anywhere."""
    home, folder = tmp_path / "home", tmp_path / "folder"
    home.mkdir()
    folder.mkdir()
    source = Path(runtime.__file__).parents[2]
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("XDG_")},
        "HOME": str(home),
        "COUNTENANCE_MODELS": str(weights.directory()),
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    result = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout) == {
        "stubbed": True,
        "client": "openvino.tools.ovc.telemetry_stub",
        "loaded": [],
    }
    assert set(tmp_path.rglob("*")) == {home, folder}
