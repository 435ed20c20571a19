"""The loaded networks: one copy per process and engine, however many threads ask."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from countenance.perception import dlib_file, keras_file, runtime, weights

# Formats no engine reads, and what writes such a network as ONNX.
CONVERTERS: dict[str, Callable[[Path], bytes]] = {
    ".dat": dlib_file.convert,
    ".h5": keras_file.convert,
}

_lock = threading.Lock()
_loaded: dict[tuple[object, ...], runtime.Model] = {}


def network(name: str, **shapes: runtime.Shape) -> runtime.Model:
    """The compiled network of one named weight; raises `WeightsMissing` when it is not pulled.

    `shapes` fixes input shapes by name; each combination is compiled once.
    """
    key = (name, runtime.choice().engine, *sorted(shapes.items()))
    model = _loaded.get(key)
    if model is None:
        with _lock:
            model = _loaded.get(key)
            if model is None:
                model = open_file(weights.path(name), shapes)
                _loaded[key] = model
    return model


def open_file(file: Path, shapes: Mapping[str, runtime.Shape] | None = None) -> runtime.Model:
    """Compile the network of a file, written as ONNX in memory first where no engine reads it."""
    convert = CONVERTERS.get(file.suffix)
    return runtime.load(convert(file) if convert else file, reshape=shapes)
