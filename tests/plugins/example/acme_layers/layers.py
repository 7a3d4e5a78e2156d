"""The Keras layers themselves."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="acme")
class AcmeScale(keras.layers.Layer):
    def __init__(self, start: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape: Any) -> None:
        initializer = keras.initializers.Constant(self.start)
        self.factors = self.add_weight(name="factors", shape=(input_shape[-1],), initializer=initializer)

    def call(self, inputs: Any) -> Any:
        return inputs * self.factors

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "start": self.start}
