"""Keras's layers: one row each, one file for each family."""

from __future__ import annotations

from specgraph.rows.registry import Rows

from .index import FAMILIES

LAYERS = Rows.of("specgraph.layers", FAMILIES)
"""Every layer that a spec may have, by its key."""

ALIASES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    **{f"Convolution{n}DTranspose": f"Conv{n}DTranspose" for n in (1, 2, 3)},
    **{f"SeparableConvolution{n}D": f"SeparableConv{n}D" for n in (1, 2)},
    **{f"MaxPool{n}D": f"MaxPooling{n}D" for n in (1, 2, 3)},
    **{f"AvgPool{n}D": f"AveragePooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalMaxPool{n}D": f"GlobalMaxPooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalAvgPool{n}D": f"GlobalAveragePooling{n}D" for n in (1, 2, 3)},
}
"""Other names that Keras has for a layer."""

REFUSED = {
    "Lambda": "it runs Python code; write the computation with layers, or register a layer of your own",
    "TFSMLayer": "it loads and runs any SavedModel on the disk",
    "JaxLayer": "it runs any JAX function",
    "FlaxLayer": "it runs any Flax module",
    "TorchModuleWrapper": "it runs any torch module",
    "InputLayer": "inputs stand under `inputs:`",
    "Layer": "it is the base class of layers, not a layer",
    "Wrapper": "it is the base class of wrappers, not a layer",
}
"""Layers of Keras that have no place in a spec, each with the reason."""
