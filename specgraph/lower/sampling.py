"""The layer that makes an autoencoder variational.

Importing this module registers it, so that `keras.models.load_model` finds it.
"""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="specgraph")
class Sampling(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """`z = mean + exp(log_variance / 2) * noise`, the noise standard normal.

    Called on `[mean, log_variance]`, both `(batch, …)`; returns a tensor of that shape. Adds
    `kl_weight` times the Kullback-Leibler divergence from the standard normal, summed over the values of
    an example and averaged over the batch, to the model's losses (Kingma and Welling 2013, appendix B).
    """

    def __init__(self, kl_weight: float = 1.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kl_weight = kl_weight
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any) -> Any:
        mean, log_variance = inputs
        ops = keras.ops
        each = -0.5 * (1 + log_variance - ops.square(mean) - ops.exp(log_variance))
        divergence = ops.mean(ops.sum(ops.reshape(each, (ops.shape(each)[0], -1)), axis=-1))
        self.add_loss(self.kl_weight * divergence)
        noise = keras.random.normal(ops.shape(mean), dtype=self.compute_dtype, seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kl_weight": self.kl_weight, "seed": self.seed}
