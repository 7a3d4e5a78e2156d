"""Outputs towards the inputs and latent values towards a normal: the evidence lower bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specgraph.training.objective import Context, alone

if TYPE_CHECKING:
    import keras


def trainer(context: Context) -> keras.Model:
    """A model around the one that is trained, which adds the weighted KL terms."""
    from specgraph.training.elbo import ElboTrainer

    settings = context.settings
    warm_up = round(settings.warm_up * context.steps)
    made = ElboTrainer(context.model, settings.kl_weight, warm_up)
    made.compile(**context.compile_arguments())
    return made


def arrange(inputs: dict[str, Any], targets: dict[str, Any]) -> Any:
    """Inputs in the model's order, twice."""
    return alone(inputs), alone(inputs)


def samples(context: Context, count: int) -> Any:
    """What is decoded of values from the prior, the same values each time: `(count, …)`, or None."""
    from specgraph.training.pictures import blank

    inputs = blank(context.model, count)
    seed = context.training.args.seed
    return None if inputs is None else _images(context, drawn(context.model, inputs, seed))


def drawn(model: keras.Model, inputs: Any, seed: int) -> Any:
    """What a model makes of values from the prior; of the inputs only how many they are matters."""
    from specgraph.lower.sampling import from_prior

    with from_prior(seed):
        return model(inputs, training=False)


def restored(context: Context, inputs: dict[str, Any]) -> Any:
    """Examples, and below them what the model makes of their means; or None."""
    import numpy as np

    from specgraph.lower.sampling import at_mean

    given = list(inputs.values())
    with at_mean():
        made = context.model(given if len(given) > 1 else given[0], training=False)
    pair = [_images(context, one) for one in (given[0], made)]
    return None if any(one is None for one in pair) else np.concatenate(pair)


def _images(context: Context, values: Any) -> Any:
    """Of the first output, in the bounds of the first input's data."""
    import keras

    from specgraph.training.pictures import as_images

    feed = context.phase.feed
    column = feed.fed(context.types[context.phase.model].graph.inputs[0]) if feed is not None else None
    return as_images(keras.tree.flatten(values)[0], column.range if column is not None else None)
