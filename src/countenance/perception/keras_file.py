"""Reads a Keras network (`.h5`, HDF5 with the layers as JSON) as ONNX; no code in it is run.

The layers known are those of Inception-ResNet v1 (FaceNet).
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countenance.perception.graph import Graph
from countenance.perception.hdf5_file import File

PADDING = {"valid": "VALID", "same": "SAME_UPPER"}

Weights = dict[str, NDArray[np.float32]]


class KerasError(ValueError):
    """The file is not a network that is understood; the message names the layer."""


def convert(path: Path) -> bytes:
    """The network as ONNX: `data` [1, channels, rows, columns] to `embedding` [1, dim]."""
    file = File(path.read_bytes())
    layers = json.loads(file.attribute(file.root, "model_config"))["config"]["layers"]
    stored = file.children(file.find("model_weights"))
    return build(layers, lambda name: dict(file.arrays(stored[name])))


def build(layers: list[dict[str, Any]], weights: Callable[[str], Weights]) -> bytes:
    """The ONNX file of the layers, the last of which is the output; raises `KerasError`."""
    rows, columns, channels = layers[0]["config"]["batch_input_shape"][1:]
    graph = Graph("data", (1, channels, rows, columns))
    values = {layers[0]["name"]: graph.input}
    for layer in layers[1:]:
        inputs = [values[source[0]] for source in layer["inbound_nodes"][0]]
        values[layer["name"]] = _add(graph, layer, inputs, weights)
    bias = weights(layers[-1]["name"])["beta:0"]
    return graph.encode(values[layers[-1]["name"]], "embedding", (1, bias.size))


def _add(
    graph: Graph, layer: dict[str, Any], inputs: list[str], weights: Callable[[str], Weights]
) -> str:
    name, kind, config = layer["name"], layer["class_name"], layer["config"]
    match kind:
        case "Conv2D":
            given = weights(name)
            constants = [graph.constant(given["kernel:0"].transpose(3, 2, 0, 1))]
            if config["use_bias"]:
                constants.append(graph.constant(given["bias:0"]))
            padding = PADDING[config["padding"]]
            return graph.add(
                "Conv", *inputs, *constants, strides=config["strides"], auto_pad=padding
            )
        case "BatchNormalization":
            given = weights(name)
            # as a scale and a shift: an ONNX node would carry its epsilon as another type
            deviation = np.sqrt(given["moving_variance:0"] + config["epsilon"])
            scale = given.get("gamma:0", np.float32(1)) / deviation
            shift = given["beta:0"] - given["moving_mean:0"] * scale
            form = (1, -1, 1, 1) if config["axis"] == [3] else (1, -1)
            scaled = graph.add("Mul", *inputs, graph.constant(scale.reshape(form)))
            return graph.add("Add", scaled, graph.constant(shift.reshape(form)))
        case "Activation" if config["activation"] in ("relu", "linear"):
            return graph.add("Relu", *inputs) if config["activation"] == "relu" else inputs[0]
        case "MaxPooling2D":
            padding = PADDING[config["padding"]]
            shape, strides = config["pool_size"], config["strides"]
            return graph.add(
                "MaxPool", *inputs, kernel_shape=shape, strides=strides, auto_pad=padding
            )
        case "Concatenate":
            return graph.add("Concat", *inputs, axis=1)
        case "Add":
            return graph.add("Add", *inputs)
        case "Lambda" if list(config["arguments"]) == ["scale"]:  # the code it carries is not run
            scale = np.array(config["arguments"]["scale"], np.float32)
            return graph.add("Mul", *inputs, graph.constant(scale))
        case "GlobalAveragePooling2D":
            return graph.add("Flatten", graph.add("GlobalAveragePool", *inputs))
        case "Dropout":
            return inputs[0]
        case "Dense":
            return graph.add("MatMul", *inputs, graph.constant(weights(name)["kernel:0"]))
    raise KerasError(f"{name}: a layer {kind} of this kind is not known")
