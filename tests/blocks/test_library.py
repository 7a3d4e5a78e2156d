"""The shipped blocks: each is built by Keras as it was inferred, with the shapes and counts of its paper."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from specgraph.analysis import Analysis, analyze
from specgraph.infer.walk import ModelTypes
from specgraph.lower.build import lower

BLOCKS = Path(__file__).parents[2] / "specs" / "blocks"
LIBRARIES = sorted(path.stem for path in BLOCKS.glob("*.yaml"))
EXAMPLES = sorted(path.stem for path in (BLOCKS / "examples").glob("*.yaml"))
CONV = 3 * 3
USES: dict[str, tuple[str, str, tuple[int, ...], int]] = {
    # block: input, params, shape of the first output without the batch axis, parameters
    "residual.conv_bn": ("[8, 8, 3]", "{filters: 5, stride: 2}", (4, 4, 5), CONV * 3 * 5 + 4 * 5),
    "residual.bn_relu": ("[8, 8, 3]", "{}", (8, 8, 3), 4 * 3),
    "residual.basic": ("[8, 8, 6]", "{filters: 6}", (8, 8, 6), 2 * (CONV * 6 * 6 + 4 * 6)),
    "residual.bottleneck": ("[8, 8, 8]", "{filters: 2}", (8, 8, 8), 8 * 2 + CONV * 2 * 2 + 2 * 8 + 4 * (2 + 2 + 8)),
    "residual.basic_v2": ("[8, 8, 6]", "{filters: 6}", (8, 8, 6), 2 * (CONV * 6 * 6 + 4 * 6)),
    "residual.bottleneck_v2": ("[8, 8, 8]", "{filters: 2}", (8, 8, 8), 8 * 2 + CONV * 2 * 2 + 2 * 8 + 8 + 4 * (8 + 2 + 2)),
    "squeeze.squeeze_excite": ("[8, 8, 32]", "{channels: 32}", (8, 8, 32), 32 * 2 + 2 + 2 * 32 + 32),
    "squeeze.se_bottleneck": ("[8, 8, 32]", "{filters: 8}", (8, 8, 32), 32 * 8 + CONV * 8 * 8 + 8 * 32 + 4 * (8 + 8 + 32) + 32 * 2 + 2 + 2 * 32 + 32),
    "mobile.conv_bn6": ("[8, 8, 3]", "{filters: 5}", (8, 8, 5), 3 * 5 + 4 * 5),
    "mobile.depthwise": ("[8, 8, 3]", "{stride: 2}", (4, 4, 3), CONV * 3 + 4 * 3),
    "mobile.narrow": ("[8, 8, 3]", "{channels: 3, filters: 5}", (8, 8, 5), 3 * 18 + 4 * 18 + CONV * 18 + 4 * 18 + 18 * 5 + 4 * 5),
    "mobile.inverted_residual": ("[8, 8, 3]", "{channels: 3, filters: 3}", (8, 8, 3), 3 * 18 + 4 * 18 + CONV * 18 + 4 * 18 + 18 * 3 + 4 * 3),
    "unet.convs": ("[8, 8, 3]", "{filters: 4}", (8, 8, 4), CONV * 3 * 4 + 4 + CONV * 4 * 4 + 4),
    "unet.down": ("[8, 8, 3]", "{filters: 4}", (4, 4, 4), CONV * 3 * 4 + 4 + CONV * 4 * 4 + 4),
    "unet.up": ("[4, 4, 8], [8, 8, 4]", "{filters: 4}", (8, 8, 4), 4 * 8 * 4 + 4 + CONV * 8 * 4 + 4 + CONV * 4 * 4 + 4),
    "transformer.embed": ("[5]", "{vocabulary: 9, length: 5, width: 4}", (5, 4), 9 * 4 + 5 * 4),
    "transformer.patch_embed": ("[8, 8, 3]", "{size: 8, patch: 4, width: 6}", (4, 6), 4 * 4 * 3 * 6 + 6 + 4 * 6),
    "transformer.feed_forward": ("[5, 4]", "{width: 4}", (5, 4), 2 * 4 + 4 * 16 + 16 + 16 * 4 + 4),
    "transformer.self_attention": ("[5, 4]", "{width: 4, heads: 2}", (5, 4), 2 * 4 + 4 * (4 * 4 + 4)),
    "transformer.cross_attention": ("[5, 4], [7, 4]", "{width: 4, heads: 2}", (5, 4), 2 * 4 + 4 * (4 * 4 + 4)),
    "transformer.encoder": ("[5, 4]", "{width: 4, heads: 2}", (5, 4), 2 * 8 + 4 * 20 + 4 * 16 + 16 + 16 * 4 + 4),
    "transformer.decoder": ("[5, 4], [7, 4]", "{width: 4, heads: 2}", (5, 4), 3 * 8 + 8 * 20 + 4 * 16 + 16 + 16 * 4 + 4),
    "segmentation.aspp": ("[16, 16, 8]", "{filters: 4, rates: [1, 2, 3]}", (16, 16, 4), 2 * 8 * 4 + 3 * CONV * 8 * 4 + 20 * 4 + 6 * 4 * 4),
    "segmentation.spread": ("[1, 1, 4], [8, 8, 3]", "{}", (8, 8, 4), 0),
    "pyramid.fpn": (
        "[32, 32, 3], [16, 16, 4], [8, 8, 5], [4, 4, 6]", "{filters: 7}", (32, 32, 7),
        7 * (3 + 4 + 5 + 6) + 4 * 7 + 4 * (CONV * 7 * 7 + 7),
    ),
    "pyramid.merge": ("[4, 4, 7], [8, 8, 3]", "{filters: 7}", (8, 8, 7), 3 * 7 + 7),
}  # fmt: skip
OTHER_SHAPES = {
    "residual.basic": ("[8, 8, 3]", "{filters: 6, stride: 2, project: true}", (4, 4, 6)),
    "residual.bottleneck": ("[8, 8, 3]", "{filters: 2, stride: 2, project: true, bias: true}", (4, 4, 8)),
    "residual.basic_v2": ("[8, 8, 3]", "{filters: 6, stride: 2, project: true}", (4, 4, 6)),
    "residual.bottleneck_v2": ("[8, 8, 8]", "{filters: 2, stride: 2}", (4, 4, 8)),
    "squeeze.se_bottleneck": ("[8, 8, 3]", "{filters: 8, stride: 2, project: true, ratio: 4}", (4, 4, 32)),
    "mobile.inverted_residual": (
        "[8, 8, 3]",
        "{channels: 3, filters: 5, stride: 2, expansion: 1}",
        (4, 4, 5),
    ),
    "transformer.patch_embed": ("[8, 8, 3]", "{size: 8, patch: 4, width: 6, class_token: true}", (5, 6)),
    "transformer.encoder": ("[5, 4]", "{width: 4, heads: 2, hidden: 3, dropout: 0.5, causal: true}", (5, 4)),
}
"""The same blocks with other params."""


def use(block: str, shapes: str, params: str) -> str:
    """A spec with one use of a block."""
    library, name = block.split(".")
    sizes = re.findall(r"\[.*?\]", shapes)
    inputs = ", ".join(
        f"x{i}: {size if name != 'embed' else f'{{shape: {size}, dtype: int32}}'}"
        for i, size in enumerate(sizes)
    )
    reads = ", ".join(f"x{i}" for i in range(len(sizes)))
    item = f"{{name: one, from: [{reads}], {params[1:]}"
    outputs = {
        "unet.down": "outputs: [one.0, one.1]\n",
        "pyramid.fpn": "outputs: [one.0, one.1, one.2, one.3]\n",
    }.get(block, "")
    return f"specgraph: 1\n{outputs}imports: {{b: 'specgraph:{library}'}}\ninputs: {{{inputs}}}\nlayers:\n  - b.{name}: {item}\n"


def built(analysis: Analysis) -> tuple[ModelTypes, Any]:
    """The only model and what Keras builds of it; they say the same."""
    assert not analysis.diagnostics, [one.message for one in analysis.diagnostics]
    [(name, model)] = analysis.models.items()
    made = lower(analysis.models)[name]
    trainable, frozen = model.parameters()
    assert made.count_params() == trainable + frozen
    assert sum(int(np.prod(one.shape)) for one in made.trainable_weights) == trainable
    for (path, output), tensor in zip([ref[:2] for ref in model.graph.outputs], made.outputs, strict=True):
        found = model.types[path][output]
        assert tuple(dim if isinstance(dim, int) else None for dim in found.shape) == tensor.shape
    return model, made


def test_every_block_is_tried() -> None:
    known = {f"{library}.{name}" for library in LIBRARIES for name in blocks(library)}
    assert known == set(USES)


def blocks(library: str) -> list[str]:
    module = analyze(BLOCKS / f"{library}.yaml").module
    assert module is not None
    return [name for name in module.home.blocks if "." not in name]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("block", USES)
def test_a_block_is_what_keras_builds(block: str) -> None:
    shapes, params, expected, count = USES[block]
    model, made = built(analyze(use(block, shapes, params)))
    assert made.outputs[0].shape == (None, *expected)
    assert sum(model.parameters()) == count
    if block in OTHER_SHAPES:
        shapes, params, expected = OTHER_SHAPES[block]
        _, made = built(analyze(use(block, shapes, params)))
        assert made.outputs[0].shape == (None, *expected)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_keras_builds(name: str) -> None:
    """With what it asserts of itself."""
    _, made = built(analyze(BLOCKS / "examples" / f"{name}.yaml"))
    assert len((BLOCKS / "examples" / f"{name}.yaml").read_text().splitlines()) <= 50
    small = [np.zeros((1, *(dim or 8 for dim in one.shape[1:])), one.dtype) for one in made.inputs]
    made.predict(small, verbose=0)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        # torchvision's DeepLabv3 on ResNet-50 has 42,004,074: its backbone, two heads, and this
        (use("segmentation.aspp", "[28, 28, 2048]", "{rates: [12, 24, 36]}"), 15_535_104),
        # and its pyramid for detection
        (use("pyramid.fpn", "[64, 64, 256], [32, 32, 512], [16, 16, 1024], [8, 8, 2048]", "{}"), 3_344_384),
    ],
)
def test_the_published_counts(text: str, count: int) -> None:
    [model] = analyze(text).models.values()
    assert model.parameters()[0] == count


def test_squeeze_and_excitation_adds_what_its_paper_says() -> None:
    """Hu et al. 2017, section 4: 2.5 million parameters more than ResNet-50."""
    parts = [(256, 3), (512, 4), (1024, 6), (2048, 3)]
    counts = [
        depth * model.parameters()[0]
        for channels, depth in parts
        for model in analyze(
            use("squeeze.squeeze_excite", f"[7, 7, {channels}]", f"{{channels: {channels}}}")
        ).models.values()
    ]
    assert sum(counts) == 2_530_992


@pytest.mark.filterwarnings("default")
def test_resnet50_v2_gives_what_keras_own_gives() -> None:
    import keras

    keras.utils.set_random_seed(0)
    theirs = keras.applications.ResNet50V2(weights=None, input_shape=(64, 64, 3))
    text = (BLOCKS / "examples" / "resnet50_v2.yaml").read_text().replace("[224, 224, 3]", "[64, 64, 3]")
    model, ours = built(analyze(text))
    order = [one for one in model.graph.nodes if ours.get_layer(one).weights]
    sources = [layer for layer in theirs.layers if layer.weights]
    assert len(order) == len(sources)
    sources.sort(key=_place)
    for target, source in zip(order, sources, strict=True):
        values = [
            value + 0.01 * np.arange(value.size).reshape(value.shape) / value.size
            for value in source.get_weights()
        ]
        source.set_weights(values)
        ours.get_layer(target).set_weights(values)
    image = np.random.default_rng(0).random((2, 64, 64, 3), dtype="float32")
    np.testing.assert_allclose(ours(image), theirs(image), rtol=1e-4, atol=1e-7)


def _place(layer: Any) -> tuple[int, ...]:
    """The order of the layers in a spec: in a block the shortcut comes behind what both ways read."""
    found = re.fullmatch(r"conv(\d)(?:_block(\d))?(?:_(preact|\d))?_(conv|bn)", layer.name)
    if found is None:
        return (9, int(layer.name == "predictions"))
    stage, block, place, kind = found.groups()
    return int(stage), int(block or 0), -1 if place == "preact" else int(place or 0), int(kind == "bn")
