"""The loaded networks: one copy per process and engine, however many threads ask."""

import threading

from countenance.perception import runtime, weights

# Inputs whose batch the file leaves open; a fixed shape lets the engine plan its memory once.
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "face_landmarks": {"input_12": (1, 256, 256, 3)},
}

_lock = threading.Lock()
_loaded: dict[tuple[str, str], runtime.Model] = {}


def network(name: str) -> runtime.Model:
    """The compiled network of one named weight; raises `WeightsMissing` when it is not pulled."""
    key = (name, runtime.choice().engine)
    model = _loaded.get(key)
    if model is None:
        with _lock:
            model = _loaded.get(key)
            if model is None:
                model = runtime.load(weights.path(name), reshape=SHAPES.get(name))
                _loaded[key] = model
    return model


def loaded() -> list[str]:
    """Names of the networks in memory, for `doctor` and readiness."""
    return sorted(name for name, _ in _loaded)
