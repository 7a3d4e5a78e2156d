"""`adapt`, before training: what layers must know of the data is found there, and written into the spec.

What is trained is then a spec that lacks nothing, and its run keeps it, for whoever asks the model later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from specgraph.analysis import Analysis, analyze_source
from specgraph.data.source import Place
from specgraph.graph.train import fed
from specgraph.infer.adapting import Site, fed_models, sites
from specgraph.ir.training import Phase, Training
from specgraph.source import Source

from .errors import TrainError
from .phases import load
from .plan import Settings, settled
from .refusals import told

if TYPE_CHECKING:
    from .batches import Examples

BATCH_SIZE = 256


def adapted(analysis: Analysis, place: Place, settings: Settings, say: Callable[[str], None]) -> Analysis:
    """The analysis of the spec with all that layers must know of data; `TrainError` where these lack it."""
    while True:
        training = settled(analysis, settings)
        found = _next(analysis, training)
        if found is None:
            return analysis
        fed_by, places = found
        node = places[0].node
        with told(f"layer `{node.name}`"):
            learnt, words = _learn(analysis, training, fed_by, places, place, settings)
        say(f"adapted `{node.name}`: {words}")
        analysis = _again(analysis, place, places[0].layer, learnt)


def _next(analysis: Analysis, training: Training) -> tuple[str, list[Site]] | None:
    """The first layer that must be adapted and depends on no other one, with all places where it is used."""
    assert analysis.document is not None
    for name in fed_models(training, analysis.document.graphs):
        found = list(sites(name, analysis.all_models))
        if found:
            return name, [one for one in found if one.layer == found[0].layer]
    return None


def _learn(
    analysis: Analysis,
    training: Training,
    name: str,
    places: Sequence[Site],
    place: Place,
    settings: Settings,
) -> tuple[dict[str, Any], str]:
    """The arguments that the data tell, and what they are in words."""
    from specgraph.lower.layer import make_layer

    site = places[0]
    model = analysis.all_models[site.model]
    ref = site.node.inputs[0]
    type_ = model.types[ref.node][ref.output]
    shape = tuple(one if isinstance(one, int) else None for one in type_.shape[1:])
    assert site.node.args is not None
    layer = make_layer(site.node.row, site.node.args, shape, policy=site.node.dtype, name=site.node.name)
    data = load(
        _phase(analysis, training, name),
        training.validation,
        training.args.seed,
        place,
        analysis.all_models,
        settings.data,
    ).train
    layer.adapt(_values(analysis, name, places, data, place.limits.data_bytes))
    return LEARNERS[site.node.target](layer, site)


def _phase(analysis: Analysis, training: Training, name: str) -> Phase:
    """The first phase whose data go into a model."""
    assert analysis.document is not None
    graphs = analysis.document.graphs
    return next(one for one in training.phases if fed(one.model, one.objective, graphs).name == name)


def _values(analysis: Analysis, name: str, places: Sequence[Site], data: Examples, limit: int) -> Any:
    """What comes to a layer, at all places, of all examples trained on: a dataset of batches, or an array."""
    import keras
    import tensorflow as tf

    from specgraph.lower.cone import lower_above

    made: Any = None
    arrays: list[Any] = []
    for site in places:
        model = lower_above(analysis.all_models, name, site.path)
        names = [one.name for one in model.inputs]
        batches = data.batches(BATCH_SIZE, arrange=lambda inputs, targets: inputs)
        direct = next((i for i, one in enumerate(model.inputs) if one is model.outputs[0]), None)
        if direct is not None:
            part = batches.map(lambda inputs, name=names[direct]: inputs[name])
        elif keras.backend.backend() == "tensorflow":
            part = batches.map(lambda inputs, model=model, names=names: model(_given(inputs, names)))
        else:
            arrays += _arrays(model, names, batches, limit)
            continue
        made = part if made is None else made.concatenate(part)
    if arrays:
        import numpy as np

        rest = [] if made is None else list(made.as_numpy_iterator())
        return np.concatenate([*rest, *arrays])
    return made.prefetch(tf.data.AUTOTUNE)


def _given(inputs: dict[str, Any], names: Sequence[str]) -> Any:
    """Inputs as Keras takes them: a tensor alone, or a list."""
    return inputs[names[0]] if len(names) == 1 else [inputs[one] for one in names]


def _arrays(model: Any, names: Sequence[str], batches: Any, limit: int) -> Iterator[Any]:
    """The same on a backend that does not run within `tf.data`."""
    import numpy as np

    size = 0
    for inputs in batches.as_numpy_iterator():
        made = np.asarray(model(_given(inputs, names)))
        size += made.nbytes
        if size > limit:
            message = f"what comes to it takes more than {limit:,} bytes of memory"
            raise TrainError(message, help="KERAS_BACKEND=tensorflow reads it piece by piece")
        yield made


def _again(analysis: Analysis, place: Place, key: tuple[str, str], learnt: dict[str, Any]) -> Analysis:
    """The analysis of the spec with what was learnt."""
    from specgraph.report.expand import expand

    text = expand(analysis, learnt={key: learnt})
    source = Source(text, analysis.source.name, analysis.source.path)
    raised = place.limits._replace(
        file_bytes=max(place.limits.file_bytes, len(text.encode())),
        nodes=max(place.limits.nodes, len(text)),
        expanded_nodes=max(place.limits.expanded_nodes, len(text)),
    )
    made = analyze_source(source, limits=raised, root=place.root, plugins=place.plugins, place=place)
    if not made.ok:
        wrong = next(one for one in made.diagnostics if one.severity == "error")
        message = f"with what `{key[1]}` was adapted to, the spec is at fault: {wrong.message}"
        raise TrainError(message, help=wrong.help)
    return made


def _statistics(layer: Any, site: Site) -> tuple[dict[str, Any], str]:
    import keras
    import numpy as np

    found = {}
    for name in ("mean", "variance"):
        values = np.asarray(keras.ops.convert_to_numpy(getattr(layer, f"adapt_{name}")), "float32")
        if not np.isfinite(values).all():
            raise TrainError(f"the {name} of what comes to `{site.node.name}` is not finite")
        found[name] = values.tolist()
    many = np.size(found["mean"])
    return found, f"mean and variance of {many:,} feature{'s' * (many != 1)}"


def _bounds(layer: Any, site: Site) -> tuple[dict[str, Any], str]:
    found = [float(one) for one in layer.bin_boundaries]
    if not found:
        raise TrainError(f"what comes to `{site.node.name}` is too alike to be sorted into bins")
    return {"bin_boundaries": found, "num_bins": None}, f"{len(found) + 1:,} bins"


def _vocabulary(layer: Any, site: Site) -> tuple[dict[str, Any], str]:
    tokens = layer.get_vocabulary(include_special_tokens=False)
    words = [str(one) if isinstance(one, str) else int(one) for one in tokens]
    if not words:
        raise TrainError(f"no token comes to `{site.node.name}`")
    found: dict[str, Any] = {"vocabulary": words}
    args: Any = site.node.args
    if args.output_mode == "tf_idf":
        inner = getattr(layer, "_lookup_layer", layer)
        first = len(layer.get_vocabulary()) - len(words)
        found["idf_weights"] = [float(one) for one in inner.idf_weights.numpy()[first : first + len(words)]]
    return found, f"a vocabulary of {len(words):,} token{'s' * (len(words) != 1)}"


LEARNERS: dict[str, Callable[[Any, Site], tuple[dict[str, Any], str]]] = {
    "Normalization": _statistics,
    "Discretization": _bounds,
    "IntegerLookup": _vocabulary,
    "StringLookup": _vocabulary,
    "TextVectorization": _vocabulary,
}
