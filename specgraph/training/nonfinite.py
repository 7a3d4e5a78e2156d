"""Why a loss is no finite number: the column, layer, weight or gradient that is the first to be none.

The steps since the last checkpoint are run again, one by one, and the one at fault is taken apart.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .checkpoint import as_numpy, assign, values
from .cut import _is_graph, _ordered
from .errors import TrainError

if TYPE_CHECKING:
    import keras

    from .keeper import NotFinite
    from .phases import Fit

DATA = "mend the data, or leave the examples out"
SMALLER = "a smaller learning rate, or `clipnorm: 1.0` in the optimizer, keeps steps small"
RANGE = "a smaller learning rate, inputs scaled to a small range, or a layer for which these values are legal"
LOSS = "values that the loss cannot take, such as 0 where it takes a logarithm: see the last activation"


class Cause(NamedTuple):
    """What is the first not to be finite."""

    what: str
    help: str


SOUND = Cause("every value before that step is finite", SMALLER)


class Step(NamedTuple):
    """A step of training, before it was made."""

    number: int
    batch: tuple[Any, ...]
    before: dict[str, Any]


def explain(fit: Fit, found: NotFinite) -> TrainError:
    """The error to raise."""
    name = fit.plan.phase.name
    if found.figure.startswith("val_"):
        bad = _weights(fit) or Cause("the weights are finite, so it is the held-out data's", DATA)
        message = f"{found.figure} is {found.value} after epoch {found.epoch + 1} of phase `{name}`"
        return TrainError(f"{message}: {bad.what}", help=bad.help)
    replay = _Replay(fit, found)
    found_in = (_inspect(fit, step) for step in replay.steps)
    cause = next((one for one in found_in if one is not None), _weights(fit)) or SOUND
    where = f"step {replay.step + 1} of epoch {replay.epoch + 1} of phase `{name}`"
    return TrainError(f"{found.figure} is {found.value} at {where}: {cause.what}", help=cause.help)


class _Replay:
    """The steps since the last checkpoint once more, to find the very first that is not finite.

    Figures are looked at beside the training, which may be some steps ahead when one is found.
    """

    def __init__(self, fit: Fit, found: NotFinite) -> None:
        self.fit, self.found = fit, found
        self.epoch, self.step = found.epoch, found.step
        self.steps: list[Step] = []
        """The last two, as they were before they were made."""
        saved = fit.engine.store.load()
        if saved is None or saved.position.phase != fit.plan.number:
            return
        self.at, self.arrays = saved.position, saved.arrays
        count = (found.epoch - self.at.epoch) * fit.plan.steps + found.step + 1 - self.at.step
        first = next((i for i, _, loss in self._run(count) if not math.isfinite(loss)), count - 1)
        kept = deque((step for _, step, _ in self._run(first + 1, keep=first - 1) if step), maxlen=2)
        self.steps = list(kept)
        self.epoch, self.step = divmod(self.at.epoch * fit.plan.steps + self.at.step + first, fit.plan.steps)

    def _run(self, count: int, keep: int | None = None) -> Iterator[tuple[int, Step | None, float]]:
        """So many steps with the loss after each; from `keep` on with what was there before it."""
        import keras

        fit, trainer = self.fit, self.fit.trainer
        assign(fit.variables, self.arrays)
        trainer.reset_metrics()
        epochs = self.found.epoch - self.at.epoch + 1
        for i, batch in enumerate(fit.batches(self.at.epoch, epochs, self.at.step).take(count)):
            batch = batch if isinstance(batch, tuple) else (batch,)
            if keras.backend.backend() != "tensorflow":
                batch = keras.tree.map_structure(lambda one: one.numpy(), batch)
            kept = keep is not None and i >= keep
            step = Step(i, batch, values(fit.variables)) if kept else None
            logs = trainer.train_on_batch(*batch, class_weight=fit.class_weight(), return_dict=True)
            yield i, step, float(logs.get(self.found.figure, 0.0))


def _inspect(fit: Fit, step: Step) -> Cause | None:
    """What goes wrong in a step; None where all of it is finite."""
    import keras

    assign(fit.variables, step.before)
    x, y = step.batch[0], step.batch[1] if len(step.batch) > 1 else None
    model = fit.work.context.model
    names = [one.name for one in model.inputs]
    cause = _column(x, "input", names) or _column(y, "target of output", list(model.output_names))
    cause = cause or _weights(fit)
    if cause is not None:
        return cause
    inputs = keras.tree.flatten(x)
    if (
        _is_graph(model)
        and len(inputs) == len(names)
        and fit.module.__name__.rpartition(".")[2] != "adversarial"
    ):
        given = [keras.ops.convert_to_tensor(one) for one in inputs]
        cause = next(_forward(model, given, ()), None)
        if cause is None:
            cause = _backward(fit.trainer, x, y)
    return cause


def _column(values: Any, what: str, names: list[str]) -> Cause | None:
    import keras
    import numpy as np

    flat = keras.tree.flatten(values) if values is not None else []
    keys = list(values) if isinstance(values, Mapping) else names
    for i, one in enumerate(flat):
        array = np.asarray(one)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            name = keys[i] if len(keys) == len(flat) else str(i)
            rows = ~np.isfinite(array).reshape(len(array), -1).all(axis=1)
            many = f"{rows.sum()} of the {len(array)} examples in the batch"
            return Cause(f"the data for {what} `{name}` is not finite in {many}", DATA)
    return None


def _weights(fit: Fit) -> Cause | None:
    """The first weight that is not finite now."""
    for model in fit.engine.models.values():
        for one in model.weights:
            if not _finite(as_numpy(one)):
                layer = one.path.rpartition("/")[0]
                return Cause(
                    f"{one.path.rpartition('/')[2]} of layer `{layer}` is not finite any more", SMALLER
                )
    return None


def _finite(value: Any) -> bool:
    import numpy as np

    array = np.asarray(value)
    if array.dtype.kind in "iub":
        return True
    return bool(np.isfinite(array.astype("float64")).all()) if array.dtype.kind != "O" else True


def _forward(model: keras.Model, inputs: list[Any], path: tuple[str, ...]) -> Iterator[Cause]:
    """The layers that make of finite values some that are not, in their order."""
    import keras

    known = {id(symbol): tensor for symbol, tensor in zip(model.inputs, inputs, strict=True)}
    for node in _ordered(model):
        operation = node.operation
        args, kwargs = node.arguments.fill_in(known)
        if getattr(operation, "_call_has_training_arg", False):
            kwargs = {**kwargs, "training": True}
        made = keras.tree.flatten(operation(*args, **kwargs))
        here = (*path, operation.name)
        if not all(_finite(keras.ops.convert_to_numpy(one)) for one in made if "str" not in str(one.dtype)):
            if _is_graph(operation):
                yield from _forward(operation, [known[id(one)] for one in node.input_tensors], here)
            name = "/".join(here)
            yield Cause(f"layer `{name}` makes values of finite ones that are not finite", RANGE)
            return
        known |= {id(symbol): tensor for symbol, tensor in zip(node.outputs, made, strict=True)}


def _backward(trainer: keras.Model, x: Any, y: Any) -> Cause | None:
    """The loss, or the gradient nearest to it, that is not finite."""
    import keras

    loss, gradients = (_tensorflow if keras.backend.backend() == "tensorflow" else _jax)(trainer, x, y)
    if not _finite(loss):
        return Cause("every layer's values are finite, the loss of them is not", LOSS)
    pairs = list(zip(trainer.trainable_variables, gradients, strict=True))
    for variable, gradient in reversed(pairs):
        if gradient is not None and not _finite(gradient):
            layer, _, name = variable.path.rpartition("/")
            return Cause(f"the gradient of {name} of layer `{layer}` is not finite", SMALLER)
    return None


def _tensorflow(trainer: keras.Model, x: Any, y: Any) -> tuple[Any, list[Any]]:
    import tensorflow as tf

    variables = [one.value for one in trainer.trainable_variables]
    with tf.GradientTape() as tape:
        loss = trainer.compute_loss(x=x, y=y, y_pred=trainer(x, training=True), training=True)
    found = [
        None if one is None else tf.convert_to_tensor(one).numpy() for one in tape.gradient(loss, variables)
    ]
    return loss.numpy(), found


def _jax(trainer: keras.Model, x: Any, y: Any) -> tuple[Any, list[Any]]:
    import jax
    import keras

    x, y = keras.tree.map_structure(keras.ops.convert_to_tensor, (x, y))
    run = jax.value_and_grad(trainer.compute_loss_and_updates, has_aux=True)
    state = [[one.value for one in held] for held in (
        trainer.trainable_variables, trainer.non_trainable_variables, trainer.metrics_variables,
    )]  # fmt: skip
    optimizer = [one.value for one in trainer.optimizer.variables]
    (_, aux), gradients = run(*state, x, y, None, training=True, optimizer_variables=optimizer)
    return aux[0], list(gradients)
