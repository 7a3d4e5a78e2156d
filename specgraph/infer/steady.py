"""Which layers do the same in training as in inference, so that what they make may be kept.

A layer is steady if what comes out depends on what goes in and on its weights alone, whatever `training` is,
and if it changes nothing and adds no loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specgraph.rows.base import Layer

DRAWS = "draws at random"
CHANCE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), ("rate",)),
    "GaussianDropout": ("rate",),
    "AlphaDropout": ("rate",),
    "GaussianNoise": ("stddev",),
    **dict.fromkeys(("Attention", "AdditiveAttention", "MultiHeadAttention"), ("dropout",)),
    "GroupQueryAttention": ("dropout",),
    "GroupedQueryAttention": ("dropout",),
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), ("dropout", "recurrent_dropout")),
    **dict.fromkeys(("SimpleRNNCell", "LSTMCell", "GRUCell"), ("dropout", "recurrent_dropout")),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), ("dropout", "recurrent_dropout")),
}
"""Layers that draw where an argument is not 0; the arguments are attributes of Keras's layers, too."""
ALWAYS: dict[str, str] = {
    "Sampling": DRAWS,
    "Solarization": DRAWS,
    "MixUp": DRAWS,
    "CutMix": DRAWS,
    "AugMix": DRAWS,
    "RandAugment": DRAWS,
    "ops.image.elastic_transform": DRAWS,
    "ElasticTransform": DRAWS,
    "ActivityRegularization": "adds to the loss",
    "Equalization": "works in training alone",
    "SpectralNormalization": "changes as it trains",
}
"""Layers that are never steady, and why; all whose name begins with `Random` are among them.

`ElasticTransform` is the class behind the op."""
BATCH_NORMALIZATION = "BatchNormalization"


def never(name: str) -> str | None:
    """Why a layer, or a class of Keras's, of this name is never steady; None where it may be."""
    return DRAWS if name.startswith("Random") else ALWAYS.get(name)


def unsteady(row: Layer[Any], args: Any, frozen: bool) -> str | None:
    """Why a layer with these arguments is not steady, or None; `frozen` is whether its weights are."""
    why = never(row.name)
    if why is not None:
        return why
    if row.keras_class is not None:
        return "is of a plugin"
    if row.name == BATCH_NORMALIZATION and not frozen:
        return "averages over batches"
    if any(getattr(args, name, 0) for name in CHANCE.get(row.name, ())):
        return DRAWS
    if getattr(args, "stateful", False):
        return "keeps a state"
    if getattr(args, "activity_regularizer", None) is not None:
        return "adds to the loss"
    inner = (unsteady(part.row, part.args, frozen) for part in _parts(args))
    return next((why for why in inner if why is not None), None)


def _parts(args: Any) -> Iterator[Any]:
    """The layers among a layer's arguments."""
    for _, value in args.given_values():
        for one in value if type(value) is tuple else (value,):
            if hasattr(one, "row") and hasattr(one, "args"):
                yield one
