"""The Dense that leads both ways.

Importing this module registers it, so that `keras.models.load_model` finds it.
"""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="specgraph")
class ReversibleDense(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """`activation(x · kernel + bias)`, and in reverse `reverse_activation(x · kernelᵀ + reverse_bias)`.

    Called on `(batch, ..., input_dim)`, in reverse on `(batch, ..., units)`.
    """

    def __init__(
        self,
        input_dim: int,
        units: int,
        activation: Any = None,
        reverse_activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        kernel_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if min(input_dim, units) < 1:
            raise ValueError(f"`input_dim` and `units` are positive, not {input_dim} and {units}")
        self.input_dim = input_dim
        self.units = units
        self.activation = keras.activations.get(activation)
        self.reverse_activation = keras.activations.get(reverse_activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)

    def build(self, input_shape: Any = None) -> None:
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.input_dim, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
        )
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
            self.reverse_bias = self.add_weight(
                name="reverse_bias", shape=(self.input_dim,), initializer="zeros"
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        kernel = keras.ops.transpose(self.kernel) if reverse else self.kernel
        found = keras.ops.matmul(inputs, kernel)
        if self.use_bias:
            found = found + (self.reverse_bias if reverse else self.bias)
        activation = self.reverse_activation if reverse else self.activation
        return activation(found)

    def compute_output_spec(self, inputs: Any, reverse: bool = False) -> Any:
        shape = (*inputs.shape[:-1], self.input_dim if reverse else self.units)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "reverse_activation": keras.activations.serialize(self.reverse_activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
        }
