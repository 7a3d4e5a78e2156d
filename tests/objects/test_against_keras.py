"""Every entry with random legal arguments: Keras makes the thing, or refuses what we refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specgraph.lower.values import to_keras
from specgraph.objects.callbacks import CALLBACKS
from specgraph.objects.constraints import CONSTRAINTS
from specgraph.objects.initializers import INITIALIZERS
from specgraph.objects.losses import LOSSES
from specgraph.objects.metrics import METRICS
from specgraph.objects.optimizers import OPTIMIZERS
from specgraph.objects.regularizers import REGULARIZERS
from specgraph.objects.schedules import SCHEDULES
from specgraph.spec.catalog import Catalog, Entry, Named, OneOf
from specgraph.spec.kinds import Bad
from specgraph.testing.profile import examples
from specgraph.testing.strategies import drawn
from specgraph.testing.values import fields_of

pytestmark = pytest.mark.filterwarnings("ignore")

CATALOGS = (INITIALIZERS, REGULARIZERS, CONSTRAINTS, OPTIMIZERS, SCHEDULES, LOSSES, METRICS, CALLBACKS)
ENTRIES = [
    pytest.param(catalog, entry, id=f"{catalog.module}-{entry.name}")
    for catalog in CATALOGS
    for entry in catalog.entries
]


def check(catalog: Catalog, name: str, arguments: dict[str, Any]) -> Named:
    return OneOf("", lambda: catalog).check({name: arguments})


@pytest.mark.parametrize(("catalog", "entry"), ENTRIES)
@settings(
    max_examples=examples(10),
    deadline=None,
    derandomize=examples(10) == 10,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_keras_makes_what_is_legal(catalog: Catalog, entry: Entry, data: st.DataObject) -> None:
    arguments = data.draw(drawn(fields_of(entry.args.fields().values(), 5)))
    try:
        named = check(catalog, entry.name, arguments)
    except Bad as bad:
        if len(bad.path) != 2:
            return  # a schedule in an optimizer, which has its own turn
        # Each value is legal: they do not go together, which Keras must find, too.
        unchecked = {name: entry.args.fields()[name].kind.check(value) for name, value in arguments.items()}
        with pytest.raises(ValueError):
            to_keras(Named(entry.name, entry.args.checked(unchecked), module=catalog.module))
    else:
        assert type(to_keras(named)).__name__ == entry.name


WRONG = [
    (OPTIMIZERS, "SGD", {"clipnorm": 1.0, "clipvalue": 1.0}, "clipvalue"),
    (SCHEDULES, "PiecewiseConstantDecay", {"boundaries": [1, 2], "values": [1.0, 2.0]}, "values"),
    (METRICS, "AUC", {"num_labels": 3}, "num_labels"),
    (METRICS, "IoU", {"num_classes": 2, "target_class_ids": [2]}, "target_class_ids"),
    (METRICS, "OneHotIoU", {"num_classes": 2, "target_class_ids": [0, 5]}, "target_class_ids"),
    (INITIALIZERS, "HeNormal", {"input_axes": 0, "output_axes": 1}, "input_axes"),
]
RIGHT = [
    (OPTIMIZERS, "SGD", {"clipnorm": 1.0, "clipvalue": None}),
    (SCHEDULES, "PiecewiseConstantDecay", {"boundaries": [1, 2], "values": [1.0, 2.0, 3.0]}),
    (METRICS, "AUC", {"num_labels": 3, "multi_label": True}),
    (METRICS, "IoU", {"num_classes": 3, "target_class_ids": [2]}),
    (METRICS, "OneHotIoU", {"num_classes": 6, "target_class_ids": [0, 5]}),
    (INITIALIZERS, "HeNormal", {"input_axes": [0], "output_axes": [1]}),
]


@pytest.mark.parametrize(("catalog", "name", "arguments", "fault"), WRONG)
def test_values_that_do_not_go_together(
    catalog: Catalog, name: str, arguments: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Bad) as caught:
        check(catalog, name, arguments)
    assert caught.value.path == (name, fault)


@pytest.mark.parametrize(("catalog", "name", "arguments"), RIGHT)
def test_values_that_go_together(catalog: Catalog, name: str, arguments: dict[str, Any]) -> None:
    assert to_keras(check(catalog, name, arguments)) is not None
