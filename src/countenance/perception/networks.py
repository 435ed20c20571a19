"""The loaded networks: one copy per process and engine, however many threads ask."""

import threading

from countenance.perception import runtime, weights

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
                model = runtime.load(weights.path(name))
                _loaded[key] = model
    return model
