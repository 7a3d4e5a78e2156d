"""Data that Python code passes, as columns.

{"image": images, "label": labels}                 columns by name
{"train": {...}, "test": {...}}                    the same with a part that is held out
(x, y)                                             inputs and targets, as `fit` takes them
a `tf.data.Dataset` or a Keras dataset             of such examples or pairs, alone or in batches
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from specgraph.data.source import DataError, Loaded
from specgraph.ir.graph import Graph
from specgraph.ir.training import Column, Facts, Feed
from specgraph.spec.catalog import Named

from .columns import column_of

PARTS = ({"train"}, {"train", "test"})


def loaded_from(given: Any, known: Mapping[str, Column]) -> Loaded:
    """What was passed as columns; `DataError` where it cannot be told which is which.

    Columns without names have those that the spec states, in its order.
    """
    if isinstance(given, Mapping) and set(given) in PARTS and not known.keys() & {"train", "test"}:
        test = given.get("test")
        return Loaded(_columns(given["train"], known), None if test is None else _columns(test, known))
    return Loaded(_columns(given, known))


def _columns(given: Any, known: Mapping[str, Column]) -> dict[str, Any]:
    if hasattr(given, "element_spec"):
        return _gathered(given, known)
    if (
        isinstance(given, Iterable)
        and not isinstance(given, Mapping | tuple | list)
        and not hasattr(given, "shape")
    ):
        help = '`{"x": x, "y": y}` is a mapping of columns'
        raise DataError(
            f"data is passed as {type(given).__name__}, which is no mapping of columns", help=help
        )
    return {name: _array(name, value) for name, value in _named(given, known).items()}


def _named(given: Any, known: Mapping[str, Column]) -> dict[str, Any]:
    """Inputs and targets by the names that they have, or else by those of the columns in their order."""
    made: dict[str, Any] = {}
    alone: list[Any] = []
    parts = given if isinstance(given, tuple) else (given,)
    if len(parts) > 2:
        raise DataError(f"data is passed in {len(parts)} parts, and not as inputs and targets, `(x, y)`")
    for part in parts:
        if isinstance(part, Mapping):
            made |= {str(name): one for name, one in part.items()}
        else:
            alone += part if isinstance(part, tuple | list) else [part]
    names = [name for name in known if name not in made] or ["x", "y"]
    if len(alone) > len(names):
        listed = ", ".join(f"`{name}`" for name in names)
        raise DataError(f"{len(alone)} arrays without names are passed, for {listed}", help="name them")
    return made | dict(zip(names, alone, strict=False))


def _array(name: str, value: Any) -> Any:
    """A numpy array, a `Lazy` column as it is; `DataError` for what has no examples."""
    import numpy as np

    if hasattr(value, "read") and hasattr(value, "shape"):
        return value
    try:
        made = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise DataError(f"column `{name}` is no array: {error}") from None
    if made.dtype.kind == "O" and all(isinstance(one, str) for one in made.flat):
        made = made.astype("str")
    if made.ndim == 0 or made.dtype.kind == "O":
        raise DataError(f"column `{name}` is no array of examples")
    return made


def _gathered(dataset: Any, known: Mapping[str, Column]) -> dict[str, Any]:
    """The examples of a dataset, which is read once; its batches are taken apart."""
    import numpy as np
    import tensorflow as tf

    if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY:
        raise DataError("the dataset never ends", help="`dataset.take(1000)` is one that does")
    parts: dict[str, list[Any]] = {}
    for element in dataset.as_numpy_iterator():
        for name, value in _named(element, known).items():
            parts.setdefault(name, []).append(value)
    if not parts:
        raise DataError("the dataset is empty")
    shapes = [one.shape for one in tf.nest.flatten(dataset.element_spec)]
    # Only an axis that was made by batching is open, and stands first everywhere.
    batched = all(shape.rank is None or (shape.rank > 0 and shape[0] is None) for shape in shapes)
    join: Any = np.concatenate if batched else np.stack
    return {name: _array(name, join(values)) for name, values in parts.items()}


def feed_of(graph: Graph, objective: Named, given: Any) -> Feed:
    """What feeds a model whose spec has no data section; `DataError` where that is not clear.

    Arrays without names go to the inputs and outputs in their order.
    """
    from specgraph.data.arrays import ArraysArgs
    from specgraph.data.matching import match
    from specgraph.data.stated import StatedArgs
    from specgraph.diagnostics.report import Report
    from specgraph.graph.data_shapes import check_inputs, fitted
    from specgraph.graph.feed import trained

    outputs = trained(graph) if objective.name == "supervised" else []
    names = dict.fromkeys([*graph.inputs, *outputs], Column())
    loaded = loaded_from(given, names)
    columns = {name: column_of(one) for name, one in loaded.train.items()}
    found = match(columns, (), graph.inputs, outputs, {}, {})
    left = [*found.open_inputs, *found.open_targets]
    if left:
        message = f"it is not clear which column is for `{left[0]}`"
        raise DataError(message, help=f"the columns are {', '.join(list(columns)[:20])}")
    stated = {
        name: StatedArgs.checked({"shape": one.shape, "dtype": one.dtype}) for name, one in columns.items()
    }
    source = Named("arrays", ArraysArgs.checked({"columns": stated}), None, "sources")
    facts = Facts(columns)
    feed = Feed(source, found.inputs, found.targets, {}, None, facts, graph.section, facts)
    feed = fitted(feed, graph)
    report = Report()
    if not check_inputs(feed, graph, report):
        wrong = report.diagnostics[0]
        raise DataError(wrong.message, rule=wrong.code.rule, help=wrong.help)
    return feed
