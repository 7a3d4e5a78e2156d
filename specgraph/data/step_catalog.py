"""All steps by name: our own, and the layers of Keras that do the same to every batch."""

from __future__ import annotations

from typing import Any

from specgraph.ir.dim import named
from specgraph.ir.tensor import TensorType, is_float
from specgraph.ir.training import Column, Encoding
from specgraph.rows.apply import apply
from specgraph.rows.base import Layer, Reject
from specgraph.rows.ids import ids_of
from specgraph.spec.catalog import Catalog, Entry, Named
from specgraph.spec.kinds import Bad
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

from .source import DataError
from .steps import BY_NAME
from .steps import ROWS as OWN

LAYERS = (
    "CategoryEncoding", "CenterCrop", "Discretization", "Hashing", "IntegerLookup", "MelSpectrogram",
    "Normalization", "Rescaling", "Resizing", "StringLookup", "TextVectorization",
)  # fmt: skip
"""Layers without chance or trained weights, which run within `tf.data` on every backend."""

FLOATS = (
    "CategoryEncoding", "CenterCrop", "Discretization", "MelSpectrogram", "Normalization", "Rescaling",
    "Resizing",
)  # fmt: skip
"""Those that compute in floats: in float32, whatever the precision of the model. Within `tf.data`, integers
become floats before such a layer sees them, which in a model they do not."""

BATCH = named("batch")


class StepCatalog(Catalog):
    """Looks up layers only when one is named."""

    def __init__(self) -> None:
        super().__init__("a step", "steps", [Entry(one.name, one.args, (), one.doc) for one in OWN])

    def names(self) -> list[str]:
        return [*self.by_name, *LAYERS]

    def whole(self) -> Catalog:
        """All of it, with the layers."""
        return Catalog(self.what, self.module, [*self.entries, *map(_entry, LAYERS)])

    def find(self, name: str) -> Entry:
        """The entry of this name; of a layer that is no step `Bad` says where it belongs."""
        if name in LAYERS:
            return _entry(name)
        if name not in self.by_name and (name in ROWS or name in ALIASES or name in REFUSED):
            raise Bad(f"`{name}` is no step, it is a layer", rule="unknown-layer-or-key", help=_advice(name))
        return super().find(name)


def _entry(name: str) -> Entry:
    row = ROWS[name]
    return Entry(name, row.args, (), row.doc)


def _advice(name: str) -> str:
    if name.startswith(("Random", "Rand", "Aug", "Mix", "Cut")) or "Dropout" in name or "Noise" in name:
        return "put it into the model, where chance plays its part in training alone"
    listed = ", ".join(LAYERS)
    return f"put it into the model; the layers that are steps are {listed}"


STEPS = StepCatalog()


def rule(step: Named, column: Column) -> Column:
    """What a step makes of a column; `DataError` where it does not go with it."""
    if step.name in BY_NAME:
        return BY_NAME[step.name].rule(step.args, column)
    return _layer(ROWS[step.name], step.args, column)


def policy_of(name: str) -> str | None:
    """The dtype policy of a layer that is a step."""
    return "float32" if name in FLOATS else None


def _layer(row: Layer[Any], args: Any, column: Column) -> Column:
    if column.shape is None or column.dtype is None:
        return Column(node=column.node)
    if row.name == "CategoryEncoding" and args.num_tokens is not None:
        _check_tokens(args.num_tokens, column)
    cast = row.name in FLOATS and row.name != "CategoryEncoding" and column.dtype != "string"
    kind = TensorType((BATCH, *column.shape), "float32" if cast else column.dtype)
    try:
        made = apply(row, args, [kind], policy_of(row.name))[0].truth
    except Reject as reject:
        path = (reject.argument,) if reject.argument else ()
        raise DataError(reject.message, path, rule=reject.rule, help=reject.help) from None
    plain: Encoding | None = "float" if is_float(made.dtype) else None
    found = Column(made.shape[1:], made.dtype, plain, None, _range(row.name, args, column), column.node)
    return found._replace(**_encoding(row.name, args))


def _check_tokens(count: int, column: Column) -> None:
    """Values that are no token are an error in TensorFlow below 0, and lost without a word above."""
    low, high = column.range or (0.0, 0.0)
    if low < 0 or high >= count:
        message = f"values go from {low:g} to {high:g}, and {count} tokens from 0 to {count - 1}"
        raise DataError(message, ("num_tokens",))


def _range(name: str, args: Any, column: Column) -> tuple[float, float] | None:
    if column.range is None:
        return None
    if name == "Rescaling" and isinstance(args.scale, float) and isinstance(args.offset, float):
        low, high = sorted(one * args.scale + args.offset for one in column.range)
        return low, high
    if name == "CenterCrop" or (name == "Resizing" and args.interpolation in ("bilinear", "nearest")):
        filled = name == "Resizing" and args.pad_to_aspect_ratio
        low, high = column.range
        return (min(low, args.fill_value), max(high, args.fill_value)) if filled else (low, high)
    return None


def _encoding(name: str, args: Any) -> dict[str, Any]:
    encoding: Encoding | None = None
    classes = None
    if name == "CategoryEncoding" and args.output_mode == "one_hot":
        encoding, classes = "onehot", args.num_tokens
        return {"encoding": encoding, "classes": classes, "range": (0.0, 1.0)}
    many = ids_of(name, args)
    if many is None:
        return {}
    bounds = (0.0, many - 1.0)
    if name == "TextVectorization":
        return {"range": bounds}
    return {"encoding": "index", "classes": many, "range": bounds}
