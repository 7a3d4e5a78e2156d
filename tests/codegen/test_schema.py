"""The JSON Schema for editors: fresh, whole, and right about documents that differ in one thing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from specgraph.cli import main
from specgraph.codegen.schema import PATH, schema, text
from specgraph.limits import DEFAULT
from specgraph.objects import catalogs
from specgraph.source import Source, read
from specgraph.spec.record import required
from specgraph.vocabulary import ALIASES, ROWS

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.yaml"))
SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)

HEAD = "specgraph: 1\ninputs: {x: [8, 8, 3]}\n"
TWO = """
specgraph: 1
models:
  a:
    inputs: {x: [4]}
    layers: [Dense: {units: 2}]
  b:
    inputs: {x: [4]}
    layers: [%s]
"""


def faults(document: str) -> list[str]:
    """Where the schema finds faults: paths, with dots between."""
    data = read(Source(document), DEFAULT).data()
    return [".".join(map(str, error.absolute_path)) for error in VALIDATOR.iter_errors(data)]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix("#/definitions/")
        value = list(value.values())
    for one in value if isinstance(value, list) else []:
        yield from references(one)


def test_the_file_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == text(), (
        "python -m specgraph schema > schemas/specgraph.schema.json"
    )


def test_it_is_draft_7_and_the_same_each_time() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert json.loads(text()) == SCHEMA
    assert text() == text()


def test_every_reference_leads_to_a_definition_and_every_definition_is_used() -> None:
    assert set(references(SCHEMA)) == set(SCHEMA["definitions"])


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_a_definition_of_its_own(name: str) -> None:
    row, made = ROWS[name], SCHEMA["definitions"][name]
    assert made["description"].startswith(row.doc) and row.shapes in made["description"]
    assert made.get("required", []) == required(row.fields())
    assert set(made["properties"]) == set(row.fields()) | (set() if row.nested_only else set(row.common))
    assert "default" not in made["properties"].values()
    assert (name in SCHEMA["definitions"]["item"]["then"]["properties"]) != row.nested_only


def test_every_entry_of_every_catalogue_has_one() -> None:
    for catalog in catalogs():
        for entry in catalog.entries:
            made = SCHEMA["definitions"][f"{catalog.module}.{entry.name}"]
            assert set(made["properties"]) == set(entry.args.fields())


def test_defaults_stand_in_descriptions() -> None:
    rate = SCHEMA["definitions"]["Conv2D"]["properties"]["padding"]
    assert rate["description"] == "One of valid, same. Default: valid."
    assert SCHEMA["definitions"]["Dense"]["properties"]["units"]["description"] == "A positive integer."


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_specs_are_clean(path: Path) -> None:
    named = os.path.relpath(PATH, path.parent)
    assert path.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={named}\n")
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path", [one for one in SPECS if "blocks" not in one.parts], ids=lambda path: path.stem
)
def test_the_flat_forms_of_shipped_specs_are_clean(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expand", str(path)]) == 0
    assert faults(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    "items",
    [
        "Flatten",
        "Flatten:",
        "Flatten: {}",
        "MaxPool2D",
        "MaxPool2D: {pool_size: [2, 2]}",
        "Dense: {units: $n}",
        'Dense: {units: "${n * 2}", activation: $a, use_bias: $b, kernel_initializer: $i}',
        "Conv2D: {filters: 1, kernel_size: [$k, 3], strides: $s}",
        "Dense: {units: 1, name: d, from: x, trainable: false, dtype: mixed_float16}",
        "Dense: {units: 1, name: $n, from: [x], trainable: $t, dtype: null}",
        "Dense: {units: 1, from: {inputs: x}}",
        "LSTM: {units: 1, from: {sequences: x, initial_state: [a, b]}}",
        "Dense: {units: 1, kernel_initializer: {Constant: {value: 2}}, bias_regularizer: l2}",
        "Dense: {units: 1, kernel_initializer: {zeros: null}, kernel_constraint: {MaxNorm: {max_value: $m}}}",
        "TimeDistributed: {layer: Flatten}",
        "TimeDistributed: {layer: {Bidirectional: {layer: {LSTM: {units: $n}}}}}",
    ],
)  # fmt: skip
def test_good_items_are_accepted(items: str) -> None:
    assert faults(f"{HEAD}layers:\n  - {items}\n") == []


@pytest.mark.parametrize(
    ("items", "where"),
    [
        ("Flaten", "layers.0"),
        ("Dense", "layers.0"),
        ("Dense:", "layers.0.Dense"),
        ("Flatten: {}\n    Dense: {units: 1}", "layers.0"),
        ("Conv2d: {filters: 1, kernel_size: 1}", "layers.0"),
        ("Lambda: {}", "layers.0"),
        ("3", "layers.0"),
        ("Dense: 3", "layers.0.Dense"),
        ("Dense: {unit: 3, units: 2}", "layers.0.Dense"),
        ("Dense: {units: 0}", "layers.0.Dense.units"),
        ("Dense: {units: 2.5}", "layers.0.Dense.units"),
        ("Dense: {units: '3'}", "layers.0.Dense.units"),
        ("Dense: {units: true}", "layers.0.Dense.units"),
        ("Dense: {units: $}", "layers.0.Dense.units"),
        ("Dense: {units: 1, dtype: floot}", "layers.0.Dense.dtype"),
        ("Dense: {units: 1, name: a b}", "layers.0.Dense.name"),
        ("Dense: {units: 1, from: 3}", "layers.0.Dense.from"),
        ("Dense: {units: 1, from: {input: x}}", "layers.0.Dense.from"),
        ("Conv2D: {filters: 1, kernel_size: [1, 2, 3]}", "layers.0.Conv2D.kernel_size"),
        ("Dense: {units: 1, kernel_initializer: {Constant: {valu: 1}}}", "layers.0.Dense.kernel_initializer"),
        ("TimeDistributed: {layer: {Dense: {units: 1, name: a}}}", "layers.0.TimeDistributed.layer"),
        ("TimeDistributed: {layer: Dense}", "layers.0.TimeDistributed.layer"),
        ("Bidirectional: {layer: {Dense: {units: 1}}}", "layers.0.Bidirectional.layer"),
    ],
)  # fmt: skip
def test_bad_items_are_refused_at_their_place(items: str, where: str) -> None:
    assert set(faults(f"{HEAD}layers:\n  - {items}\n")) == {where}


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases_are_accepted_but_not_offered(alias: str) -> None:
    made = SCHEMA["definitions"]["item"]["then"]["properties"][alias]
    assert made == {"allOf": [{"$ref": f"#/definitions/{ALIASES[alias]}"}], "doNotSuggest": True}


def test_models_may_call_each_other_and_arguments_are_still_pinned() -> None:
    for good in ("a", "a: {name: again, from: x}", "a: {from: {x: x}}", "a: null", "Flatten"):
        assert faults(TWO % good) == [], good
    assert faults(TWO % "a: {units: 3}") == ["models.b.layers.0.a"]
    assert faults(TWO % "Dense: {unit: 3, units: 2}") == ["models.b.layers.0.Dense"]
    assert faults(TWO % "Conv2d: {filters: 3}") == ["models.b.layers.0.Conv2d"]


@pytest.mark.parametrize(
    ("items", "where"),
    [
        ("repeat: {times: 2, layers: [Flatten]}", None),
        ("repeat: {name: r, from: [x], times: $n, index: i, layers: [{repeat: {times: 0, layers: []}}]}", None),
        ("repeat: {for: {f: [1, 2], g: $gs}, layers: [{Dense: {units: $f}}]}", None),
        ("branch: {name: b, from: x, main: [Flatten], skip: []}", None),
        ("branch: {name: [{Flatten: {}}], from: [{Flatten: {}}]}", None),
        ("when: {if: $wide, layers: [Flatten], else: []}", None),
        ("reuse: {layer: dense, from: {inputs: x}, name: again}", None),
        ("repeat: {layers: [Flatten]}", "repeat"),
        ("repeat: {times: 2, for: {f: [1]}, layers: [Flatten]}", "repeat"),
        ("repeat: {times: -1, layers: [Flatten]}", "repeat.times"),
        ("repeat: {times: 2, layers: $some}", "repeat.layers"),
        ("repeat: {times: 2, layers: [Flaten]}", "repeat.layers.0"),
        ("repeat: {times: 2, layers: [{Dense: {unit: 1, units: 1}}]}", "repeat.layers.0.Dense"),
        ("repeat: {times: 2, layer: [], layers: []}", "repeat"),
        ("repeat: {for: {f: 3}, layers: []}", "repeat.for.f"),
        ("repeat: {times: 1, index: a b, layers: []}", "repeat.index"),
        ("repeat", ""),
        ("branch: {main: Flatten}", "branch.main"),
        ("branch: {main: [{Conv2d: {filters: 1}}]}", "branch.main.0"),
        ("when: {layers: [Flatten]}", "when"),
        ("when: {if: 1, layers: [Flatten]}", "when.if"),
        ("when: {if: true}", "when"),
        ("reuse: {from: x}", "reuse"),
    ],
)  # fmt: skip
def test_control_forms(items: str, where: str | None) -> None:
    place = f"layers.0.{where}".rstrip(".") if where is not None else None
    assert set(faults(f"{HEAD}layers:\n  - {items}\n")) == ({place} if place else set())


BLOCKS = "specgraph: 1\nblocks: {%s}\n"


@pytest.mark.parametrize(
    ("block", "good"),
    [
        ("b: {layers: [Flatten, c, res.d, {c: {any: 1, from: [x, y]}}]}", True),
        ("b: {params: {filters: int, stride: 1, rate: {type: float, min: $low}}, layers: []}", True),
        ("b: {doc: d, inputs: [x, y], outputs: [a, b.1], shared: true, layers: []}", True),
        ("b: {params: {}}", False),
        ("b: {layers: [{Dense: {unit: 1, units: 2}}]}", False),
        ("b: {layers: [3]}", False),
        ("b: {layers: [], inputs: x}", False),
        ("b: {layers: [], inputs: [a.b]}", False),
        ("b: {layers: [], shared: 1}", False),
        ("b: {layers: [], output: x}", False),
        ("b: {layers: [{c: {name: a b}}]}", False),
        ("b: []", False),
    ],
)  # fmt: skip
def test_blocks(block: str, good: bool) -> None:
    assert (faults(BLOCKS % block) == []) == good


def test_a_file_with_names_of_its_own_may_use_them() -> None:
    items = "layers: [res.block, block: {any: 1}, Dense: {units: 2}]\n"
    assert faults(HEAD + items) != []
    for own in ("blocks: {}", "imports: {res: a.yaml}", "extends: a.yaml"):
        assert faults(f"{HEAD}{own}\n{items}") == [], own
        assert faults(f"{HEAD}{own}\n{items.replace('units', 'unit')}") != [], own


@pytest.mark.parametrize(
    ("document", "good"),
    [
        ("extends: a.yaml\n", True),
        ("extends: a.yaml\nparams: {w: 3}\nchanges: [remove: a, remove: [a, b], remove: {layer: a, model: m}]\n", True),
        ("extends: a.yaml\nchanges: [append: [Flatten], append: {layers: [b], model: m}]\n", True),
        ("extends: a.yaml\nchanges: [insert: {after: a, layers: [b.c]}, replace: {layer: a, with: [{c: {w: 1}}]}]\n", True),
        ("extends: a.yaml\nchanges: [set: {layer: a, units: 3}]\n", True),
        ("extends: 3\n", False),
        ("extends: a.yaml\nchanges: [delete: a]\n", False),
        ("extends: a.yaml\nchanges: [insert: {after: a, before: b, layers: []}]\n", False),
        ("extends: a.yaml\nchanges: [insert: {layers: []}]\n", False),
        ("extends: a.yaml\nchanges: [replace: {layer: a, by: []}]\n", False),
        ("extends: a.yaml\nchanges: [set: {units: 3}]\n", False),
        ("extends: a.yaml\nchanges: {}\n", False),
        (HEAD + "layers: []\nchanges: []\n", False),
        (HEAD + "layers: []\nvariants: {tiny: {width: 3, sizes: [1], deep: null}}\n", True),
        (HEAD + "layers: []\nvariants: {tiny: 3}\n", False),
        (HEAD + "layers: []\nvariants: {tiny: {width: {a: 1}}}\n", False),
        (HEAD + "layers: []\nimports: {a: f.yaml, b: {file: $f, params: {w: $w}}}\n", True),
        (HEAD + "layers: []\nimports: {a: {params: {w: 1}}}\n", False),
        (HEAD + "layers: []\nimports: {a b: f.yaml}\n", False),
        (HEAD + "layers: []\nimports: {a: {file: f.yaml, param: {}}}\n", False),
    ],
)  # fmt: skip
def test_several_files(document: str, good: bool) -> None:
    assert (faults(document) == []) == good


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ("specgraph: 1\n$schema: a.json\nname: m\ndoc: d\ninputs: {x: [4]}\nlayers: []\noutputs: x\n", []),
        ("specgraph: 1\nparams:\ninputs: {x: {shape: [4, T, null, $d], dtype: int32}}\nlayers: [Flatten]\n", []),
        ("specgraph: 1\ndims: {H: {multiple_of: 8, min: $m}}\ninputs: {x: $shape}\nlayers: []\n", []),
        ("inputs: {x: [4]}\nlayers: []\n", [""]),
        ("specgraph: 2\ninputs: {x: [4]}\nlayers: []\n", ["specgraph"]),
        ("specgraph: 1\nlayers: []\n", [""]),
        ("specgraph: 1\ninputs: {}\nlayers: []\n", ["inputs"]),
        ("specgraph: 1\ninputs: {x: 4}\nlayers: []\n", ["inputs.x"]),
        ("specgraph: 1\ninputs: {x: [0]}\nlayers: []\n", ["inputs.x"]),
        ("specgraph: 1\ninputs: {a b: [4]}\nlayers: []\n", ["inputs"]),
        ("specgraph: 1\ninputs: {x: [4]}\nlayers: []\nlayer: []\n", [""]),
        ("specgraph: 1\nmodels: {a: {inputs: {x: [4]}, layers: []}}\nlayers: []\n", [""]),
        ("specgraph: 1\nmodels: {a: {inputs: {x: [4]}}}\n", ["models.a"]),
        ("specgraph: 1\nmodels: {a/b: {inputs: {x: [4]}, layers: []}}\n", ["models"]),
    ],
)  # fmt: skip
def test_sections(document: str, wrong: list[str]) -> None:
    assert faults(document) == wrong


@pytest.mark.parametrize(
    ("param", "good"),
    [
        ("64", True),
        ("[1, [2, 3]]", True),
        ("{type: int}", True),
        ("{default: 3}", True),
        ("{type: str, default: null, doc: d}", True),
        ("{type: float, default: 1, min: 0, max: 9}", True),
        ("{default: a, choices: [a, b]}", True),
        ("null", False),
        ("{}", False),
        ("{doc: d}", False),
        ("{default: null}", False),
        ("{type: integer, default: 3}", False),
        ("{type: int, default: 3.5}", False),
        ("{type: bool, default: 1}", False),
        ("{type: list, default: [{a: 1}]}", False),
        ("{default: 3, min: low}", False),
        ("{default: 3, choices: 3}", False),
        ("{default: 3, minimum: 1}", False),
    ],
)  # fmt: skip
def test_params(param: str, good: bool) -> None:
    assert (faults(f"{HEAD}layers: []\nparams: {{p: {param}}}\n") == []) == good


@pytest.mark.parametrize(
    ("settings", "good"),
    [
        ("{optimizer: adam, loss: mse, metrics: [accuracy]}", True),
        ("{optimizer: {Adam: {learning_rate: 0.1}}, loss: {a: mse, b: null}, loss_weights: [1, $w]}", True),
        ("{optimizer: {SGD: {learning_rate: {ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: 1, decay_rate: 1}}}}}", True),
        ("{loss: {BinaryCrossentropy: {from_logits: true}}, metrics: {a: [mse, mae], b: accuracy}}", True),
        ("{loss: {}, metrics: [null, mse]}", True),
        ("{optimizer: adm}", False),
        ("{optimizer: {Adam: {learning_rate: fast}}}", False),
        ("{optimizer: {Adam: {learning_rte: 0.1}}}", False),
        ("{loss: {BinaryCrossentropy: {from_logit: true}}}", False),
        ("{loss: {a: {BinaryCrossentropy: {from_logit: true}}}}", False),
        ("{loss: {BinaryCrossentropy: mse}}", False),
        ("{optimiser: adam}", False),
        ("adam", False),
    ],
)  # fmt: skip
def test_compile_settings(settings: str, good: bool) -> None:
    assert (faults(f"{HEAD}layers: []\ncompile: {settings}\n") == []) == good


def test_the_command_prints_it_without_keras() -> None:
    code = (
        "import sys\nfrom specgraph.cli import main\ncode = main(['schema'])\n"
        "assert not {'keras', 'tensorflow', 'jsonschema'} & set(sys.modules)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == text()
