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
def own_names() -> Iterator[None]:
    """What is unnamed inside is counted from the start, so that its name depends on the model alone."""
    from keras.src.backend.common import global_state

    before = global_state.get_global_attribute("object_name_uids")
    global_state.set_global_attribute("object_name_uids", defaultdict(int))
    try:
        yield
    finally:
        global_state.set_global_attribute("object_name_uids", before)


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
    if node.kind != "layer":
        return False
    if node.row.keras_class is not None:
        return False
    package, _, _ = node.row.keras_name.rpartition(".")
    if package == "applications":
        return getattr(node.args, "weights", None) is None
    return package in ("", "specgraph") and not _has_state(node.args)


def _has_state(args: Any) -> bool:
    if getattr(args, "stateful", False):
        return True
    values = [value for _, value in args.given_values()] if hasattr(args, "given_values") else []
    return any(hasattr(value, "row") and _has_state(value.args) for value in values)
