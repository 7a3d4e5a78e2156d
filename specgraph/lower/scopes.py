"""What Keras is run in: room to recurse, no search for garbage, names of its own, variables made late."""

from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from specgraph.graph.order import reads
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import Graph, GraphNode
from specgraph.rows.base import Layer

DEEP = 900
"""Of longer chains, Keras reaches Python's usual recursion limit."""
_FRAMES_PER_LAYER = 4
"""Keras 3.15 takes one, and none of the C stack."""


def recursion_limit(models: Iterable[ModelTypes]) -> int:
    """The `sys.setrecursionlimit` that is enough to make these models, or to load them from a file."""
    return 1000 + _FRAMES_PER_LAYER * max((longest_chain(model.graph) for model in models), default=0)


def longest_chain(graph: Graph) -> int:
    """How many nodes the longest way through a graph has."""
    lengths: dict[str, int] = {}
    for name, node in graph.nodes.items():
        lengths[name] = 1 + max((lengths[source] for source in reads(node)), default=0)
    return max(lengths.values(), default=0)


@contextmanager
def deep_recursion(limit: int) -> Iterator[None]:
    """Room for Keras, which walks a graph by recursion."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, limit))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def default_policy(policy: Any) -> Iterator[None]:
    """Layers and models made inside have this dtype policy, unless they say another; None for the usual."""
    import keras

    before = keras.config.dtype_policy()
    try:
        if policy is not None:
            keras.config.set_dtype_policy(policy)
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextmanager
def garbage_kept() -> Iterator[None]:
    """No search for garbage in cycles: one search through all that TensorFlow holds takes as long as
    building a hundred layers, and of what a build makes, nothing is garbage before its end."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def own_names(taken: Iterable[str] = ()) -> Iterator[None]:
    """What is unnamed inside is counted from the start, so that its name depends on the model alone.

    None gets a name that is `taken`: Keras makes masks by operations in the graph, such as `concatenate`.
    """
    from keras.src.backend.common import global_state

    before = global_state.get_global_attribute("object_name_uids")
    global_state.set_global_attribute("object_name_uids", _counts(taken))
    try:
        yield
    finally:
        global_state.set_global_attribute("object_name_uids", before)


def _counts(taken: Iterable[str]) -> defaultdict[str, int]:
    """Keras's counts of names, from which it makes `dense`, `dense_1` and so on, past the names taken."""
    counts: defaultdict[str, int] = defaultdict(int)
    for name in taken:
        counts[name] = max(counts[name], 1)
        base, _, number = name.rpartition("_")
        if base and number.isascii() and number.isdigit() and len(number) < 19:
            counts[base] = max(counts[base], int(number) + 1)
    return counts


def late_variables(node: GraphNode) -> AbstractContextManager[Any]:
    """Where a layer's variables are made after its call instead of within it, which costs half.

    Keras does so itself for layers that are first called within another. Values and paths are the same;
    only the names of TensorFlow's own variables lack the layer. Layers that make variables from values
    instead of initializers cannot wait: recurrent ones with a state, networks that load weights, and
    whatever is not Keras's or ours.
    """
    import keras

    return keras.StatelessScope() if _can_wait(node) else nullcontext()


def _can_wait(node: GraphNode) -> bool:
    return node.kind == "layer" and _makes_by_initializer(node.row, node.args)


def _makes_by_initializer(row: Layer[Any], args: Any) -> bool:
    """Whether a layer, and all that it holds, is one of Keras's or ours, keeps no state and loads nothing."""
    if row.keras_name.startswith("applications.") and args.weights is not None:
        return False
    if row.keras_class is not None or getattr(args, "stateful", False):
        return False
    values = [value for _, value in args.given_values()]
    parts = [part for value in values for part in (value if type(value) is tuple else (value,))]
    return all(_makes_by_initializer(part.row, part.args) for part in parts if hasattr(part, "row"))
