"""The table of ops against the installed Keras: nothing is missing, and arguments are Keras's."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from ops_cases import row

from specgraph.ops import OPS, REFUSED
from specgraph.rows.constants import Tensor

NAMES = sorted(name.removeprefix("ops.") for name in OPS)
NEEDED = {
    ("where", "x1"): "without it, Keras builds what fails when it runs",
    ("where", "x2"): "without it, Keras builds what fails when it runs",
}
"""Tensors that Keras lets one leave out and rows do not, each with the reason."""
UNNAMED = {"kwargs"}
"""Parameters of Keras for what is deprecated."""


def functions() -> Iterator[tuple[str, Any]]:
    """Every function of `keras.ops`, and those of `keras.ops.image`, which are there only."""
    import keras

    for name, one in vars(keras.ops).items():
        if inspect.isfunction(one) and not name.startswith("_"):
            yield f"ops.{name}", one
    for name, one in vars(keras.ops.image).items():
        if inspect.isfunction(one) and not name.startswith("_"):
            yield f"ops.image.{name}", one


def function(name: str) -> Any:
    return dict(functions())[f"ops.{name}"]


def parameters(name: str) -> dict[str, inspect.Parameter]:
    found = inspect.signature(function(name)).parameters
    return {one: parameter for one, parameter in found.items() if one not in UNNAMED}


def test_functions_of_the_other_modules_are_those_on_top() -> None:
    import keras

    top = dict(functions())
    for module in (keras.ops.linalg, keras.ops.nn, keras.ops.numpy):
        for name, one in vars(module).items():
            if inspect.isfunction(one) and not name.startswith("_"):
                assert top[f"ops.{name}"] is one


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_those_of_the_function(name: str) -> None:
    one = row(name)
    theirs = {x for x, p in parameters(name).items() if p.kind is not p.VAR_POSITIONAL}
    stars = {x for x, p in parameters(name).items() if p.kind is p.VAR_POSITIONAL}
    mine = {*one.args.fields(), *(port.name for port in one.ports)}
    if one.takes == "star":
        assert set(one.tensors) == stars and mine == theirs
        assert not set(one.tensors) & theirs
    else:
        assert not stars
        assert mine | set(one.tensors) == theirs


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_those_of_the_function(name: str) -> None:
    one = row(name)
    ports = {port.name for port in one.ports}
    for argument, parameter in parameters(name).items():
        field = one.args.fields().get(argument)
        if parameter.kind is parameter.VAR_KEYWORD:
            assert one.spread == argument
        elif argument in one.tensors:
            assert (parameter.default is parameter.empty) != ((name, argument) in NEEDED)
            assert field is None or isinstance(field.kind, Tensor)
        elif argument in ports:
            assert parameter.default is None
            assert field is None or isinstance(field.kind, Tensor)
        elif field is not None and field.required:
            assert parameter.default is parameter.empty, argument
        elif field is not None:
            assert field.default == parameter.default, argument
            assert type(field.default) is type(parameter.default), argument


@pytest.mark.parametrize("name", NAMES)
def test_tensors_come_in_the_order_of_the_function(name: str) -> None:
    names = list(parameters(name))
    one = row(name)
    assert list(one.tensors) == sorted(one.tensors, key=names.index)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_says_what_it_does(name: str) -> None:
    one = row(name)
    assert one.doc.endswith(".") and one.shapes
    assert one.keras_name == one.name == f"ops.{name}"


def test_every_refusal_has_a_reason() -> None:
    assert all(len(reason) > 10 for reason in REFUSED.values())
