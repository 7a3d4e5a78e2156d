"""Every entry against the installed Keras: the names of its arguments and their defaults."""

from __future__ import annotations

import inspect
from types import ModuleType

import keras
import pytest

from specgraph.objects.constraints import CONSTRAINTS
from specgraph.objects.initializers import INITIALIZERS
from specgraph.objects.losses import LOSSES
from specgraph.objects.metrics import METRICS
from specgraph.objects.optimizers import OPTIMIZERS
from specgraph.objects.regularizers import REGULARIZERS
from specgraph.objects.schedules import SCHEDULES
from specgraph.spec.catalog import Catalog, Entry

MODULES = {
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
    "optimizers": keras.optimizers,
    "schedules": keras.optimizers.schedules,
    "losses": keras.losses,
    "metrics": keras.metrics,
}
CATALOGS = (INITIALIZERS, REGULARIZERS, CONSTRAINTS, OPTIMIZERS, SCHEDULES, LOSSES, METRICS)
ENTRIES = [
    pytest.param(catalog, entry, id=f"{catalog.module}-{entry.name}")
    for catalog in CATALOGS
    for entry in catalog.entries
]
LEFT_OUT = {
    "Initializer", "Regularizer", "Constraint", "Optimizer", "LearningRateSchedule", "Loss", "Metric",
    "MeanMetricWrapper", "MultiOptimizer", "OptimizerMap",
}  # fmt: skip
"""Base classes, and what takes a function or maps layers to optimizers."""
NOT_BY_GET = {"acc", "constant"}
"""`compile` alone knows the first and picks an accuracy by shape; the second needs its value in `get`."""


def public_classes(module: ModuleType) -> set[str]:
    """By the class's own name, so that `glorot_uniform` and `GlorotUniform` are one."""
    found = (value for name, value in vars(module).items() if not name.startswith("_"))
    return {value.__name__ for value in found if inspect.isclass(value)}


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda catalog: catalog.module)
def test_every_public_class_is_there(catalog: Catalog) -> None:
    assert {entry.name for entry in catalog.entries} == public_classes(MODULES[catalog.module]) - LEFT_OUT


@pytest.mark.parametrize(("catalog", "entry"), ENTRIES)
def test_arguments_and_defaults(catalog: Catalog, entry: Entry) -> None:
    signature = inspect.signature(getattr(MODULES[catalog.module], entry.name))
    wanted = {
        one.name: one.default
        for one in signature.parameters.values()
        if one.name not in ("name", "dtype") and one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }
    fields = entry.args.fields()
    assert set(fields) == set(wanted)
    for name, default in wanted.items():
        assert fields[name].required == (default is inspect.Parameter.empty), name
        if not fields[name].required:
            assert fields[name].default == default, name


@pytest.mark.parametrize(("catalog", "entry"), ENTRIES)
def test_defaults_pass_their_own_kinds(catalog: Catalog, entry: Entry) -> None:
    for field in entry.args.fields().values():
        if not field.required:
            assert field.kind.check(field.default) == field.default, field.name


@pytest.mark.parametrize(("catalog", "entry"), ENTRIES)
def test_keras_knows_the_aliases(catalog: Catalog, entry: Entry) -> None:
    for alias in set(entry.aliases) - NOT_BY_GET:
        found = MODULES[catalog.module].get(alias)
        made = getattr(found, "__name__", type(found).__name__)
        assert made.replace("_", "").lower() == entry.name.lower(), alias


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda catalog: catalog.module)
def test_no_name_is_taken_twice(catalog: Catalog) -> None:
    names = [name for entry in catalog.entries for name in (entry.name, *entry.aliases)]
    assert len(names) == len(set(names))
    assert all(entry.doc.endswith(".") for entry in catalog.entries)
