"""The graph of each model, made with Keras."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgraph.infer.budget import needed
from specgraph.infer.networks import unwrapped
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import Graph, GraphNode, Ref
from specgraph.rows.op import Op

from .layer import make_layer, on_each_step
from .ops import call_op
from .scopes import deep_recursion, garbage_kept, late_variables, own_names, recursion_limit
from .values import arguments, by_cell

if TYPE_CHECKING:
    import keras


def lower(
    models: Mapping[str, ModelTypes], names: Collection[str] | None = None, *, pretrained: bool = True
) -> dict[str, keras.Model]:
    """A Keras model for each model of a file, weights shared where one calls another.

    With `names`, only these and those that they call. Without `pretrained`, networks start from random
    weights, whatever the spec says: for models whose weights are loaded later.
    """
    if names is not None:
        models = needed(models, names)
    made: dict[str, keras.Model] = {}
    with deep_recursion(recursion_limit(models.values())), garbage_kept():
        for name, model in models.items():
            with own_names(model.graph.nodes):
                made[name] = _model(model.graph, made, pretrained)
            if model.graph.compile is not None:
                made[name].compile(**compile_arguments(model.graph))
    return made


def compile_arguments(graph: Graph, settings: Any = None) -> dict[str, Any]:
    """The keyword arguments of `compile`: metrics listed, and each output named that some have a loss of."""
    given = arguments(graph.compile if settings is None else settings)
    for name in ("metrics", "weighted_metrics"):
        if given.get(name) is not None and not isinstance(given[name], (list, dict)):
            given[name] = [given[name]]
    outputs = [ref.node for ref in graph.outputs]
    if isinstance(given.get("loss"), dict):
        given["loss"] = {name: given["loss"].get(name) for name in outputs}
    return given


def _model(graph: Graph, models: dict[str, keras.Model], pretrained: bool) -> keras.Model:
    import keras

    tensors: dict[str, list[Any]] = {}
    layers: dict[str, Any] = {}
    for node in graph.nodes.values():
        tensors[node.name] = _node(node, tensors, models, layers, pretrained)

    def pick(ref: Ref) -> Any:
        return tensors[ref.node][ref.output]

    inputs = [tensors[name][0] for name in graph.inputs]
    outputs = [pick(ref) for ref in graph.outputs]
    return keras.Model(
        inputs if len(inputs) > 1 else inputs[0],
        outputs if len(outputs) > 1 else outputs[0],
        name=graph.name,
    )


def _node(
    node: GraphNode,
    tensors: dict[str, list[Any]],
    models: dict[str, keras.Model],
    layers: dict[str, Any],
    pretrained: bool,
) -> list[Any]:
    import keras

    if node.kind == "input":
        assert node.type is not None
        batch, *shape = (dim if isinstance(dim, int) else None for dim in node.type.shape)
        return [keras.Input(shape=shape, batch_size=batch, dtype=node.type.dtype, name=node.name)]
    inputs = [tensors[ref.node][ref.output] for ref in node.inputs]
    row = node.row if node.kind == "layer" else None
    given = _call_arguments(node, tensors)
    if isinstance(row, Op):
        return call_op(row, node, inputs, given)
    with late_variables(node):
        if node.kind == "model":
            layer = layers[node.name] = _model_layer(node, models, layers)
        elif node.shares is not None:
            layer = layers[node.shares]
        else:
            layer = layers[node.name] = _layer(node, inputs, pretrained)
        if "initial_state" in given:
            given["initial_state"] = by_cell(layer, given["initial_state"])
        if row is not None and row.spread_inputs:
            made = layer(*inputs, **given)
        else:
            made = layer(inputs if len(inputs) > 1 else inputs[0], **given)
    # Not before: layers that an attention makes when it is built would stay trainable, and variables that
    # TensorFlow makes of frozen weights get no gradients, even when a phase trains them later.
    if not node.trainable:
        layer.trainable = False
    flat: list[Any] = keras.tree.flatten(made)
    return flat


def _model_layer(node: GraphNode, models: dict[str, keras.Model], layers: dict[str, Any]) -> Any:
    """A model of the file that is called, or what calls it on each step."""
    if node.steps and node.shares is not None:
        return layers[node.shares]
    return on_each_step(models[node.target], node.steps, node.name)


def _call_arguments(node: GraphNode, tensors: dict[str, list[Any]]) -> dict[str, Any]:
    """What a layer is called with besides its inputs: tensors by name, and settings of the call."""
    if node.kind != "layer":
        return {}
    row = node.row
    given = arguments(node.args, only=row.call)
    for name, refs in node.ports.items():
        picked = [tensors[ref.node][ref.output] for ref in refs]
        port = row.port(name)
        given[name] = picked if port is not None and port.many else picked[0]
    return given


def _layer(node: GraphNode, inputs: list[Any], pretrained: bool) -> Any:
    assert node.args is not None
    return make_layer(
        node.row,
        node.args,
        tuple(inputs[0].shape[1:]),
        policy=node.dtype,
        weights=_weights_file(node) if pretrained else None,
        name=node.name,
    )


class WeightsError(Exception):
    """A weights file that is not there, or not in the spec's folder; `node` is the layer that names it."""

    def __init__(self, message: str, node: GraphNode) -> None:
        super().__init__(message)
        self.node = node


def _weights_file(node: GraphNode) -> str | None:
    """What `weights:` stands for: null, imagenet, or a regular file in the spec's folder, links followed."""
    _, args, _ = unwrapped(node.row, node.args)
    written: str | None = getattr(args, "weights", None)
    if written is None or written == "imagenet":
        return written
    folder = (node.item.source.path or Path("_")).resolve().parent
    file = (folder / written).resolve()
    if not file.is_relative_to(folder):
        raise WeightsError(f"the weights of `{node.name}` lead out of the spec's folder: {written}", node)
    if not file.is_file():
        raise WeightsError(f"the weights of `{node.name}` are not there: {written}", node)
    return str(file)
