"""Runs neural networks: the only module that imports an inference engine."""

import functools
import os
import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Engine = Literal["openvino", "onnxruntime"]
Kind = Literal["onnx", "tflite"]
Shape = tuple[int, ...]
Array = NDArray[Any]
Source = Path | bytes  # a file, or the bytes of an ONNX file


@dataclass(frozen=True, slots=True)
class Choice:
    """Which engine loads models and how many threads one inference may use."""

    engine: Engine = "openvino"
    threads: int = 1


class Port(NamedTuple):
    """One tensor of a network; -1 in `shape` stands for a size that varies."""

    shape: Shape
    dtype: np.dtype[Any]


class Model(ABC):
    """A network ready to run; `run` may be called from any number of threads at once."""

    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Return every output by name, each a copy of its own.

        Raises ValueError when the names or shapes given are not those of `inputs`.
        """
        if inputs.keys() != self.inputs.keys():
            raise ValueError(f"inputs {sorted(self.inputs)} expected, {sorted(inputs)} given")
        return self._infer({name: _fit(name, inputs[name], self.inputs[name]) for name in inputs})

    @abstractmethod
    def _infer(self, inputs: dict[str, Array]) -> dict[str, Array]: ...


_choice = Choice()


def configure(engine: Engine = "openvino", threads: int = 1) -> None:
    """Choose engine and threads per inference for later loads; models already loaded keep theirs.

    One thread is cheapest: a second raises the CPU spent per inference and saves little time.
    """
    global _choice
    if engine not in ("openvino", "onnxruntime"):
        raise ValueError(f"there is no inference engine named {engine!r}")
    if threads < 1:
        raise ValueError("an inference needs at least one thread")
    _choice = Choice(engine, threads)


def choice() -> Choice:
    """The choice in force, hashable: the key under which a module keeps the models it loaded."""
    return _choice


def load(
    source: Source, *, kind: Kind | None = None, reshape: Mapping[str, Shape] | None = None
) -> Model:
    """Compile a network: a file (`kind` follows from its suffix) or the bytes of an ONNX file.

    `reshape` fixes input shapes by name; a varying first size it does not name becomes 1.
    Every call compiles anew, so callers keep the result. Raises ValueError for another suffix and
    for a shape the engine cannot give the network (onnxruntime fixes only sizes that vary).
    """
    form = kind or ("onnx" if isinstance(source, bytes) else source.suffix[1:])
    if form not in ("onnx", "tflite"):
        raise ValueError(f"no engine reads {_name(source)}: .onnx or .tflite expected")
    shapes = dict(reshape or {})
    if _choice.engine == "openvino":
        return _OpenvinoModel(source, shapes, _choice.threads)
    model = _OnnxModel if form == "onnx" else _TfliteModel
    return model(source, shapes, _choice.threads)


def version(engine: Engine) -> str:
    """The version of an engine; raises ImportError when its package is not installed."""
    return str((_openvino() if engine == "openvino" else _onnxruntime()).__version__)


def telemetry_is_stubbed() -> bool:
    """Whether openvino's import found its own stub in place of its telemetry client."""
    _openvino()
    utils = sys.modules.get("openvino.tools.ovc.telemetry_utils")
    client = getattr(getattr(utils, "tm", None), "__name__", "")
    return client.endswith(".telemetry_stub") and sys.modules.get("openvino_telemetry") is None


@functools.cache
def _openvino() -> Any:
    # openvino reports its own import through this package and leaves an identifier in the user's
    # home; None makes that import fail, and openvino then takes the stub it carries.
    cast(dict[str, ModuleType | None], sys.modules)["openvino_telemetry"] = None
    import openvino

    return openvino


@functools.cache
def _onnxruntime() -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return onnxruntime


@functools.cache
def _core() -> Any:
    return _openvino().Core()


def _fit(name: str, array: Array, port: Port) -> Array:
    if not _agrees(port.shape, array.shape):
        raise ValueError(f"input {name}: shape {port.shape} expected, {array.shape} given")
    return np.ascontiguousarray(array, dtype=port.dtype)


def _agrees(shape: Shape, given: Shape) -> bool:
    return len(shape) == len(given) and all(a in (-1, b) for a, b in zip(shape, given, strict=True))


def _fixed(name: str, shape: Shape, shapes: Mapping[str, Shape]) -> Shape:
    """The shape to give an input: the one asked for, else its own with a varying batch set to 1."""
    if name in shapes:
        return shapes[name]
    return (1, *shape[1:]) if shape[:1] == (-1,) else shape


T = TypeVar("T")


class _Pool(Generic[T]):
    """Things that serve one thread at a time; holds as many as were ever in use at once."""

    def __init__(self, create: Callable[[], T]) -> None:
        self._create = create
        self._idle = deque([create()])

    @contextmanager
    def borrow(self) -> Iterator[T]:
        try:
            item = self._idle.pop()  # atomic, as append is: no lock
        except IndexError:
            item = self._create()
        yield item
        self._idle.append(item)  # not after an error: what failed is not used again


class _OpenvinoModel(Model):
    def __init__(self, source: Source, shapes: Mapping[str, Shape], threads: int) -> None:
        network = _core().read_model(source)
        # Taken before compiling, which adds names of inner nodes to the ports.
        inputs = [port.get_any_name() for port in network.inputs]
        outputs = [port.get_any_name() for port in network.outputs]
        ports = zip(inputs, network.inputs, strict=True)
        fixed = {name: _fixed(name, _port(port).shape, shapes) for name, port in ports}
        _refuse_unknown(source, shapes, fixed)
        try:
            network.reshape(fixed)
        except RuntimeError as error:
            raise ValueError(f"{_name(source)} does not take the shapes {fixed}") from error
        # One stream for each inference that can run at once; the thread count is over all streams.
        streams = max(1, len(os.sched_getaffinity(0)) // threads)
        options = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams * threads,
            # Each model has streams of its own: pinned, they would queue up on the same cores.
            "ENABLE_CPU_PINNING": False,
            # The default is bfloat16 on CPUs that have it: scores would depend on the machine.
            "INFERENCE_PRECISION_HINT": "f32",
        }
        compiled = _core().compile_model(network, "CPU", options)
        self.inputs = dict(zip(inputs, map(_port, compiled.inputs), strict=True))
        self.outputs = dict(zip(outputs, map(_port, compiled.outputs), strict=True))
        self._requests = _Pool(compiled.create_infer_request)

    def _infer(self, inputs: dict[str, Array]) -> dict[str, Array]:
        with self._requests.borrow() as request:
            request.infer(inputs, share_inputs=True)
            tensors = (request.get_output_tensor(i) for i in range(len(self.outputs)))
            return {n: t.data.copy() for n, t in zip(self.outputs, tensors, strict=True)}


def _name(source: Source) -> str:
    return "the network" if isinstance(source, bytes) else source.name


def _port(port: Any) -> Port:
    sizes = tuple(-1 if d.is_dynamic else d.get_length() for d in port.get_partial_shape())
    return Port(sizes, np.dtype(port.get_element_type().to_dtype()))


def _refuse_unknown(source: Source, shapes: Mapping[str, Shape], own: Mapping[str, Shape]) -> None:
    if unknown := shapes.keys() - own.keys():
        raise ValueError(f"{_name(source)} has no input {sorted(unknown)}, only {sorted(own)}")


_ONNX_TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}


class _OnnxModel(Model):
    def __init__(self, source: Source, shapes: Mapping[str, Shape], threads: int) -> None:
        engine = _onnxruntime()
        options = engine.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # one warning per weight of SFace otherwise
        self._session = engine.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        own = {node.name: _onnx_port(node) for node in self._session.get_inputs()}
        fixed = {name: _fixed(name, port.shape, shapes) for name, port in own.items()}
        _refuse_unknown(source, shapes, fixed)
        for name, port in own.items():
            if not _agrees(port.shape, fixed[name]):
                raise ValueError(f"{_name(source)} does not take the shapes {fixed}")
        self.inputs = {name: Port(fixed[name], port.dtype) for name, port in own.items()}
        self.outputs = {node.name: _onnx_port(node) for node in self._session.get_outputs()}

    def _infer(self, inputs: dict[str, Array]) -> dict[str, Array]:
        names = list(self.outputs)
        return dict(zip(names, self._session.run(names, inputs), strict=True))


def _onnx_port(node: Any) -> Port:
    shape = tuple(size if isinstance(size, int) else -1 for size in node.shape)
    return Port(shape, np.dtype(_ONNX_TYPES[node.type]))


class _TfliteModel(Model):
    def __init__(self, source: Source, shapes: Mapping[str, Shape], threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        def create() -> Any:
            interpreter = Interpreter(model_path=os.fspath(source), num_threads=threads)
            own = {d["name"]: d for d in interpreter.get_input_details()}
            fixed = {
                name: _fixed(name, tuple(map(int, d["shape_signature"])), shapes)
                for name, d in own.items()
            }
            _refuse_unknown(source, shapes, fixed)
            for name, detail in own.items():
                interpreter.resize_tensor_input(detail["index"], fixed[name], strict=True)
            interpreter.allocate_tensors()
            return interpreter

        try:
            self._interpreters = _Pool(create)
        except RuntimeError as error:
            raise ValueError(f"{_name(source)} does not take the shapes {dict(shapes)}") from error
        with self._interpreters.borrow() as first:
            self.inputs = {d["name"]: _tflite_port(d) for d in first.get_input_details()}
            self.outputs = {d["name"]: _tflite_port(d) for d in first.get_output_details()}

    def _infer(self, inputs: dict[str, Array]) -> dict[str, Array]:
        with self._interpreters.borrow() as interpreter:
            for detail in interpreter.get_input_details():
                interpreter.set_tensor(detail["index"], inputs[detail["name"]])
            interpreter.invoke()
            return {
                d["name"]: interpreter.get_tensor(d["index"])
                for d in interpreter.get_output_details()
            }


def _tflite_port(detail: Any) -> Port:
    return Port(tuple(map(int, detail["shape"])), np.dtype(detail["dtype"]))
