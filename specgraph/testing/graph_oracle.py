"""What Keras says of a whole graph: its symbolic build without values, and its forward pass."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from math import prod
from typing import Any, NamedTuple

import numpy as np

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics import Diagnostic
from specgraph.ir.tensor import TensorType, is_float
from specgraph.lower.layer import make_layer
from specgraph.lower.ops import call as call_op
from specgraph.lower.values import by_cell
from specgraph.rows.base import Layer, Reject
from specgraph.rows.op import Op
from specgraph.spec.kinds import Bad

from .graphs import Graph, Node, case_of, made_of, reads
from .known import no_kernel, stricter
from .oracle import BATCH, Refusal, Tensor, as_given, open_shape, ran, without_values
from .rows import Case

_SHARED = "shared-weights-shape"
SIZES = {"H": 12, "W": 12, "T": 12, "batch": BATCH}
"""Of the named dims in the arrays of a forward pass."""
MOST_VALUES = 2**25
"""In one tensor of a forward pass; grids of long vectors have many more than memory holds."""


class Built(NamedTuple):
    """What Keras made of a graph: the tensors of each node, and how many values its weights have."""

    tensors: Mapping[str, tuple[Tensor, ...]]
    parameters: int
    model: Any


class Stopped(NamedTuple):
    """The node at which Keras refused, and its words."""

    node: str
    refusal: Refusal


def declared_graph(graph: Graph, values: bool = False) -> Built | Stopped:
    """The functional model, without values unless they are asked for; arguments go to Keras as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with nullcontext() if values else without_values():
            found = _build(graph)
        if needs_values(found):
            found = _build(graph)
    return found


def needs_values(found: Built | Stopped) -> bool:
    """Whether Keras stopped since a state is made from values."""
    return isinstance(found, Stopped) and "variable while in a stateless scope" in found.refusal.message


def _build(graph: Graph) -> Built | Stopped:
    import keras

    made: dict[str, list[Any]] = {}
    layers: dict[str, Any] = {}
    said: dict[str, tuple[Tensor, ...]] = {}
    known: dict[str, tuple[TensorType, ...]] = {}
    for name, type_ in graph.inputs.items():
        batch, *shape = open_shape(type_)
        made[name] = [keras.Input(shape, batch_size=batch, dtype=type_.dtype, name=name)]
        known[name] = (type_,)
    for node in graph.nodes:
        try:
            made[node.name] = build_node(node, made, layers)
        except Exception as error:  # whatever Keras raises is its refusal
            return Stopped(node.name, Refusal(type(error).__name__, str(error)))
        said[node.name] = tuple(tensor_of(one) for one in made[node.name])
        known[node.name] = tuple(_type(one) for one in said[node.name])
    try:
        outputs = [made[ref.node][0] for ref in graph.outputs()]
        model = keras.Model([one for [one] in (made[name] for name in graph.inputs)], outputs)
    except Exception as error:
        return Stopped("", Refusal(type(error).__name__, str(error)))
    count = sum(int(np.prod(one.shape)) for layer in layers.values() for one in layer.weights)
    return Built(said, count, model)


def build_node(node: Node, made: Mapping[str, list[Any]], layers: dict[str, Any]) -> list[Any]:
    """The tensors that Keras makes of a node; its layer is left in `layers`."""
    import keras

    given = [made[ref.node][ref.output or 0] for ref in node.reads]
    ports: dict[str, Any] = {}
    for name, refs in node.ports.items():
        picked = [made[ref.node][ref.output or 0] for ref in refs]
        port = node.row.port(name)
        ports[name] = picked if port is not None and port.many else picked[0]
    args = as_given(Case(node.row, node.values, ()))
    if isinstance(node.row, Op):
        flat: list[Any] = keras.tree.flatten(call_op(node.row, args, given, ports))
        return flat
    layer = layers[node.shares] if node.shares is not None else _layer(node, args, given)
    layers.setdefault(node.shares or node.name, layer)
    ports |= {name: value for name, value in args.given_values() if name in node.row.call}
    if "initial_state" in ports:
        ports["initial_state"] = by_cell(layer, ports["initial_state"])
    one = node.row.spread_inputs or len(given) == 1
    found: list[Any] = keras.tree.flatten(layer(*given, **ports) if one else layer(given, **ports))
    return found


def _layer(node: Node, args: Any, given: list[Any]) -> Any:
    row: Layer[Any] = node.row
    return make_layer(row, args, tuple(given[0].shape[1:]), policy=node.policy)


def tensor_of(tensor: Any) -> Tensor:
    """The shape and dtype that Keras declares."""
    import keras

    return Tensor(tuple(tensor.shape), keras.backend.standardize_dtype(tensor.dtype))


def _type(tensor: Tensor) -> TensorType:
    return TensorType(tuple(-1 if dim is None else dim for dim in tensor.shape), tensor.dtype)


# ours beside theirs


class Difference(NamedTuple):
    """`kind` is `lenient` (we accept, Keras does not), `strict`, or `differs`."""

    kind: str
    node: str
    said: str


def ours(graph: Graph) -> dict[str, tuple[TensorType, ...]] | tuple[Node, Case, Bad | Reject]:
    """What we infer of each node, or the first that we refuse."""
    known: dict[str, tuple[TensorType, ...]] = {name: (one,) for name, one in graph.inputs.items()}
    for node in graph.nodes:
        case = Case(node.row, node.values, ())
        try:
            case = case_of(node, known)
            known[node.name] = made_of(node, known)
        except (Bad, Reject) as refused:
            return node, _refused(node, case, known), refused
    return known


def _refused(node: Node, case: Case, known: Mapping[str, tuple[TensorType, ...]]) -> Case:
    """The case that was refused: on what Keras declares, or if that is fine, on what really comes in."""
    if all(known[ref.node][ref.output or 0].real is None for ref in reads(node)) or not case.accepted():
        return case
    return case_of(node, known, truth=True)


class Verdict(NamedTuple):
    """`excuse` says why a graph that Keras builds is refused by us, where that is no disagreement."""

    difference: Difference | None = None
    built: bool = False
    """Whether Keras builds the graph."""
    excuse: str | None = None


def compare(graph: Graph) -> Difference | None:
    """Whether a graph that we accept is what Keras builds: shapes, dtypes and parameters of every node."""
    return judge(graph).difference


def judge(graph: Graph) -> Verdict:
    """As `compare`, and what else there is to say of the graph."""
    mine = ours(graph)
    theirs = declared_graph(graph)
    if isinstance(theirs, Stopped):
        if isinstance(mine, tuple) or _refused_as_a_whole(graph):
            return Verdict()
        return Verdict(Difference("lenient", theirs.node, f"Keras says: {theirs.refusal}"))
    if isinstance(mine, tuple):
        return _strict(*mine)
    for node in graph.nodes:
        said = tuple(Tensor(open_shape(one), one.dtype) for one in mine[node.name])
        if said != theirs.tensors[node.name]:
            message = f"we say {said}, Keras {theirs.tensors[node.name]}"
            return Verdict(Difference("differs", node.name, message), built=True)
    return _compare_text(graph, mine, theirs)


def _refused_as_a_whole(graph: Graph) -> bool:
    """Whether the whole analysis knows a reason that no single node tells."""
    shared = any(node.shares for node in graph.nodes)
    makers = ("Embedding", "Masking", "Softmax", "GroupQueryAttention", "MultiHeadAttention")
    masked = any(node.row.name in makers or "mask" in node.ports for node in graph.nodes)
    return (shared or masked) and any(map(of_the_whole, analyze(graph.spec()).diagnostics))


def _warned_of(graph: Graph) -> bool:
    """Whether we warn that TensorFlow does not know the shape of something that is read further on."""
    return any("hides from TensorFlow" in one.message for one in analyze(graph.spec()).diagnostics)


def of_the_whole(found: Diagnostic) -> bool:
    """Weights that do not fit where they are shared, and masks that Keras hands on."""
    return found.code.rule == _SHARED or "which Keras hands on" in found.message


FAILS = "it builds, and fails when it runs"


def _strict(node: Node, case: Case, refused: Bad | Reject) -> Verdict:
    """Of a graph that Keras builds and we refuse."""
    excuse = stricter(case, refused)
    if excuse is not None:
        return Verdict(None, True, excuse)
    if isinstance(refused, Bad):
        return Verdict(Difference("strict", node.name, f"we say of {refused.path}: {refused.message}"), True)
    concrete = case.at(SIZES)
    if isinstance(ran(concrete), Refusal) or isinstance(ran(concrete, training=True), Refusal):
        return Verdict(None, True, FAILS)
    return Verdict(Difference("strict", node.name, f"we say: {refused.message}"), built=True)


def _compare_text(graph: Graph, mine: Mapping[str, tuple[TensorType, ...]], theirs: Built) -> Verdict:
    """The same through the text of the spec, and the whole analysis."""
    text = graph.spec()
    analysis: Analysis = analyze(text)
    errors = [one for one in analysis.diagnostics if one.severity == "error" and one.code.id.startswith("E")]
    if errors and all(one.message.startswith("no size of ") or of_the_whole(one) for one in errors):
        return Verdict(None, True, FAILS)  # sizes that exclude each other, or what `of_the_whole` says
    difference = None
    if errors:
        difference = Difference("strict", str(errors[0].layer), f"validate says: {errors[0].message}")
        return Verdict(difference, built=True)
    [model] = analysis.models.values()
    for node in graph.nodes:
        found = [(str(one), one.dtype) for one in model.types[node.name]]
        if found != [(str(one), one.dtype) for one in mine[node.name]]:
            return Verdict(Difference("differs", node.name, f"validate says {found}"), built=True)
    count = sum(model.parameters())
    if count != theirs.parameters:
        difference = Difference("differs", "", f"{count} parameters, Keras has {theirs.parameters}")
    return Verdict(difference, built=True)


def compare_run(graph: Graph) -> Difference | None:
    """What `predict` gives of a graph that Keras builds, and that we accept, for the arrays, too."""
    mine = ours(_closed(graph))
    built = declared_graph(graph, values=True)
    if (
        isinstance(ours(graph), tuple)
        or isinstance(mine, tuple)
        or isinstance(built, Stopped)
        or _is_huge(mine)
    ):
        return None
    arrays = [_array(type_) for type_ in graph.inputs.values()]
    try:
        made = _predicted(built.model, arrays)
    except Exception as error:
        said = str(error)
        known = any(no_kernel(case_of(node, mine), said) for node in graph.nodes)
        known = known or _refused_as_a_whole(graph) or _warned_of(graph)
        return None if known else Difference("lenient", "", f"it fails when it runs: {said}")
    made = made if isinstance(made, list | tuple) else [made]
    for ref, tensor in zip(graph.outputs(), made, strict=True):
        true = _at(mine[ref.node][0].truth, SIZES)
        if not _fits(tensor_of(tensor), *true) and not _warned_of(graph):
            return Difference("differs", ref.node, f"we say {true}, {tensor_of(tensor)} comes out")
    return None


def _is_huge(made: Mapping[str, tuple[TensorType, ...]]) -> bool:
    """Whether a tensor of known size is too large to be made."""
    shapes = (_at(one.truth, SIZES)[0] for outputs in made.values() for one in outputs)
    return any(prod(dim for dim in shape if isinstance(dim, int)) > MOST_VALUES for shape in shapes)


def _predicted(model: Any, arrays: list[Any]) -> Any:
    """Keras's `predict` traces a graph for batches of any size."""
    import keras

    if keras.backend.backend() != "tensorflow":
        return model(arrays if len(arrays) > 1 else arrays[0], training=False)
    import tensorflow as tf

    batches = [one.shape[0] for one in model.inputs]
    signature = [
        tf.TensorSpec((batch, *one.shape[1:]), one.dtype) for batch, one in zip(batches, arrays, strict=True)
    ]

    def run(*tensors: Any) -> Any:
        return model(list(tensors) if len(tensors) > 1 else tensors[0], training=False)

    return tf.function(run, input_signature=signature)(*arrays)


def _closed(graph: Graph) -> Graph:
    """The graph on inputs of the arrays' sizes."""
    inputs = {name: TensorType(*_at(type_, SIZES)) for name, type_ in graph.inputs.items()}
    return Graph(inputs, graph.nodes)


def _fits(tensor: Tensor, shape: tuple[Any, ...], dtype: str) -> bool:
    """Whether a tensor has this type; a size that is not known fits any."""
    pairs = zip(tensor.shape, shape, strict=False)
    alike = all(a == b or not isinstance(b, int) for a, b in pairs)
    return len(tensor.shape) == len(shape) and alike and tensor.dtype == dtype


def _at(type_: TensorType, sizes: Mapping[str, int]) -> tuple[tuple[Any, ...], str]:
    from specgraph.ir.dim import substitute

    return tuple(substitute(dim, sizes) for dim in type_.shape), type_.dtype


def _array(type_: TensorType) -> Any:
    import keras

    shape, dtype = _at(type_, SIZES)
    if dtype == "string":
        return keras.ops.convert_to_tensor(np.full(shape, "a b"))
    make = keras.ops.ones if is_float(dtype) else keras.ops.zeros
    return make(shape, dtype)
