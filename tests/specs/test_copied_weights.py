"""ResNet-50 and MobileNetV2 as specs give what Keras's own give, their weights copied."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specgraph

SPECS = Path(__file__).parents[2] / "specs"


def by_name(layer: Any) -> tuple[int, ...]:
    """The order in which Keras makes the layers of ResNet-50: in a block, the shortcut first."""
    found = re.fullmatch(r"conv(\d)(?:_block(\d))?(?:_(\d))?_(conv|bn)", layer.name)
    if found is None:
        return (9,)
    stage, block, place, kind = found.groups()
    return int(stage), int(block or 0), int(place or 0), int(kind == "bn")


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("name", "network"), [("resnet50", "ResNet50"), ("mobilenet_v2", "MobileNetV2")])
def test_the_outputs_are_keras_own(name: str, network: str) -> None:
    import keras

    keras.utils.set_random_seed(0)
    theirs = getattr(keras.applications, network)(weights=None, classifier_activation="softmax")
    ours = specgraph.build(SPECS / f"{name}.yaml")
    assert not isinstance(ours, dict)
    sources = [layer for layer in theirs.layers if layer.weights]
    if network == "ResNet50":
        sources.sort(key=by_name)
    analysis = specgraph.analyze(SPECS / f"{name}.yaml")
    order = [one for one in analysis.models[name].graph.nodes if ours.get_layer(one).weights]
    assert len(order) == len(sources)
    for target, source in zip(order, sources, strict=True):
        values = [
            value + 0.01 * np.arange(value.size).reshape(value.shape) / value.size
            for value in source.get_weights()
        ]
        source.set_weights(values)
        ours.get_layer(target).set_weights(values)
    image = np.random.default_rng(0).random((1, 224, 224, 3), dtype="float32")
    np.testing.assert_allclose(ours(image), theirs(image), rtol=1e-4, atol=1e-7)
