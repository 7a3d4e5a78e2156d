"""Models as `{inputs, layers: [{name, type, config, inputs, call}], outputs, train}` -> a spec's text."""

from __future__ import annotations

import ast
from typing import Any

from specgraph.diagnostics.edits import format_value

SETTINGS = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")
KINDS: dict[str, dict[str, Any]] = {
    "onehot": {"encoding": "onehot"},
    "int": {"encoding": "index"},
    "binary": {"encoding": "binary"},
    "multilabel": {"encoding": "binary"},
    "float": {"encoding": "float"},
    "unit": {"encoding": "float", "range": [0, 1]},
}
"""Kinds of targets: a row with one 1, a class's number, 0 or 1, any numbers, numbers from 0 to 1."""


def to_spec(model: dict[str, Any], *, explicit: bool = False) -> str:
    """The spec of a model; with `explicit`, every layer says what it reads and the outputs are listed.

    Without, `from` is left out wherever the layer above or the only input is meant, as an author would.
    """
    lines = ["specgraph: 1", "inputs:"]
    lines += [f"  {name}: {_input(given)}" for name, given in model["inputs"].items()]
    lines.append("layers:")
    above = [next(iter(model["inputs"]))] if len(model["inputs"]) == 1 else None
    for layer in model["layers"]:
        lines.append(f"  - {_item(layer, above, explicit)}")
        above = [layer["name"]]
    if explicit or model["outputs"] != above:
        lines.append(f"outputs: {format_value([_ref(one) for one in model['outputs']])}")
    train = model.get("train")
    if train:
        lines += _compile(train)
        lines += _targets(train, model["outputs"])
        lines += _data(train, model["outputs"])
    return "\n".join(lines) + "\n"


def _input(given: dict[str, Any]) -> str:
    return format_value(given["shape"] if set(given) == {"shape"} else given)


def _item(layer: dict[str, Any], above: list[str] | None, explicit: bool) -> str:
    arguments = {"name": layer["name"]} | {key: _value(one) for key, one in layer.get("config", {}).items()}
    inputs = [_ref(one) for one in layer["inputs"]]
    tensors = {key: one for key, one in layer.get("call", {}).items() if _tensors(one)}
    arguments |= {key: one for key, one in layer.get("call", {}).items() if key not in tensors}
    if tensors:
        read = {key: _refs(one) for key, one in tensors.items()}
        arguments["from"] = {"sequences": inputs[0]} | read
    elif explicit or layer["inputs"] != above:
        arguments["from"] = inputs[0] if len(inputs) == 1 else inputs
    return f"{layer['type']}: {format_value(arguments)}"


def _tensors(value: Any) -> bool:
    """Whether a call argument names layers."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _ref(name: str) -> str:
    return name.replace("#", ".")


def _refs(value: Any) -> Any:
    return [_ref(one) for one in value] if isinstance(value, list) else _ref(value)


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "type" in value:
        return {value["type"]: _value(value.get("config", {}))}
    if isinstance(value, dict):
        return {key: _value(one) for key, one in value.items()}
    return [_value(one) for one in value] if isinstance(value, list) else value


def _compile(train: dict[str, Any]) -> list[str]:
    settings = {key: _setting(train[key]) for key in SETTINGS if train.get(key)}
    return ["compile:", *(f"  {key}: {format_value(value)}" for key, value in settings.items())]


def _targets(train: dict[str, Any], outputs: list[str]) -> list[str]:
    """What is known of the data that each output is trained towards."""
    found = train.get("target")
    if not found:
        return []
    listed = found if isinstance(found, list) else [found]
    by_output = (
        found if isinstance(found, dict) and "kind" not in found else dict(zip(outputs, listed, strict=False))
    )
    return ["targets:", *(f"  {_ref(name)}: {format_value(_target(one))}" for name, one in by_output.items())]


def _data(train: dict[str, Any], outputs: list[str]) -> list[str]:
    """Data of the shapes that it has, where they are stated."""
    shapes = train.get("data_shapes")
    if not shapes:
        return []
    columns: dict[str, Any] = {name: {"shape": shape[1:]} for name, shape in shapes.items()}
    for line in _targets(train, outputs)[1:]:
        columns[line.partition(":")[0].strip()] = {}
    return ["train:", f"  data: {format_value({'arrays': {'columns': columns}})}"]


def _target(given: dict[str, Any]) -> dict[str, Any]:
    """`{kind: int, shape: [null], classes: 5}` -> `{encoding: index, shape: [], classes: 5}`."""
    said = dict(KINDS.get(given["kind"], {}))
    if given.get("shape") is not None:
        said["shape"] = given["shape"][1:]
    return said | {key: given[key] for key in ("classes", "range") if given.get(key) is not None}


def _setting(value: Any) -> Any:
    """`keras.optimizers.Adam(1.0)` -> `{Adam: {learning_rate: 1.0}}`; plain names stay."""
    if isinstance(value, list):
        return [_setting(one) for one in value]
    if isinstance(value, dict):
        return {key: _setting(one) for key, one in value.items()}
    if not isinstance(value, str) or "(" not in value:
        return value
    call = ast.parse(value, mode="eval").body
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    given = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    given |= dict(zip(("learning_rate",), map(ast.literal_eval, call.args), strict=False))
    return {call.func.attr: given}
