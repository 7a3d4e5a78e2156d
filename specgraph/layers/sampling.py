"""Layers of our own, which Keras has not."""

from __future__ import annotations

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import NonNegative, Seed
from specgraph.rows.base import Layer, Reject, require
from specgraph.spec.record import Record


class SamplingArgs(Record):
    kl_weight: NonNegative = 1.0
    seed: Seed = None


def sampling(args: SamplingArgs, mean: TensorType, log_variance: TensorType) -> TensorType:
    """Mean and log-variance, both `(batch, …)` -> a sample of that shape."""
    message = f"Sampling needs a mean and a log-variance of one shape, it has {mean} and {log_variance}"
    reject = Reject("merge-mismatch", message, input=1)
    if mean.rank != log_variance.rank:
        raise reject
    for a, b in zip(mean.shape, log_variance.shape, strict=True):
        require(equal(a, b), reject)
    return mean


LAYERS = (
    Layer(
        name="Sampling",
        args=SamplingArgs,
        infer=sampling,
        inputs=(2, 2),
        floats_only=True,
        keras_name="specgraph.Sampling",
        doc="Draws from the normal distribution with the given mean and log-variance, and adds the "
        "divergence from the standard normal, times `kl_weight`, to the loss: the heart of a VAE.",
        shapes="(batch, values) -> (batch, values)",
    ),
)
