"""Keras layers of our own; importing this module registers them.

import keras, specgraph.custom_layers
model = keras.models.load_model("vae.vae.keras")
"""

from specgraph.lower.positions import PositionEmbedding
from specgraph.lower.reversible import ReversibleDense
from specgraph.lower.sampling import Sampling

__all__ = ("PositionEmbedding", "ReversibleDense", "Sampling")
