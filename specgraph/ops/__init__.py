"""Functions of `keras.ops` that can be a node: one row each, by the key `ops.NAME`."""

from __future__ import annotations

from specgraph.rows.registry import Rows

from .index import FAMILIES

OPS = Rows.of("specgraph.ops", FAMILIES)
"""Every op that a spec may have, by its key."""

ALIASES = {"ops.getitem": "ops.get_item"}
"""Other names of an op."""

_CODE = "it takes Python functions"
_CONSTANT = "it makes a constant, of no tensor; write the numbers where they are needed"
_WINDOW = "Keras computes it when the model is built, not in the model"

_LOST = "a saved model with it cannot be loaded; use a layer such as {}"

REFUSED = {
    "ops.adaptive_average_pool": _LOST.format("AdaptiveAveragePooling2D"),
    "ops.adaptive_max_pool": _LOST.format("AdaptiveMaxPooling2D"),
    "ops.arange": "Keras must know how many numbers there are when the model is built",
    "ops.associative_scan": _CODE,
    "ops.bartlett": _WINDOW,
    "ops.blackman": _WINDOW,
    "ops.cond": _CODE,
    "ops.conv_transpose": "Keras's class of it fails in every model; use a layer such as Conv2DTranspose",
    "ops.convert_to_numpy": "it takes values out of the model",
    "ops.corrcoef": "on TensorFlow it fails in every model; centre the values, then `ops.matmul`",
    "ops.custom_gradient": _CODE,
    "ops.dtype": "it gives a name, not a tensor",
    "ops.empty": _CONSTANT,
    "ops.eye": _CONSTANT,
    "ops.fori_loop": _CODE,
    "ops.hamming": _WINDOW,
    "ops.hanning": _WINDOW,
    "ops.histogram": "Keras's class of it fails in every model",
    "ops.identity": _CONSTANT,
    "ops.is_tensor": "it answers while the model is built; all that a spec names are tensors",
    "ops.isin": "on TensorFlow it fails in every model; compare with `ops.equal`, then `ops.any`",
    "ops.jvp": _CODE,
    "ops.kaiser": _WINDOW,
    "ops.kron": "on TensorFlow it fails in every model; `ops.einsum` makes the same products",
    "ops.map": _CODE,
    "ops.ndim": "it gives a number, not a tensor; `specgraph summary` shows how many axes there are",
    "ops.ones": _CONSTANT,
    "ops.scan": _CODE,
    "ops.shape": "it gives sizes, not a tensor; `specgraph summary` shows them",
    "ops.switch": _CODE,
    "ops.tri": _CONSTANT,
    "ops.vectorize": _CODE,
    "ops.vectorized_map": _CODE,
    "ops.view_as_complex": "Keras's class of it fails in every model; `ops.polar` makes complex numbers",
    "ops.while_loop": _CODE,
    "ops.zeros": _CONSTANT,
}
"""Functions of `keras.ops` that can be no node of a model, each with the reason."""
