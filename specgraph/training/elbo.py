"""An autoencoder trained on the evidence lower bound (Kingma and Welling 2013)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, pi
from typing import Any

import keras

from specgraph.lower.sampling import terms_apart


class ElboTrainer(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """Fits `model` to its inputs; its loss is that of `compile` plus the weighted KL terms of its layers.

    `loss = reconstruction + weight * sum(kl_weight of the layer * mean divergence of its batch)`. The weight
    grows from 0 to `kl_weight` in equal steps over the first `warm_up` batches that are trained on (Bowman
    et al. 2016); in evaluation it is always `kl_weight`, so that epochs can be compared. How many batches
    there were is a variable, so that a run that goes on goes on with the weight.

    Beside the loss stand, in nats and averaged over examples, `reconstruction` (the negative
    log-likelihood of `nats`), `kl` (the divergences themselves, unweighted), and `elbo`, which is minus
    the sum of the two and grows as the model gets better.
    """

    def __init__(self, model: keras.Model, kl_weight: float = 1.0, warm_up: int = 0) -> None:
        super().__init__(name=f"{model.name}_trainer")
        self.model = model
        self.output_names = model.output_names
        self.kl_weight = kl_weight
        self.warm_up = warm_up
        self.batches = self.add_weight(
            shape=(), dtype="int32", initializer="zeros", trainable=False,
            aggregation="only_first_replica", name="batches",
        )  # fmt: skip
        self.reconstruction = keras.metrics.Mean("reconstruction")
        self.kl = keras.metrics.Mean("kl")
        self.elbo = keras.metrics.Mean("elbo")
        self.built = True

    def compile(self, loss: Any = None, **settings: Any) -> None:
        self.likelihoods = loss
        super().compile(loss=loss, **settings)

    def weight(self, training: bool) -> Any:
        """What the KL terms count for in the batch that comes next."""
        if not training or self.warm_up < 1:
            return self.kl_weight
        return self.kl_weight * keras.ops.cast(self.batches, "float32") / self.warm_up

    def call(self, inputs: Any, training: bool = False) -> dict[str, Any]:
        """The model's `outputs`, the `divergence` of each example and the `penalty` they come to."""
        ops = keras.ops
        weight = self.weight(training)
        if training and self.warm_up >= 1:
            self.batches.assign(ops.minimum(self.batches + 1, self.warm_up))
        with terms_apart() as terms:
            outputs = self.model(inputs, training=training)
        divergence = sum(term.divergence for term in terms)
        penalty = weight * sum(term.weight * ops.mean(term.divergence) for term in terms)
        return {"outputs": outputs, "divergence": divergence, "penalty": penalty}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        loss = super().compute_loss(x, y, y_pred["outputs"], sample_weight, training)
        reconstruction = self._nats(y, y_pred["outputs"])
        divergence = y_pred["divergence"]
        self.reconstruction.update_state(reconstruction)
        self.kl.update_state(divergence)
        self.elbo.update_state(-(reconstruction + divergence))
        return loss + keras.ops.cast(y_pred["penalty"], loss.dtype)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        figures: dict[str, Any] = super().compute_metrics(x, y, y_pred["outputs"], sample_weight)
        return figures

    def _nats(self, y: Any, outputs: Any) -> Any:
        """The reconstruction's share of the bound, of each example: `(batch,)`."""
        targets, made = keras.tree.flatten(y), keras.tree.flatten(outputs)
        losses = by_output(self.likelihoods, self.output_names)
        parts = zip(losses, targets, made, strict=True)
        return sum(nats(loss, target, one) for loss, target, one in parts if loss is not None)


def by_output(losses: Any, names: Sequence[str]) -> list[Any]:
    """The loss of each output, as `compile` gives them out."""
    if isinstance(losses, Mapping):
        return [losses.get(name) for name in names]
    return list(losses) if isinstance(losses, list | tuple) else [losses] * len(names)


def nats(loss: Any, target: Any, made: Any) -> Any:
    """The negative log-likelihood of each example under the distribution that a loss stands for.

    Binary crossentropy is a Bernoulli's for each value, mean squared error a normal's of variance 1, mean
    absolute error a Laplace's of scale 1, the categorical ones a categorical's for each position. Of any
    other loss it is its sum over the values. `target` and `made` are `(batch, …)`, the result `(batch,)`.
    """
    ops, known = keras.ops, keras.losses
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    target, made = ops.cast(target, "float32"), ops.cast(made, "float32")
    values = ops.cast(ops.prod(ops.shape(made)[1:]), "float32")
    if isinstance(loss, known.BinaryCrossentropy) or loss is known.binary_crossentropy:
        logits = getattr(loss, "from_logits", False)
        each = ops.binary_crossentropy(target, made, from_logits=logits)
        return _summed(each)
    if isinstance(loss, known.MeanSquaredError) or loss is known.mean_squared_error:
        return 0.5 * (_summed(ops.square(target - made)) + values * log(2 * pi))
    if isinstance(loss, known.MeanAbsoluteError) or loss is known.mean_absolute_error:
        return _summed(ops.abs(target - made)) + values * log(2)
    each = loss.call(target, made) if isinstance(loss, known.Loss) else loss(target, made)
    shares = (known.CategoricalCrossentropy, known.SparseCategoricalCrossentropy)
    alone = isinstance(loss, shares) or len(each.shape) == len(made.shape)
    return _summed(each) * (1 if alone else made.shape[-1])


def _summed(values: Any) -> Any:
    """`(batch, …)` -> `(batch,)`."""
    ops = keras.ops
    return ops.sum(ops.reshape(values, (ops.shape(values)[0], -1)), axis=-1)
