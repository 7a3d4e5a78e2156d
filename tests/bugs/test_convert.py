"""The converter from the bugs' form to specs."""

from __future__ import annotations

from typing import Any

import yaml
from convert import to_spec

MODEL: dict[str, Any] = {
    "inputs": {"a": {"shape": [8, 4]}, "b": {"shape": [None, 4], "dtype": "int32"}},
    "layers": [
        {"name": "enc", "type": "Bidirectional", "inputs": ["a"], "config": {"layer": {"type": "GRU", "config": {"units": 3, "return_state": True}}}},
        {"name": "dec", "type": "GRU", "inputs": ["b"], "config": {"units": 3}, "call": {"initial_state": ["enc#1"]}},
        {"name": "out", "type": "Dense", "inputs": ["dec"], "config": {"units": 1, "activation": None}},
    ],
    "outputs": ["out"],
    "train": {"optimizer": "keras.optimizers.Adam(0.1, beta_1=0.5)", "loss": "mse", "metrics": []},
}  # fmt: skip


def test_a_model_as_an_author_would_write_it() -> None:
    assert yaml.safe_load(to_spec(MODEL)) == {
        "specgraph": 1,
        "inputs": {"a": [8, 4], "b": {"shape": [None, 4], "dtype": "int32"}},
        "layers": [
            {"Bidirectional": {"name": "enc", "layer": {"GRU": {"units": 3, "return_state": True}}, "from": "a"}},
            {"GRU": {"name": "dec", "units": 3, "from": {"sequences": "b", "initial_state": ["enc.1"]}}},
            {"Dense": {"name": "out", "units": 1, "activation": None}},
        ],
        "compile": {"optimizer": {"Adam": {"beta_1": 0.5, "learning_rate": 0.1}}, "loss": "mse"},
    }  # fmt: skip


def test_explicit_says_everything() -> None:
    spec = yaml.safe_load(to_spec(MODEL, explicit=True))
    assert spec["layers"][2]["Dense"]["from"] == "dec" and spec["outputs"] == ["out"]
