"""What a trained model makes of inputs, and the file that it is written to."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from specgraph.data.source import DataError
from specgraph.ir.graph import Graph

from .batches import examples
from .errors import TrainError
from .evaluation import moments_of
from .inputs import Inputs
from .objective import alone, fixed_batch
from .refusals import told
from .trained import Trained

SUFFIXES = (".npz", ".csv", ".json")
BATCH_SIZE = 32


def predict(trained: Trained, inputs: Inputs, *, batch_size: int | None = None) -> dict[str, Any]:
    """The outputs of a model by name, numpy arrays with the examples along the first axis.

    `TrainError` where the inputs cannot be had.
    """
    graph = trained.analysis.all_models[inputs.model].graph
    with told(f"model `{inputs.model}`", graph.nodes):
        return _predict(trained, inputs, graph, batch_size)


def _predict(trained: Trained, inputs: Inputs, graph: Graph, batch_size: int | None) -> dict[str, Any]:
    moments = moments_of(trained, inputs.like) if inputs.like is not None else None
    try:
        feed, place, arrays = inputs.data
        given = examples(feed, place, given=arrays, moments=moments)[0]
    except DataError as error:
        raise TrainError(error.message, help=error.help) from None
    size = fixed_batch(graph)
    if size is not None and given.count % size:
        message = f"the model takes batches of {size}, which {given.count:,} examples do not fill"
        raise TrainError(message)
    return _run(trained.models[inputs.model], given, graph, size or batch_size or BATCH_SIZE)


def _run(model: Any, given: Any, graph: Graph, batch_size: int) -> dict[str, Any]:
    import keras
    import numpy as np

    batches = given.batches(batch_size, arrange=lambda inputs, targets: (alone(inputs),))
    made = [np.asarray(one) for one in keras.tree.flatten(model.predict(batches, verbose=0))]
    names: dict[str, Any] = {}
    for ref, one in zip(graph.outputs, made, strict=True):
        name = ref.node if ref.node not in names else f"{ref.node}#{ref.output}"
        names[name] = one.astype("float32") if one.dtype.name == "bfloat16" else one
    return names


def write(outputs: Mapping[str, Any], path: Path) -> None:
    """A file of predictions, by its suffix: `.npz`, `.csv` or `.json`.

    A CSV file has a row for each example and a column for each value, `probs.0`, `probs.1`, `map.3.0.1`.
    """
    if path.suffix == ".npz":
        import numpy as np

        with open(path, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, **dict(outputs))
    elif path.suffix == ".csv":
        _write_csv(outputs, path)
    else:
        with open(path, "w", encoding="utf-8") as text:
            json.dump({name: _listed(one) for name, one in outputs.items()}, text, allow_nan=False)
            text.write("\n")


def _listed(array: Any) -> Any:
    """Nested lists; what is no number is null, which JSON has no other word for."""
    import numpy as np

    if array.dtype.kind == "f" and not np.isfinite(array).all():
        array = np.where(np.isfinite(array), array.astype("object"), None)
    listed: list[Any] = array.tolist()
    return listed


def _write_csv(outputs: Mapping[str, Any], path: Path) -> None:
    header = [
        ".".join((name, *map(str, place)))
        for name, one in outputs.items()
        for place in product(*map(range, one.shape[1:]))
    ]
    flat: list[Any] = [one.reshape(len(one), -1) for one in outputs.values()]
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        for i in range(len(flat[0])):
            row: list[Any] = [part[i] for part in flat]
            table.writerow([value for part in row for value in part.tolist()])
