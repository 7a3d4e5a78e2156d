"""A generator and a discriminator, each trained on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specgraph.infer.adversaries import pairing
from specgraph.lint.activation import last_activation
from specgraph.training.objective import Context

if TYPE_CHECKING:
    import keras

GRADIENT_PENALTY = 10.0
"""Of a wasserstein critic, where the spec does not say (Gulrajani et al. 2017)."""
MONITOR = None
"""No figure tells which epoch made the best examples."""
WHOLE = True
RUN = ("run_eagerly", "steps_per_execution", "jit_compile")
"""Settings of the generator's `compile` that are those of the steps."""


def trainer(context: Context) -> keras.Model:
    """A model around both, whose `fit` takes rounds."""
    from specgraph.training.gan import AdversarialTrainer, Wiring
    from specgraph.training.gan_losses import Game

    settings = context.settings
    names = settings.generator, settings.discriminator
    generator, discriminator = (context.models[name] for name in names)
    types = [context.types[name] for name in names]
    pair = pairing(*types)
    graph = types[0].graph
    shapes = dict(zip(graph.inputs, (tuple(one.shape[1:]) for one in generator.inputs), strict=True))
    wiring = Wiring(
        graph.inputs, types[1].graph.inputs, pair.made, {name: shapes[name] for name in pair.noise}
    )
    weight = settings.gradient_penalty
    if weight is None:
        weight = GRADIENT_PENALTY if settings.loss == "wasserstein" else 0.0
    sigmoid = last_activation(types[1], types[1].graph.outputs[0]).name == "sigmoid"
    made = AdversarialTrainer(
        generator,
        discriminator,
        wiring,
        Game(settings.loss, sigmoid, settings.label_smoothing),
        gradient_penalty=weight,
        discriminator_steps=settings.discriminator_steps,
        generator_steps=settings.generator_steps,
        seed=context.training.args.seed,
    )
    given = [context.compile_arguments(name) for name in names]
    run = {name: value for name, value in given[0].items() if name in RUN}
    made.compile(*(optimizer(one) for one in given), **run)
    return made


def optimizer(settings: dict[str, Any]) -> Any:
    """The optimizer that compile's arguments name."""
    import keras

    return keras.optimizers.get(settings.get("optimizer", "rmsprop"))


def arrange(inputs: dict[str, Any], targets: dict[str, Any]) -> Any:
    """The discriminator's inputs, by name."""
    return (dict(inputs),)


def batch_size(context: Context) -> int:
    """Examples in a round: a batch for each step of the discriminator."""
    size: int = context.phase.args.batch_size * context.settings.discriminator_steps
    return size


def samples(context: Context, count: int) -> Any:
    """What the generator makes of noise, the same each time: `(count, …)`, or None.

    Conditions count up: the classes of an `index` column in turn, zeros elsewhere.
    """
    import keras

    from specgraph.training.pictures import as_images

    settings = context.settings
    types = context.types[settings.generator]
    pair = pairing(types, context.types[settings.discriminator])
    generator, feed = context.models[settings.generator], context.phase.feed
    given = []
    for i, (name, one) in enumerate(zip(types.graph.inputs, generator.inputs, strict=True)):
        shape = tuple(one.shape[1:])
        if name in pair.noise:
            given.append(keras.random.normal((count, *shape), seed=context.training.args.seed + i))
        elif None in shape:
            return None
        else:
            given.append(condition(shape, one.dtype, feed.fed(name) if feed is not None else None, count))
    made = generator(given if len(given) > 1 else given[0], training=False)
    column = feed.fed(pair.made[0]) if feed is not None else None
    return as_images(keras.tree.flatten(made)[0], column.range if column is not None else None)


def condition(shape: tuple[int, ...], dtype: str, column: Any, count: int) -> Any:
    """Conditions `(count, *shape)` to make examples of: each class in turn."""
    import keras
    import numpy as np

    made = np.zeros((count, *shape))
    classes = column.classes if column is not None else None
    if classes is not None and column.encoding == "index" and shape in ((), (1,)):
        made += (np.arange(count) % classes).reshape((count, *[1] * len(shape)))
    elif classes is not None and column.encoding == "onehot" and shape == (classes,):
        made += np.eye(classes)[np.arange(count) % classes]
    return keras.ops.convert_to_tensor(made, dtype=dtype)
