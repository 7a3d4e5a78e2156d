"""The layer that makes an autoencoder variational.

Importing this module registers it, so that `keras.models.load_model` finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import keras


class Term(NamedTuple):
    """What one call of a Sampling layer adds to a loss."""

    weight: float
    """The layer's `kl_weight`."""
    divergence: Any
    """Of each example, in nats: `(batch,)`."""


_TERMS: ContextVar[list[Term] | None] = ContextVar("terms", default=None)
_PRIOR: ContextVar[int | None] = ContextVar("prior", default=None)
_AT_MEAN: ContextVar[bool] = ContextVar("at_mean", default=False)


@contextmanager
def terms_apart() -> Iterator[list[Term]]:
    """Within it, terms go to this list and not to the model's losses."""
    terms: list[Term] = []
    token = _TERMS.set(terms)
    try:
        yield terms
    finally:
        _TERMS.reset(token)


@contextmanager
def from_prior(seed: int) -> Iterator[None]:
    """Within it, layers draw from the standard normal whatever they are called on, the same each time."""
    token = _PRIOR.set(seed)
    try:
        yield
    finally:
        _PRIOR.reset(token)


@contextmanager
def at_mean() -> Iterator[None]:
    """Within it, layers give the mean, and draw nothing."""
    token = _AT_MEAN.set(True)
    try:
        yield
    finally:
        _AT_MEAN.reset(token)


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
        self._add(mean, log_variance)
        if _AT_MEAN.get():
            return mean
        prior = _PRIOR.get()
        seed = self.seed_generator if prior is None else prior
        noise = keras.random.normal(ops.shape(mean), dtype=self.compute_dtype, seed=seed)
        return noise if prior is not None else mean + ops.exp(0.5 * log_variance) * noise

    def _add(self, mean: Any, log_variance: Any) -> None:
        ops = keras.ops
        if self.compute_dtype in ("float16", "bfloat16"):
            mean, log_variance = ops.cast(mean, "float32"), ops.cast(log_variance, "float32")
        each = -0.5 * (1 + log_variance - ops.square(mean) - ops.exp(log_variance))
        divergence = ops.sum(ops.reshape(each, (ops.shape(each)[0], -1)), axis=-1)
        terms = _TERMS.get()
        if terms is not None:
            terms.append(Term(self.kl_weight, divergence))
        else:
            self.add_loss(self.kl_weight * ops.mean(divergence))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kl_weight": self.kl_weight, "seed": self.seed}
