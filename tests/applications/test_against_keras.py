"""Every application node for node against the one that the installed Keras builds.

A few by default; all, at three sizes and with every kind of end, with SPECGRAPH_FUZZ=long.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import pytest

from specgraph.applications import APPLICATIONS
from specgraph.applications.base import Application
from specgraph.applications.inside import Inner, Inside
from specgraph.ir.dim import named
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.spec.catalog import Named

LONG = os.environ.get("SPECGRAPH_FUZZ") == "long"
BATCH = named("batch")
OTHER_NAMES = {"swish": "silu", "hard_swish": "hard_silu", None: "linear"}
"""Activations that Keras calls otherwise in a config."""

pytestmark = pytest.mark.filterwarnings("default")

Case = tuple[str, tuple[Any, ...], dict[str, Any]]


def rows() -> list[Application[Any]]:
    found = [APPLICATIONS[name] for name in APPLICATIONS]
    return [row for row in found if isinstance(row, Application)]


def sizes(row: Application[Any]) -> tuple[tuple[int, int], ...]:
    """The least, the one that was trained, and one that is odd and no square."""
    least, trained = row.images.least, max(row.images.trained, default=224)
    return ((least, least), (trained, trained), (least + 37, least + 52))


def all_cases() -> Iterator[Case]:
    """Three sizes with the top and without, and open sizes."""
    for row in rows():
        for size in sizes(row):
            yield row.name, (*size, 3), {}
            yield row.name, (*size, 1), {"include_top": False, "pooling": "avg"}
            yield row.name, (*size, 3), {"include_top": False, "pooling": "max"}
        if not row.name.startswith("NASNet"):
            yield row.name, (None, None, 3), {"include_top": False}
            yield row.name, (None, row.images.least + 10, 3), {"include_top": False}


FEW: tuple[Case, ...] = (
    ("VGG16", (48, 33, 3), {"include_top": False, "pooling": "max"}),
    ("VGG19", (32, 32, 3), {"classes": 10}),
    ("ResNet50", (None, None, 3), {"include_top": False}),
    ("ResNet50V2", (65, 40, 1), {"include_top": False, "pooling": "avg"}),
    ("DenseNet121", (32, 32, 3), {"classes": 3, "classifier_activation": None}),
    ("MobileNet", (61, 32, 3), {"alpha": 0.3, "depth_multiplier": 2, "dropout": 0.5}),
    ("MobileNet", (None, 33, 2), {"include_top": False, "pooling": "avg"}),
    ("MobileNetV2", (33, 64, 3), {"alpha": 1.35}),
    ("MobileNetV2", (None, None, 3), {"alpha": 0.35, "include_top": False}),
    ("MobileNetV3Small", (None, None, 3), {"alpha": 1.5, "dropout_rate": 0.0}),
    ("MobileNetV3Small", (41, 32, 3), {"minimalistic": True, "include_preprocessing": False}),
    ("MobileNetV3Large", (32, 57, 4), {"include_top": False, "pooling": "max"}),
    ("EfficientNetB0", (33, 64, 3), {"classes": 5}),
    ("EfficientNetB1", (None, None, 3), {"include_top": False}),
    ("EfficientNetV2B0", (32, 32, 3), {"classes": 2, "classifier_activation": "sigmoid"}),
    ("EfficientNetV2B1", (32, 32, 1), {"include_top": False, "include_preprocessing": False}),
    ("ConvNeXtTiny", (32, 37, 3), {"classes": 7}),
    ("ConvNeXtTiny", (45, 32, 1), {"include_top": False, "pooling": "avg"}),
    ("InceptionV3", (75, 90, 3), {"include_top": False, "pooling": "avg"}),
    ("Xception", (71, 71, 3), {"classes": 4}),
    ("NASNetMobile", (65, 64, 3), {"include_top": False}),
)
ARGUMENTS: tuple[Case, ...] = (
    *(("MobileNet", (32, 32, 3), {"alpha": alpha}) for alpha in (0.04, 0.25, 1.0, 3.0)),
    *(("MobileNetV2", (32, 32, 3), {"alpha": alpha}) for alpha in (0.01, 0.35, 0.5, 1.3, 2.0)),
    *((f"MobileNetV3{size}", (32, 32, 3), {"alpha": alpha, "minimalistic": alpha < 1}) for size in ("Small", "Large") for alpha in (0.1, 0.75, 1.0, 1.7)),
    ("EfficientNetV2S", (64, 64, 1), {}),
    ("EfficientNetV2B3", (64, 64, 3), {"include_preprocessing": False}),
    ("ConvNeXtSmall", (64, 64, 3), {"include_preprocessing": False, "include_top": False}),
    ("NASNetMobile", (None, 65, 3), {"include_top": False}),
    ("NASNetLarge", (97, 129, 3), {"include_top": False}),
)  # fmt: skip
CASES = (*all_cases(), *ARGUMENTS, *FEW) if LONG else FEW


def image(shape: tuple[Any, ...]) -> TensorType:
    dims = [size if size is not None else named("HWC"[i]) for i, size in enumerate(shape)]
    return TensorType((BATCH, *dims))


def ours(case: Case) -> Inside:
    name, shape, given = case
    row = APPLICATIONS[name]
    assert isinstance(row, Application)
    return row.inside(row.args(weights=None, **given), image(shape))


def theirs(case: Case, policy: str = "float32") -> Any:
    """The model with variables that have shapes only, named as in a fresh process."""
    name, shape, given = case
    keras.utils.clear_session(free_memory=False)
    keras.config.set_dtype_policy(policy)
    try:
        with keras.StatelessScope(initialize_variables=False):
            return getattr(keras.applications, name)(weights=None, input_shape=shape, **given)
    finally:
        keras.config.set_dtype_policy("float32")
        keras.src.backend.common.global_state.set_global_attribute("uninitialized_variables", [])


def operations(model: Any) -> Iterator[tuple[str, Any, Any]]:
    """Name, operation and output; a `Sequential` gives way to its layers."""
    for one in model.operations:
        if isinstance(one, keras.Sequential):
            yield from ((layer.name, layer, layer.output) for layer in one.layers)
        else:
            yield one.name, one, one.output


def known(dims: tuple[object, ...]) -> tuple[int | None, ...]:
    return tuple(dim if isinstance(dim, int) else None for dim in dims)


def plain(value: Any) -> Any:
    """A value of an argument, ours or of a config, in one form for both."""
    if isinstance(value, Named):
        return value.name, value.args.as_dict()
    if isinstance(value, dict) and "class_name" in value:
        return value["class_name"], value["config"]
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value)
    return OTHER_NAMES.get(value, value)


def alike(ours: Any, theirs: Any) -> bool:
    ours, theirs = plain(ours), plain(theirs)
    if isinstance(ours, int | float) and isinstance(theirs, tuple):
        return all(alike(ours, one) for one in theirs)
    if isinstance(ours, str) and isinstance(theirs, tuple):  # an initializer by its default's name
        return ours.replace("_", "") == theirs[0].lower()
    return bool(ours == theirs)


def check_arguments(node: Inner, operation: Any) -> None:
    assert node.made is not None
    if not isinstance(operation, keras.layers.Layer):
        return
    config = operation.get_config()
    for name, value in node.made.args.as_dict().items():
        if name in config and name not in ("data_format", "strides", "axis"):
            assert alike(value, config[name]), (node.name, name, value, config[name])
    strides = getattr(node.made.args, "strides", None)
    if strides is not None:
        assert alike(strides, config["strides"]), node.name


def check(net: Inside, model: Any) -> None:
    nodes = net.ordered()
    found = list(operations(model))
    assert [node.name for node in nodes] == [name for name, _, _ in found]
    for node, (name, operation, output) in zip(nodes, found, strict=True):
        assert known(node.type.shape) == tuple(output.shape), name
        assert node.type.dtype == output.dtype, name
        if node.made is not None:
            assert node.made.row.keras_name == type(operation).__name__, name
            check_arguments(node, operation)
    weights = list(net.weights())
    assert [(one.name, one.shape, one.trainable) for one in weights] == [
        (one.path, tuple(one.shape), one.trainable) for one in model.weights
    ]
    assert net.output is nodes[-1]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_inside_is_that_of_keras(case: Case) -> None:
    check(ours(case), theirs(case))


def test_under_a_policy() -> None:
    case: Case = ("MobileNet", (32, 32, 3), {"alpha": 0.25})
    row = APPLICATIONS["MobileNet"]
    assert isinstance(row, Application)
    model = theirs(case, "mixed_float16")
    net = row.inside(row.args(weights=None, **case[2]), image(case[1]), "mixed_float16")
    check(net, model)
    assert {one.dtype for one in net.weights()} == {"float32"} == {one.dtype for one in model.weights}


REFUSED: tuple[Case, ...] = (
    ("VGG16", (31, 64, 3), {}),
    ("VGG16", (None, 20, 3), {"include_top": False}),
    ("VGG16", (64, 64, None), {"include_top": False}),
    ("VGG16", (None, 64, 3), {}),
    ("VGG16", (64, 64, 3), {"classes": 9, "weights": "imagenet"}),
    ("VGG16", (64, 64, 3), {"weights": "imagenet"}),
    ("VGG16", (224, 224, 3), {"classifier_activation": "relu", "weights": "imagenet"}),
    ("ResNet50", (64, 64, 1), {"include_top": False, "weights": "imagenet"}),
    ("Xception", (70, 80, 3), {"include_top": False}),
    ("InceptionV3", (80, 74, 3), {"include_top": False}),
    ("InceptionResNetV2", (74, 75, 3), {"include_top": False}),
    ("MobileNet", (160, 192, 3), {"weights": "imagenet"}),
    ("MobileNet", (64, 64, 3), {"include_top": False, "weights": "imagenet", "alpha": 0.6}),
    ("MobileNet", (64, 64, 3), {"include_top": False, "weights": "imagenet", "depth_multiplier": 2}),
    ("MobileNet", (64, 64, 3), {"alpha": 0.01}),
    ("MobileNetV2", (64, 64, 3), {"include_top": False, "weights": "imagenet", "alpha": 0.25}),
    ("MobileNetV2", (64, None, 3), {"include_top": False}),
    ("MobileNetV3Small", (31, 64, 3), {}),
    ("MobileNetV3Small", (64, None, 3), {}),
    ("MobileNetV3Small", (64, 64, 3), {"weights": "imagenet", "alpha": 0.75, "minimalistic": True}),
    ("MobileNetV3Large", (64, 64, 3), {"weights": "imagenet", "alpha": 0.5}),
    ("EfficientNetB0", (64, None, 3), {"include_top": False}),
    ("EfficientNetB1", (224, 224, 3), {"weights": "imagenet"}),
    ("NASNetMobile", (None, 64, 3), {"include_top": False}),
    ("NASNetMobile", (None, 65, 3), {"include_top": False, "weights": "imagenet"}),
    ("NASNetLarge", (224, 224, 3), {"weights": "imagenet"}),
)


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_keras_refuses_is_refused(case: Case) -> None:
    name, shape, given = case
    row = APPLICATIONS[name]
    assert isinstance(row, Application)
    with pytest.raises(Reject):
        row.inside(row.args(**{"weights": None, **given}), image(shape))
    with pytest.raises((ValueError, TypeError)), keras.StatelessScope(initialize_variables=False):
        getattr(keras.applications, name)(**{"weights": None, "input_shape": shape, **given})


DRAWN: dict[str, tuple[Any, ...]] = {
    "include_top": (False, False, True),
    "pooling": (None, "avg", "max"),
    "classes": (1, 7),
    "classifier_activation": (None, "softmax", "relu"),
    "alpha": (0.02, 0.35, 0.77, 1.0, 1.91),
    "depth_multiplier": (1, 3),
    "dropout": (0.0, 0.4),
    "dropout_rate": (0.0, 0.4),
    "minimalistic": (False, True),
    "include_preprocessing": (False, True),
}


@pytest.mark.skipif(not LONG, reason="the long run")
@pytest.mark.parametrize("name", APPLICATIONS)
def test_whatever_is_drawn_is_taken_or_refused_as_by_keras(name: str) -> None:
    row, draw = APPLICATIONS[name], random.Random(name)
    assert isinstance(row, Application)
    least = row.images.least
    for _ in range(8):
        shape = tuple(draw.choice((None, least - 1, least, least + 1, least + 9)) for _ in range(2))
        given = {field: draw.choice(DRAWN[field]) for field in row.args.fields() if field != "weights"}
        case = (name, (*shape, draw.choice((1, 3))), given)
        try:
            net = ours(case)
        except Reject as reject:
            if reject.rule != "fails-when-run":
                with pytest.raises((ValueError, TypeError)):
                    theirs(case)
        else:
            check(net, theirs(case))


@pytest.mark.skipif(not LONG, reason="the long run")
@pytest.mark.parametrize("height", range(64, 70))
def test_heights_for_which_nasnet_is_said_to_work(height: int) -> None:
    """Of a width of 65: the golden text is tests/cases/applications/nasnet_of_open_height.txt."""
    model = keras.applications.NASNetMobile(weights=None, include_top=False, input_shape=(None, 65, 3))
    if height % 32 in (1, 2, 3, 4):
        model(keras.ops.zeros((1, height, 65, 3)))
    else:
        with pytest.raises(Exception, match=r"[Ii]ncompatible|broadcast"):
            model(keras.ops.zeros((1, height, 65, 3)))
