"""The layer that tells a transformer where in a sequence each step stands.

Importing this module registers it, so that `keras.models.load_model` finds it.
"""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="specgraph")
class PositionEmbedding(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Learnt vectors by place, `(sequence_length, features)`, shown for each of the batch.

    Called on `(batch, steps, features)` with at most `sequence_length` steps; returns that shape, whatever
    the values (Devlin et al. 2018).
    """

    def __init__(self, sequence_length: int, initializer: Any = "glorot_uniform", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sequence_length = sequence_length
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape: Any) -> None:
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.sequence_length, input_shape[-1]),
            initializer=self.initializer,
        )

    def call(self, inputs: Any) -> Any:
        shape = keras.ops.shape(inputs)
        return keras.ops.broadcast_to(self.embeddings[: shape[1]], shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "sequence_length": self.sequence_length,
            "initializer": keras.initializers.serialize(self.initializer),
        }
