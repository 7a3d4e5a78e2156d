"""What a phase aims at: a module of `objectives` for each, found by the objective's name.

Such a module has
- `trainer(context)`: a compiled Keras model whose `fit` trains; for `supervised` the model itself. Its
  weights are those of the models in the context, and all chance in it comes from
  `keras.random.SeedGenerator`s;
- `arrange(inputs, targets)`: a batch as that `fit` takes it, made of tensors by the names of inputs and
  outputs, both in the model's order;
and may have
- `samples(context, count)`: images to look at, `(count, height, width, channels)` in 0 to 1, or None;
- `restored(context, inputs)`: such images of some examples, tensors by the names of inputs, and below them
  what the model makes of each; or None;
- `batch_size(context)`: examples in one step of `fit`, where that is another number than the phase's;
- `WHOLE = True`, where the last examples of an epoch, too few for a batch, are left out;
- `MONITOR`: the figure that tells the best epoch, None where none does; by default `loss`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import Graph
from specgraph.ir.training import Phase, Training
from specgraph.spec.catalog import Named
from specgraph.spec.record import Record

if TYPE_CHECKING:
    import keras

NAMES = ("supervised", "autoencoder", "vae", "adversarial")


class Context(NamedTuple):
    """What an objective works with."""

    models: dict[str, keras.Model]
    """Every model of the file; what is frozen in this phase is not `trainable`."""
    types: dict[str, ModelTypes]
    phase: Phase
    training: Training
    steps: int = 1
    """Batches in an epoch."""

    @property
    def model(self) -> keras.Model:
        """The model that the phase trains."""
        return self.models[self.phase.model]

    @property
    def settings(self) -> Any:
        """The objective's own arguments."""
        return self.phase.objective.args

    def compile_arguments(self, name: str | None = None) -> dict[str, Any]:
        """What the `compile` of a model says, made anew, with the phase's learning rate."""
        from specgraph.lower.build import compile_arguments
        from specgraph.lower.scopes import own_names

        graph = self.types[name or self.phase.model].graph
        args = graph.compile
        rate = self.phase.args.learning_rate
        if rate is not None:
            args = replaced(args, optimizer=with_rate(args.optimizer, rate))
        with own_names():  # a metric is called the same in every phase
            return compile_arguments(graph, args)


def batching(context: Context) -> tuple[int, bool]:
    """Examples in one step of `fit`, and whether the last ones, too few for a batch, are left out."""
    phase = context.phase
    module = objective(phase.objective.name)
    size: int = phase.args.batch_size
    if hasattr(module, "batch_size"):
        size = module.batch_size(context)
    fixed = any(fixed_batch(context.types[root].graph) is not None for root in phase.models)
    return size, getattr(module, "WHOLE", False) or fixed


def fixed_batch(graph: Graph) -> int | None:
    """The size of batches where the spec fixes it."""
    types = (graph.nodes[name].type for name in graph.inputs)
    return next((one.batch for one in types if one is not None and isinstance(one.batch, int)), None)


def replaced(record: Any, **values: Any) -> Any:
    """A record with some of its values changed."""
    return type(record).checked({**dict(record.given_values()), **values})


def with_rate(optimizer: Any, rate: Any) -> Any:
    """A named optimizer with another learning rate; that of a loss-scaling one is its inner one's."""
    if not isinstance(optimizer, Named):
        from specgraph.objects.optimizers import OPTIMIZERS

        entry = OPTIMIZERS.find(optimizer)
        empty: Record = entry.args.checked({})
        optimizer = Named(entry.name, empty, None, OPTIMIZERS.module)
    args: Any = optimizer.args
    if optimizer.name == "LossScaleOptimizer":
        made = replaced(args, inner_optimizer=with_rate(args.inner_optimizer, rate))
    else:
        made = replaced(args, learning_rate=rate)
    return optimizer._replace(args=made, alias=None)


def alone(tensors: dict[str, Any]) -> Any:
    """The tensor of a single name, or a list of all of them: a batch as a functional model takes it."""
    listed = list(tensors.values())
    return listed[0] if len(listed) == 1 else tuple(listed)


def objective(name: str) -> Any:
    """The module of an objective."""
    if name not in NAMES:
        raise KeyError(name)
    return import_module(f"specgraph.training.objectives.{name}")
