"""Specs that look like attacks and are none: refusing everything would be safe, and useless."""

from __future__ import annotations

from pathlib import Path

import pytest

from specgraph.cli import main

HEAD = "specgraph: 1\ninputs: {x: [4]}\nlayers:\n"
IMAGE = "specgraph: 1\ninputs: {image: [32, 32, 3]}\nlayers:\n"
JSON = '{"specgraph": 1, "inputs": {"x": [4]}, "layers": [{"Dense": {"units": 3}}]}'

HARMLESS: dict[str, str | bytes] = {
    "a mark in front": b"\xef\xbb\xbf" + (HEAD + "  - Flatten\n").encode(),
    "Windows lines": (HEAD + "  - Flatten\n").replace("\n", "\r\n"),
    "old Mac lines": (HEAD + "  - Flatten\n").replace("\n", "\r"),
    "no line break at the end": HEAD + "  - Flatten",
    "document marks": "%YAML 1.2\n---\n" + HEAD + "  - Flatten\n...\n",
    "comments like tags": "# !!python/object/apply:os.system [id]\n"
    + HEAD
    + "  - Flatten # *alias &anchor <<:\n",
    "doc like a tag": "doc: '!!python/name:os.system'\n" + HEAD + "  - Flatten\n",
    "doc like a command": "doc: '::error::not really'\n" + HEAD + "  - Flatten\n",
    "doc in any script": "doc: Ein Klassifikator, 分類器, классификатор, 😀\n" + HEAD + "  - Flatten\n",
    "doc of many lines": "doc: |\n  one\n  two: three\n  - four\n" + HEAD + "  - Flatten\n",
    "doc with a path": "doc: see ../../etc/passwd and https://host/x\n" + HEAD + "  - Flatten\n",
    "doc with dollars": "doc: costs $5, ${not} an expression\n" + HEAD + "  - Flatten\n",
    "name in words": "name: My classifier 2.0\n" + HEAD + "  - Flatten\n",
    "name like a layer that is refused": HEAD
    + "  - Dense: {name: Lambda, units: 3}\n  - Dense: {from: Lambda, units: 1}\n",
    "name like a word of Python": HEAD
    + "  - Dense: {name: __class__, units: 3}\n  - Dense: {name: import, units: 1}\n",
    "name like a word of YAML": HEAD
    + "  - Dense: {name: 'null', units: 3}\n  - Dense: {name: yes, units: 1}\n",
    "name like a number": HEAD + "  - Dense: {name: _1, units: 3}\n",
    "name as long as may be": HEAD + f"  - Dense: {{name: {'n' * 128}, units: 3}}\n",
    "input like a key": "specgraph: 1\ninputs: {inputs: [4]}\nlayers: [Dense: {units: 3, from: inputs}]\n",
    "keys in quotes": '"specgraph": 1\n\'inputs\': {"x": [4]}\n"layers": ["Flatten"]\n',
    "aliases": "specgraph: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: &d {units: 3}\n" + "  - Dense: *d\n" * 90,
    "unused anchor": "specgraph: &v 1\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "nested layers": IMAGE
    + "  - TimeDistributed: {layer: {TimeDistributed: {layer: {Dense: {units: 3}}}}}\n",
    "many layers": HEAD + "  - Dense: {units: 4}\n" * 2_000,
    "a model used a hundred times": "specgraph: 1\nmodels:\n  m: {inputs: {x: [4]}, layers: [Dense: {units: 4}]}\n"
    "  n: {inputs: {x: [4]}, layers: [" + "m, " * 100 + "]}\n",
    "many inputs": "specgraph: 1\ninputs: {" + ", ".join(f"x{i}: [4]" for i in range(300)) + "}\nlayers:\n"
    "  - Concatenate: {from: [" + ", ".join(f"x{i}" for i in range(300)) + "]}\n",
    "large numbers": HEAD + "  - Dense: {units: 1000000}\n",
    "the largest integer": HEAD + "  - Dropout: {rate: 0.1, seed: 2147483647}\n",
    "hexadecimal": HEAD + "  - Dense: {units: 0x10}\n",
    "octal of today": HEAD + "  - Dense: {units: 0o17}\n",
    "true in capitals": HEAD + "  - Dense: {units: 3, use_bias: True}\n",
    "numbers with exponents": HEAD + "  - BatchNormalization: {epsilon: 1.0e-3, momentum: 99e-2}\n",
    "a number as a float": HEAD + "  - Dropout: {rate: 0}\n",
    "tilde for null": HEAD + "  - Dense: {units: 3, activation: ~}\n",
    "negative axis": HEAD + "  - Softmax: {axis: -1}\n",
    "no arguments": HEAD + "  - Flatten: {}\n  - Flatten:\n  - Flatten: null\n  - Flatten\n",
    "json": JSON,
    "json with escapes": JSON.replace("Dense", "\\u0044ense"),
    "json, indented by tabs": JSON.replace("{", "{\n\t").replace("}", "\n}"),
    "schema key": '{"$schema": "https://host/schema.json", ' + JSON[1:],
    "dollars that mean themselves": "specgraph: 1\nparams: {a: {type: str, default: $$HOME}}\ninputs: {x: [4]}\nlayers: [Dense: {units: 3}]\n",
    "expression with parentheses": 'specgraph: 1\nparams: {w: 3}\ninputs: {x: [4]}\nlayers: [Dense: {units: "${((((w))))*2-(-1)}"}]\n',
    "expression with spaces": "specgraph: 1\nparams: {w: 3}\ninputs: {x: [4]}\nlayers: [Dense: {units: '${  w  *  2 }'}]\n",
    "weights in a folder below": IMAGE + "  - VGG16: {include_top: false, weights: weights/vgg.weights.h5}\n",
    "weights with dots in the name": IMAGE + "  - VGG16: {include_top: false, weights: vgg..v2.h5}\n",
    "open sizes": "specgraph: 1\ninputs: {image: [H, W, 3]}\nlayers: [GlobalAveragePooling2D]\n",
    "null sizes": "specgraph: 1\ninputs: {image: [null, null, 3]}\nlayers: [GlobalAveragePooling2D]\n",
    "long comment": "# " + "x" * 100_000 + "\n" + HEAD + "  - Flatten\n",
    "many comments": "# x\n" * 50_000 + HEAD + "  - Flatten\n",
    "repeats": HEAD + "  - repeat: {times: 100, layers: [Dense: {units: 4}, ReLU]}\n",
    "nested repeats": HEAD
    + "  - repeat: {times: 9, layers: [repeat: {times: 9, layers: [repeat: {times: 9, layers: [ReLU]}]}]}\n",
    "branches": HEAD + "  - branch: {a: [Dense: {units: 4}], b: []}\n  - Add\n",
}


@pytest.mark.parametrize("spec", list(HARMLESS.values()), ids=list(HARMLESS))
def test_it_is_accepted(spec: str | bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(spec if isinstance(spec, bytes) else spec.encode())
    assert main(["validate", str(file)]) == 0, capsys.readouterr().err
    assert main(["summary", str(file)]) == 0
    capsys.readouterr()


def test_json_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(JSON)
    assert main(["validate", str(tmp_path / "s.json")]) == 0


@pytest.mark.parametrize(
    "name",
    [
        "spec",
        "s.yml",
        "s.txt",
        "-s.yaml",
        "a b.yaml",
        "ü.yaml",
        "😀.yaml",
        "a'b\".yaml",
        "a\\b.yaml",
        "s.yaml\n",
        "$(id).yaml",
        "con",
    ],
)
def test_files_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(HEAD + "  - Flatten\n")
    assert main(["validate", "--", name]) == 0
    assert main(["validate", str(tmp_path / name)]) == 0
