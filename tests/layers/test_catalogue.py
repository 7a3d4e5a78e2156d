"""Every layer of the installed Keras has a row, another name, or a reason why a spec cannot have it."""

from __future__ import annotations

import inspect

import keras

from specgraph.layers import ALIASES, LAYERS, REFUSED


def of_keras() -> set[str]:
    """The names of all layers that `keras.layers` exports."""
    found = {name: getattr(keras.layers, name) for name in dir(keras.layers)}
    return {
        name for name, one in found.items() if inspect.isclass(one) and issubclass(one, keras.layers.Layer)
    }


def test_no_layer_of_keras_is_missing() -> None:
    assert of_keras() - set(LAYERS) - set(ALIASES) - set(REFUSED) == set()


def test_all_132_layers_have_a_row_but_one() -> None:
    rows = [row for row in LAYERS.values() if not row.keras_name.startswith("specgraph.")]
    assert sum(not row.nested_only for row in rows) == 132 - len(["Lambda"])
    assert {row.keras_name for row in rows} <= of_keras()


def test_cells_stand_in_other_layers_only() -> None:
    cells = {name for name, row in LAYERS.items() if row.nested_only}
    assert cells == {"SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells"}
