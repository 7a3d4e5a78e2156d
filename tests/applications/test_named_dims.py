"""Images of named sizes: with numbers in their place, what comes out is what comes out of the numbers."""

from __future__ import annotations

import pytest

from specgraph.applications import APPLICATIONS
from specgraph.applications.base import Application
from specgraph.applications.inside import Inside
from specgraph.ir.dim import named, substitute
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject

OPEN = [name for name in APPLICATIONS if not name.startswith("NASNet")]
BY_PARITY = ("MobileNetV2", "MobileNetV3", "EfficientNetB")
"""Keras pads these by whether the sizes are even, and takes those it does not know for even."""


def inside(name: str, *shape: int | str, **given: object) -> Inside:
    row = APPLICATIONS[name]
    assert isinstance(row, Application)
    args = row.args(**{"include_top": False, "weights": None, **given})
    return row.inside(args, TensorType(tuple(named(one) if isinstance(one, str) else one for one in shape)))


@pytest.mark.parametrize("name", OPEN)
def test_numbers_in_the_place_of_names(name: str) -> None:
    open_net = inside(name, "batch", "H", "W", 3)
    sizes = (128, 96) if name.startswith(BY_PARITY) else (101, 90)
    net = inside(name, "batch", *sizes, 3)
    values = dict(zip("HW", sizes, strict=True))
    for node in open_net.ordered():
        found = tuple(substitute(dim, values) for dim in node.type.shape)
        assert found == net.nodes[node.name].type.shape, node.name
    assert list(open_net.weights()) == list(net.weights())


@pytest.mark.parametrize("name", OPEN)
def test_what_is_added_inside_always_fits(name: str) -> None:
    net = inside(name, "batch", "H", "W", 3)
    assert {one.reject.rule for one in net.conditions} <= {"window-too-large"}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("VGG16", "H//32"),
        ("ResNet50", "(H + 31)//32"),
        ("ResNet50V2", "(H + 31)//32"),
        ("MobileNetV2", "(H + 1)//32"),
        ("ConvNeXtTiny", "H//32"),
    ],
)
def test_the_size_in_words(name: str, size: str) -> None:
    assert str(inside(name, "batch", "H", 64, 3).output.type.shape[1]) == size


def test_nasnet_wants_a_size() -> None:
    with pytest.raises(Reject, match="halves the earlier") as caught:
        inside("NASNetMobile", "batch", "H", "W", 3)
    assert caught.value.rule == "fails-when-run"


def test_nasnet_says_for_which_heights_a_known_width_will_do() -> None:
    net = inside("NASNetMobile", "batch", "H", 65, 3)
    assert "divisibility" in {one.reject.rule for one in net.conditions}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_later_sizes_are_worked_out_as_the_first_is(name: str) -> None:
    row = APPLICATIONS[name]
    assert isinstance(row, Application)
    for given in ({"include_top": False}, {"include_top": True, "pooling": "avg", "classes": 2}):
        args = row.args(weights=None, **given)
        for size in (row.images.least + 30, row.images.least, row.images.least + 65):
            image = TensorType((named("batch"), size, size + 1, 3))
            made, net = row.outcome(args, image), row.inside(args, image)
            assert made.type == net.output.type
            assert made.weights == tuple(net.weights())
            assert made.layers == len(net.nodes) - 1
