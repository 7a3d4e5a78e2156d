"""Specs of several files: imports, `extends`, and variants."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.source.text import Source

BLOCKS = """\
specgraph: 1
params: {width: 8, doubled: "${width * 2}"}
blocks:
  pair:
    params: {units: int}
    layers:
      - inner: {units: $units}
      - Dense: {units: $units}
  inner:
    params: {units: int}
    layers: [Dense: {name: first, units: $units, activation: relu}]
"""
ENCODER = """\
specgraph: 1
name: encoder
params: {width: 8}
inputs: {x: [4]}
layers:
  - Dense: {name: hidden, units: $width}
  - Dense: {units: 3}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "blocks.yaml").write_text(BLOCKS)
    (tmp_path / "encoder.yaml").write_text(ENCODER)
    return tmp_path


def run(folder: Path, text: str, **options: Any) -> Analysis:
    (folder / "main.yaml").write_text("specgraph: 1\n" + text)
    return analyze(folder / "main.yaml", **options)


def faults(analysis: Analysis) -> list[tuple[str, str]]:
    return [(one.code.rule, one.message) for one in analysis.diagnostics]


def units(analysis: Analysis, model: str = "model") -> dict[str, int]:
    assert not analysis.diagnostics, faults(analysis)
    nodes = analysis.all_models[model].graph.nodes
    return {name: node.args.units for name, node in nodes.items() if node.args is not None}  # type: ignore[attr-defined]


def test_blocks_and_params_of_another_file(folder: Path) -> None:
    analysis = run(
        folder,
        "imports: {b: lib/blocks.yaml}\ninputs: {x: [4]}\nlayers: [b.pair: {units: $b.doubled}, b.inner: {units: '${b.width + 1}'}]\n",
    )
    assert units(analysis) == {"pair.inner.first": 16, "pair.dense": 16, "inner.first": 9}


def test_params_of_an_import_may_be_set(folder: Path) -> None:
    text = "params: {w: 3}\nimports: {b: {file: lib/blocks.yaml, params: {width: $w}}}\ninputs: {x: [4]}\nlayers: [b.inner: {units: $b.doubled}]\n"
    assert units(run(folder, text)) == {"inner.first": 6}
    assert units(run(folder, text, params={"w": 5})) == {"inner.first": 10}


def test_a_model_of_another_file_is_a_layer(folder: Path) -> None:
    text = "imports: {e: {file: encoder.yaml, params: {width: 5}}}\ninputs: {left: [4], right: [4]}\nlayers: [e.encoder: {from: left}, e.encoder: {from: right}, Add: {from: [encoder, encoder_1]}]\n"
    analysis = run(folder, text)
    assert not analysis.diagnostics, faults(analysis)
    assert list(analysis.models) == ["model"] and list(analysis.all_models) == ["e.encoder", "model"]
    assert analysis.models["model"].parameters() == (4 * 5 + 5 + 5 * 3 + 3, 0)


def test_a_model_nobody_calls_is_not_read(folder: Path) -> None:
    (folder / "encoder.yaml").write_text(ENCODER.replace("units: 3", "unit: 3"))
    assert run(folder, "imports: {e: encoder.yaml}\ninputs: {x: [4]}\nlayers: [Dense: {units: 1}]\n").ok


def test_a_fault_in_another_file_is_shown_there(folder: Path) -> None:
    (folder / "lib" / "blocks.yaml").write_text(BLOCKS.replace("activation: relu", "activation: rleu"))
    [found] = run(
        folder, "imports: {b: lib/blocks.yaml}\ninputs: {x: [4]}\nlayers: [b.inner: {units: 2}]\n"
    ).diagnostics
    assert found.span.source.name.endswith("lib/blocks.yaml") and found.span.text == "rleu"
    assert [Path(cause.span.source.name).name for cause in found.causes] == ["main.yaml"]
    assert found.fix is not None and not found.fix.safe


def test_a_library_alone_is_a_spec(folder: Path) -> None:
    analysis = analyze(folder / "lib" / "blocks.yaml")
    assert analysis.ok and not analysis.models


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("../outside.yaml", "unsafe-path"),
        ("/etc/passwd", "unsafe-path"),
        ("~/x.yaml", "unsafe-path"),
        ("file:x.yaml", "unsafe-path"),
        ("https://x.org/y.yaml", "unsafe-path"),
        ("", "unsafe-path"),
        ("lib", "unsafe-path"),
        ("missing.yaml", "unsafe-path"),
        ("link.yaml", "unsafe-path"),
        ("pipe.yaml", "unsafe-path"),
        ("specgraph:nothing", "unsafe-path"),
        ("specgraph:../../x", "unsafe-path"),
        ("bad.yaml", "syntax"),
        ("list.yaml", "unsafe-path"),
        ("main.yaml", "cycle"),
        ("loop.yaml", "cycle"),
    ],
)
def test_files_that_are_refused(folder: Path, path: str, rule: str) -> None:
    root = folder / "inside"
    root.mkdir()
    (folder / "outside.yaml").write_text(BLOCKS)
    (root / "link.yaml").symlink_to(folder / "outside.yaml")
    os.mkfifo(root / "pipe.yaml")
    (root / "bad.yaml").write_text("specgraph: [")
    (root / "list.yaml").write_text("[1]")
    (root / "loop.yaml").write_text("specgraph: 1\nimports: {m: main.yaml}\nblocks: {}\n")
    (root / "lib").mkdir()
    analysis = run(root, f'imports: {{b: "{path}"}}\ninputs: {{x: [4]}}\nlayers: [ReLU]\n')
    assert [one[0] for one in faults(analysis)] == [rule]


def test_a_wider_root_may_be_given(folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    text = "imports: {b: ../lib/blocks.yaml}\ninputs: {x: [4]}\nlayers: [b.inner: {units: 2}]\n"
    assert "unsafe-path" in dict(faults(run(inside, text)))
    assert run(inside, text, root=folder).ok


def test_text_without_a_file_imports_nothing() -> None:
    analysis = analyze("specgraph: 1\nimports: {b: lib.yaml}\ninputs: {x: [4]}\nlayers: [ReLU]\n")
    assert [one.code.rule for one in analysis.diagnostics] == ["unsafe-path"]


def test_files_are_read_once_however_often_they_are_imported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import specgraph.resolve.files as files

    seen: list[str] = []

    def load(path: Any, limits: Any) -> Source:
        seen.append(str(path))
        return Source(Path(path).read_text(), str(path), path)

    monkeypatch.setattr(files, "load", load)
    imports = ", ".join(f"b{i}: lib/blocks.yaml" for i in range(5))
    assert run(folder, f"imports: {{{imports}}}\ninputs: {{x: [4]}}\nlayers: [b3.inner: {{units: 2}}]\n").ok
    assert len(seen) == 1


def test_imports_have_a_depth(folder: Path) -> None:
    for i in range(30):
        (folder / f"d{i}.yaml").write_text(f"specgraph: 1\nimports: {{n: d{i + 1}.yaml}}\nblocks: {{}}\n")
    (folder / "d30.yaml").write_text("specgraph: 1\nblocks: {}\n")
    analysis = run(folder, "imports: {n: d0.yaml}\ninputs: {x: [4]}\nlayers: [ReLU]\n")
    assert [one[0] for one in faults(analysis)] == ["limit"]


# extends


BASE = """\
specgraph: 1
name: base
params: {classes: {type: int, default: 10, min: 2}, width: 8}
inputs: {x: [4]}
layers:
  - Dense: {name: stem, units: $width, activation: relu}
  - Dropout: {name: drop, rate: 0.5}
  - Dense: {name: head, units: $classes}
"""


def extended(folder: Path, text: str, **options: Any) -> Analysis:
    (folder / "base.yaml").write_text(BASE)
    return run(folder, "extends: base.yaml\n" + text, **options)


def layers(analysis: Analysis) -> list[tuple[str, str]]:
    assert not analysis.diagnostics, faults(analysis)
    [model] = analysis.models.values()
    return [(node.target, name) for name, node in model.graph.nodes.items() if node.kind != "input"]


def test_an_extension_changes_layers_by_name(folder: Path) -> None:
    analysis = extended(
        folder,
        """\
name: derived
params: {classes: 5}
changes:
  - remove: drop
  - replace: {layer: head, with: [Dense: {name: top, units: $classes}, Softmax]}
  - insert: {after: stem, layers: [BatchNormalization]}
  - insert: {before: stem, layers: [LayerNormalization]}
  - set: {layer: stem, activation: tanh}
  - append: [Identity]
""",
    )
    assert layers(analysis) == [
        ("LayerNormalization", "layer_normalization"), ("Dense", "stem"), ("BatchNormalization", "batch_normalization"),
        ("Dense", "top"), ("Softmax", "softmax"), ("Identity", "identity"),
    ]  # fmt: skip
    [model] = analysis.models.values()
    assert model.graph.name == "derived"
    assert model.graph.nodes["stem"].args.activation == "tanh"  # type: ignore[union-attr]
    assert model.types["top"][0].shape[-1] == 5


def test_a_new_default_keeps_type_and_bounds(folder: Path) -> None:
    assert faults(extended(folder, "params: {classes: 1}\n")) == [
        ("param-type", "param `classes` is at least 2, not 1")
    ]
    assert extended(folder, "params: {classes: 3}\n", params={"classes": 4}).ok


def test_inputs_of_an_extension_stand_in_the_place_of_the_bases(folder: Path) -> None:
    analysis = extended(folder, "inputs: {y: [6]}\n")
    assert analysis.models["base"].graph.inputs == ["y"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ("[remove: dorp]", "undefined-ref"),
        ("[replace: {layer: head}]", "malformed-item"),
        ("[replace: {layer: head, by: []}]", "unknown-layer-or-key"),
        ("[insert: {layers: []}]", "missing-argument"),
        ("[insert: {after: nothing, layers: []}]", "undefined-ref"),
        ("[swap: {a: b}]", "unknown-layer-or-key"),
        ("[remove]", "malformed-item"),
        ("{remove: drop}", "malformed-item"),
        ("[set: head]", "malformed-item"),
        ("[set: {layer: stem, unit: 3}]", "unknown-layer-or-key"),
    ],
)
def test_changes_at_fault(folder: Path, changes: str, rule: str) -> None:
    assert rule in dict(faults(extended(folder, f"changes: {changes}\n")))


def test_layers_without_a_name_are_meant_by_the_one_they_get(folder: Path) -> None:
    base = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: 1}, ReLU, Dense: {units: 2}, Dense: {units: 3, name: dense_1}, Dense: {units: 4}]\n"
    (folder / "base.yaml").write_text(base)
    text = "extends: base.yaml\nchanges:\n  - remove: dense\n  - set: {layer: dense_2, units: 20}\n  - set: {layer: dense_2, use_bias: false}\n  - set: {layer: re_lu, name: r}\n  - replace: {layer: dense_3, with: [Dense: {units: 40}]}\n"
    analysis = run(folder, text)
    assert not analysis.diagnostics, faults(analysis)
    nodes = analysis.models["model"].graph.nodes
    assert [(name, getattr(node.args, "units", None)) for name, node in nodes.items()] == [
        ("x", None),
        ("r", None),
        ("dense", 20),
        ("dense_1", 3),
        ("dense_2", 40),
    ]


def test_what_a_when_may_have_named_is_not_guessed(folder: Path) -> None:
    base = "specgraph: 1\nparams: {deep: true}\ninputs: {x: [4]}\nlayers: [when: {if: $deep, layers: [Dense: {units: 1}]}, Dense: {units: 2}, ReLU]\n"
    (folder / "base.yaml").write_text(base)
    assert run(folder, "extends: base.yaml\nchanges: [remove: re_lu]\n").ok
    [found] = run(folder, "extends: base.yaml\nchanges: [remove: dense]\n").diagnostics
    assert found.code.rule == "undefined-ref" and found.help == "its layers are re_lu"


def test_the_changes_in_the_documentation_are_sound(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    text = (
        (root / "docs" / "language.md")
        .read_text()
        .partition("```yaml-fragment\nextends:")[2]
        .partition("```")[0]
    )
    (tmp_path / "resnet50.yaml").write_text((root / "specs" / "resnet50.yaml").read_text())
    (tmp_path / "main.yaml").write_text(f"specgraph: 1\nextends:{text}")
    analysis = analyze(tmp_path / "main.yaml")
    assert not analysis.diagnostics, faults(analysis)
    [model] = analysis.models.values()
    assert "stem" in model.graph.nodes and model.graph.nodes["probs"].args.units == 5  # type: ignore[attr-defined]


def test_changes_without_a_base(folder: Path) -> None:
    analysis = run(folder, "changes: [remove: a]\ninputs: {x: [4]}\nlayers: [ReLU]\n")
    assert faults(analysis)[0] == (
        "missing-argument",
        "`changes` are made to what a spec `extends`, and this one extends nothing",
    )


def test_an_extension_of_an_extension(folder: Path) -> None:
    (folder / "middle.yaml").write_text("specgraph: 1\nextends: base.yaml\nchanges: [remove: drop]\n")
    (folder / "base.yaml").write_text(BASE)
    analysis = run(folder, "extends: middle.yaml\nchanges: [append: [Softmax]]\n")
    assert [target for target, _ in layers(analysis)] == ["Dense", "Dense", "Softmax"]


def test_a_spec_that_extends_itself(folder: Path) -> None:
    assert [one[0] for one in faults(run(folder, "extends: main.yaml\n"))] == ["cycle"]


# variants


VARIANTS = "params: {width: 8, deep: false}\nvariants: {tiny: {width: 2}, big: {width: 64, deep: true}}\ninputs: {x: [4]}\nlayers: [Dense: {units: $width}, when: {if: $deep, layers: [Dense: {units: 1}]}]\n"


def test_a_variant_sets_params_and_set_counts_for_more(folder: Path) -> None:
    assert units(run(folder, VARIANTS)) == {"dense": 8}
    assert units(run(folder, VARIANTS, variant="tiny")) == {"dense": 2}
    assert units(run(folder, VARIANTS, variant="big", params={"width": 3})) == {"dense": 3, "dense_1": 1}
    sources = {
        name: param.source
        for name, param in run(folder, VARIANTS, variant="tiny", params={"deep": True}).params.items()
    }
    assert sources == {"width": "variant tiny", "deep": "--set"}


def test_an_unknown_variant(folder: Path) -> None:
    [found] = run(folder, VARIANTS, variant="tinny").diagnostics
    assert (found.code.rule, found.help) == ("undefined-param", "did you mean `tiny`?")


@pytest.mark.parametrize(
    ("variants", "rule"),
    [
        ("{a: {widht: 2}}", "undefined-param"),
        ("{a: {width: wide}}", "param-type"),
        ("{a: 3}", "malformed-item"),
        ("[a]", "malformed-item"),
    ],
)
def test_variants_at_fault_are_found_unused(folder: Path, variants: str, rule: str) -> None:
    text = f"params: {{width: 8}}\nvariants: {variants}\ninputs: {{x: [4]}}\nlayers: [Dense: {{units: $width}}]\n"
    assert [one[0] for one in faults(run(folder, text))] == [rule]


def test_imports_that_double_end(folder: Path) -> None:
    for i in range(10):
        imports = ", ".join(f"{prefix}: f{i + 1}.yaml" for prefix in "abcdef")
        (folder / f"f{i}.yaml").write_text(
            f"specgraph: 1\nimports: {{{imports}}}\nblocks: {{k: {{layers: [ReLU]}}}}\n"
        )
    (folder / "f10.yaml").write_text("specgraph: 1\nblocks: {k: {layers: [ReLU]}}\n")
    (folder / "s.yaml").write_text("specgraph: 1\nimports: {a: f0.yaml}\ninputs: {x: [4]}\nlayers: [ReLU]\n")
    assert [one.code.rule for one in analyze(folder / "s.yaml").diagnostics] == ["limit"]
