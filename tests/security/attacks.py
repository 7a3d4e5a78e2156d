"""Hostile specs by class of attack. Each is refused: exit 1, a place, no traceback, within the limits.

Floods are as large as the limits let them be with `SPECGRAPH_FUZZ` set, else a tenth of that.
"""

from __future__ import annotations

import os
from collections.abc import Callable

FULL = "SPECGRAPH_FUZZ" in os.environ


def n(count: int) -> int:
    """So many things in a flood."""
    return count if FULL else count // 10


HEAD = "specgraph: 1\ninputs: {x: [4]}\nlayers:\n"
IMAGE = "specgraph: 1\ninputs: {image: [32, 32, 3]}\nlayers:\n"
KB = 1 << 10
MB = 1 << 20


def layer(item: str, head: str = HEAD) -> str:
    """A spec with one item."""
    return f"{head}  - {item}\n"


def many(count: int, item: Callable[[int], str], head: str = HEAD) -> str:
    """A spec with many items, each made from its number."""
    return head + "".join(f"  - {item(i)}\n" for i in range(count))


def doubling(levels: int) -> str:
    """Models that each call the one before twice: 2 to the power of `levels` layers."""
    text = "specgraph: 1\nmodels:\n  m0: {inputs: {x: [4]}, layers: [Dense: {units: 4}]}\n"
    for i in range(1, levels + 1):
        text += f"  m{i}: {{inputs: {{x: [4]}}, layers: [m{i - 1}, m{i - 1}]}}\n"
    return text


PARSE_DEPTH = {
    "flow lists": "[" * MB,
    "flow maps": "{a: " * (250 * KB),
    "json lists": '{"layers": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "json maps": '{"a":' * 100_000,
    "dashes": "- " * (500 * KB),
    "indentation": "\n".join(" " * i + "a:" for i in range(1400)),
    "question marks": "? " * (500 * KB),
    "in an argument": layer(f"Reshape: {{target_shape: {'[' * 500}{']' * 500}}}"),
    "in params": f"specgraph: 1\nparams: {{p: {'[' * 64}{']' * 64}}}\ninputs: {{x: [4]}}\nlayers: [Flatten]\n",
    "through an alias": f"a: &a {'[' * 40 + ']' * 40}\nb: {'[' * 30}*a{']' * 30}",
    "wrapped layers": layer(
        "TimeDistributed: {layer: " + "{TimeDistributed: {layer: " * 40 + "Flatten" + "}}" * 40 + "}"
    ),
}
AMPLIFICATION = {
    "laughs": "a0: &a0 [x]\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)),
    "laughs of maps": "a0: &a0 {k: x}\n"
    + "".join(f"a{i}: &a{i} {{a: *a{i - 1}, b: *a{i - 1}}}\n" for i in range(1, 40)),
    "merge keys": "a0: &a0 {k: 1}\n"
    + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 30)),
    "cycle": "specgraph: 1\ninputs: {x: [4]}\nlayers: &a [Dense: {units: *a}]\n",
    "layers that hold themselves": "specgraph: 1\ninputs: {x: [4]}\nlayers: &a [*a]\n",
    "many aliases": "a: &a [1]\nb: [" + "*a, " * 10_000 + "]",
    "large list, few aliases": f"a: &a [{'1, ' * 1000}]\nb: [{'*a, ' * 90}]",
    "many nodes": "[" + "a," * 400_000 + "]",
    "many empty nodes": "[" + "{}," * 300_000 + "]",
    "long list in an argument": layer(f"Reshape: {{target_shape: [{'1, ' * n(190_000)}4]}}"),
    "long list of a param": f"specgraph: 1\nparams: {{p: [{'1, ' * 9_000}]}}\ninputs: {{x: [4]}}\nlayers: [{'Reshape: {target_shape: $p}, ' * 3_000}]\n",
    "anchors": "".join(f"- &a{i} 1\n" for i in range(100_000)),
    "directives": "%TAG !a! b\n" * 80_000 + "--- a",
}
SCALARS = {
    "long integer": layer("Dense: {units: " + "9" * 900_000 + "}"),
    "long hexadecimal": layer("Dense: {units: 0x" + "f" * 900_000 + "}"),
    "just too large": layer("Dense: {units: 9007199254740993}"),
    "very negative": layer("Dense: {units: -9007199254740993}"),
    "large exponent": layer("Dropout: {rate: 1e400}"),
    "json exponent": '{"specgraph": 1, "inputs": {"x": [4]}, "layers": [{"Dropout": {"rate": 1e999}}]}',
    "json NaN": '{"specgraph": 1, "inputs": {"x": [4]}, "layers": [{"Dropout": {"rate": NaN}}]}',
    "json Infinity": '{"specgraph": 1, "inputs": {"x": [4]}, "layers": [{"Dropout": {"rate": -Infinity}}]}',
    "infinity": layer("Dropout: {rate: .inf}"),
    "no number": layer("BatchNormalization: {epsilon: .nan}"),
    "float for int": layer("Dense: {units: 8.0}"),
    "octal of old": layer("Dense: {units: 010}"),
    "sexagesimal": layer("Dense: {units: 1:30}"),
    "underscores": layer("Dense: {units: 1_000}"),
    "yes for a bool": layer("Dense: {units: 1, use_bias: yes}"),
    "off for a bool": layer("Dense: {units: 1, use_bias: off}"),
    "yes for an int": layer("Dense: {units: yes}"),
    "true for an int": layer("Dense: {units: true}"),
    "quoted number": layer('Dense: {units: "8"}'),
    "number in words": layer("BatchNormalization: {epsilon: '1e-3'}"),
    "date": layer("Dense: {units: 2026-01-01}"),
    "null": layer("Dense: {units: null}"),
    "tilde": layer("Dense: {units: ~}"),
    "long key": layer(f"Dense: {{{'k' * 5000}: 1}}"),
    "long name": layer(f"Dense: {{units: 1, name: {'n' * 5000}}}"),
    "long class": layer("D" * 100_000),
    "long value": layer(f"Dense: {{units: 1, activation: {'r' * 900_000}}}"),
    "NUL": layer('Dense: {units: 1, activation: "\\0"}'),
    "surrogate": layer('Dense: {units: 1, activation: "\\ud800"}'),
    "beyond unicode": layer('Dense: {units: 1, activation: "\\U00110000"}'),
    "unknown escape": layer('Dense: {units: 1, activation: "\\q"}'),
}
TAGS = {
    "python apply": layer("Dense: {units: !!python/object/apply:os.system [id]}"),
    "python name": layer("Dense: {units: !!python/name:os.system}"),
    "python module": "!!python/module:os {}\n",
    "python object": layer("!!python/object:os.Foo {}"),
    "binary": layer("Dense: {units: !!binary aGk=}"),
    "int": layer("Dense: {units: !!int 4}"),
    "str": layer("Dense: {units: 1, activation: !!str relu}"),
    "own": layer("Dense: {units: !x 4}"),
    "verbatim": layer("Dense: {units: !<tag:yaml.org,2002:int> 4}"),
    "non-specific": layer("Dense: {units: ! 4}"),
    "set": "!!set {a, b}\n",
    "omap": "!!omap [a: 1]\n",
    "on a key": "{!!int 1: 2}\n",
    "declared": "%TAG !e! tag:x,2000:\n---\na: !e!x y\n",
    "json readers' own": layer('{"__reduce__": ["os.system", "id"]}'),
    "keras": layer('{"class_name": "Dense", "config": {"units": 4}}'),
    "keras module": layer(
        "Dense: {units: 1, kernel_initializer: {module: os, class_name: system, config: {}}}"
    ),
}
ENCODINGS: dict[str, bytes] = {
    "utf-16": HEAD.encode("utf-16"),
    "utf-16-le": HEAD.encode("utf-16-le"),
    "utf-16-be": HEAD.encode("utf-16-be"),
    "utf-32": HEAD.encode("utf-32"),
    "latin-1": layer("Dense: {units: 1, name: caf\xe9}").encode("latin-1"),
    "overlong": b"specgraph: \xc0\xb1\n",
    "surrogate bytes": b"a: \xed\xa0\x80\n",
    "beyond": b"a: \xf4\x90\x80\x80\n",
    "cut short": layer("Dense: {units: 1, name: é").encode()[:-2],
    "NUL bytes": b"specgraph: 1\0\n",
    "only NUL": b"\0" * 1000,
    "escape": b"specgraph: 1\n\x1b[2J\x1b]0;owned\x07\n",
    "DEL": b"a: \x7f\n",
    "C1": "a: \x9b31m\n".encode(),
    "random": bytes(range(256)) * 100,
    "zip": b"PK\x03\x04" + b"\x14\0\0\0" * 100,
    "gzip": b"\x1f\x8b\x08" + b"\0" * 100,
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 100,
    "pickle": b"\x80\x04cos\nsystem\n(S'id'\ntR.",
    "hdf5": b"\x89HDF\r\n\x1a\n" + b"\0" * 100,
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n",
    "mark within": "specgraph: 1\n\ufeffinputs: {x: [4]}\n".encode(),
    "next line": "specgraph: 1\x85inputs: {x: [4]}\n".encode(),
    "too large": b"# " + b"x" * (MB + 1),
}
SHAPE = {
    "empty": "",
    "spaces": " \n \n",
    "comment": "# nothing\n",
    "null": "null\n",
    "number": "3\n",
    "text": "hello\n",
    "list": "- 1\n",
    "empty map": "{}\n",
    "two documents": HEAD + "  - Flatten\n---\nb: 2\n",
    "later version": "%YAML 1.3\n---\na\n",
    "same key twice": "specgraph: 1\nspecgraph: 1\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "same input twice": "specgraph: 1\ninputs: {x: [4], x: [5]}\nlayers: [Flatten]\n",
    "same argument twice": layer("Dense: {units: 4, units: 5}"),
    "same key in json": '{"specgraph": 1, "specgraph": 1}',
    "same key, escaped": '{"specgraph": 1, "\\u0073pecgraph": 1}',
    "merge key": layer("Dense: {<<: {units: 4}}"),
    "list as key": "{[a]: b}\n",
    "map as key": "? {a: b}\n: c\n",
    "template": "{{ x }}\n",
    "no version": "inputs: {x: [4]}\nlayers: [Flatten]\n",
    "version as text": "specgraph: '1'\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "version as float": "specgraph: 1.0\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "version true": "specgraph: true\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "version list": "specgraph: [1]\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "later language": "specgraph: 2\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "inputs list": "specgraph: 1\ninputs: [4]\nlayers: [Flatten]\n",
    "inputs null": "specgraph: 1\ninputs:\nlayers: [Flatten]\n",
    "inputs empty": "specgraph: 1\ninputs: {}\nlayers: [Flatten]\n",
    "no inputs": "specgraph: 1\nlayers: [Flatten]\n",
    "no layers": "specgraph: 1\ninputs: {x: [4]}\n",
    "layers map": "specgraph: 1\ninputs: {x: [4]}\nlayers: {Dense: {units: 4}}\n",
    "layers text": "specgraph: 1\ninputs: {x: [4]}\nlayers: Flatten\n",
    "layers number": "specgraph: 1\ninputs: {x: [4]}\nlayers: 3\n",
    "layers null": "specgraph: 1\ninputs: {x: [4]}\nlayers:\n",
    "item null": layer("null"),
    "item number": layer("3"),
    "item list": layer("[Flatten]"),
    "item empty": layer("{}"),
    "item of two": layer("{Flatten: {}, Dense: {units: 4}}"),
    "arguments number": layer("Dense: 4"),
    "arguments list": layer("Dense: [4]"),
    "arguments text": layer("Dense: units"),
    "name number": layer("Dense: {units: 4, name: 3}"),
    "name list": layer("Dense: {units: 4, name: [a]}"),
    "name with a slash": layer("Dense: {units: 4, name: a/b}"),
    "name empty": layer("Dense: {units: 4, name: ''}"),
    "from number": layer("Dense: {units: 4, from: 3}"),
    "from map": layer("Dense: {units: 4, from: {a: {b: c}}}"),
    "from empty": layer("Dense: {units: 4, from: []}"),
    "shape text": "specgraph: 1\ninputs: {x: four}\nlayers: [Flatten]\n",
    "shape number": "specgraph: 1\ninputs: {x: 4}\nlayers: [Flatten]\n",
    "shape negative": "specgraph: 1\ninputs: {x: [-1]}\nlayers: [Flatten]\n",
    "shape zero": "specgraph: 1\ninputs: {x: [0]}\nlayers: [Flatten]\n",
    "shape float": "specgraph: 1\ninputs: {x: [4.0]}\nlayers: [Flatten]\n",
    "shape bool": "specgraph: 1\ninputs: {x: [true]}\nlayers: [Flatten]\n",
    "shape nested": "specgraph: 1\ninputs: {x: [[4]]}\nlayers: [Flatten]\n",
    "models list": "specgraph: 1\nmodels: [a]\n",
    "models null": "specgraph: 1\nmodels:\n",
    "model number": "specgraph: 1\nmodels: {a: 3}\n",
    "model empty": "specgraph: 1\nmodels: {a: {}}\n",
    "models beside layers": HEAD + "  - Flatten\nmodels: {a: {inputs: {x: [4]}, layers: [Flatten]}}\n",
    "params list": "specgraph: 1\nparams: [a]\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "param map": "specgraph: 1\nparams: {a: {b: c}}\ninputs: {x: [4]}\nlayers: [Dense: {units: $a}]\n",
    "outputs number": HEAD + "  - Flatten\noutputs: 3\n",
    "outputs unknown": HEAD + "  - Flatten\noutputs: [y]\n",
    "outputs empty": HEAD + "  - Flatten\noutputs: []\n",
    "compile list": HEAD + "  - Flatten\ncompile: [adam]\n",
    "compile unknown": HEAD + "  - Flatten\ncompile: {optimiser: adam}\n",
    "key of another tool": HEAD + "  - Flatten\nservices: {web: {image: nginx}}\n",
    "key of the language": HEAD + "  - Flatten\n__class__: x\n",
}
UNSAFE = {
    **{
        name: layer(f"{name}: {{}}")
        for name in (
            "Lambda",
            "TFSMLayer",
            "JaxLayer",
            "FlaxLayer",
            "TorchModuleWrapper",
            "InputLayer",
            "Layer",
            "Wrapper",
        )
    },
    "lambda source": layer("Lambda: {function: \"__import__('os').system('id')\"}"),
    "lambda, nested": layer("TimeDistributed: {layer: {Lambda: {function: x}}}", IMAGE),
    "saved model, nested": layer("Bidirectional: {layer: {TFSMLayer: {filepath: /tmp/x}}}"),
    "saved model": layer("TFSMLayer: {filepath: /tmp/x, call_endpoint: serve}"),
    "python path": layer("os.system: {command: id}"),
    "python class": layer("keras.layers.Lambda: {}"),
    "source module": layer("keras.src.layers.core.lambda_layer.Lambda: {}"),
    "deserialize": layer("deserialize: {config: {}}"),
    "getattr": layer("__class__: {}"),
    "dunder argument": layer("Dense: {units: 4, __init__: 1}"),
    "base argument": layer("Dense: {units: 4, input_shape: [3]}"),
    "activation as a map": layer("Dense: {units: 4, activation: {class_name: Lambda, config: {}}}"),
    "activation of Keras": layer("Dense: {units: 4, activation: {keras.ops.save: {}}}"),
    "activation from a module": layer("Dense: {units: 4, activation: os.system}"),
    "activation, a function of Keras": layer("Dense: {units: 4, activation: deserialize}"),
    "initializer as a map": layer("Dense: {units: 4, kernel_initializer: {class_name: x, config: {}}}"),
    "initializer from a module": layer("Dense: {units: 4, kernel_initializer: {os.system: {}}}"),
    "initializer with more": layer("Dense: {units: 4, kernel_initializer: {zeros: {module: os}}}"),
    "regularizer": layer("Dense: {units: 4, kernel_regularizer: {OrthogonalRegularizer: {factor: os}}}"),
    "constraint": layer("Dense: {units: 4, kernel_constraint: {module: os}}"),
    "policy as a map": layer("Dense: {units: 4, dtype: {class_name: DTypePolicyMap, config: {}}}"),
    "policy, a regular expression": layer("Dense: {units: 4, dtype: {'(a+)+$': float16}}"),
    "policy unknown": layer("Dense: {units: 4, dtype: float128}"),
    "loss from a module": HEAD + "  - Flatten\ncompile: {loss: os.system}\n",
    "loss as a map": HEAD + "  - Flatten\ncompile: {loss: {class_name: x, config: {}}}\n",
    "metric from a module": HEAD + "  - Flatten\ncompile: {metrics: [os.system]}\n",
    "optimizer from a module": HEAD + "  - Flatten\ncompile: {optimizer: {module: os, class_name: x}}\n",
    "weights in an absolute path": layer("VGG16: {include_top: false, weights: /etc/passwd.h5}", IMAGE),
    "weights above": layer("VGG16: {include_top: false, weights: ../../w.h5}", IMAGE),
    "weights above, later": layer("VGG16: {include_top: false, weights: a/../../w.h5}", IMAGE),
    "weights at home": layer("VGG16: {include_top: false, weights: ~/w.h5}", IMAGE),
    "weights from the network": layer("VGG16: {include_top: false, weights: 'https://host/w.h5'}", IMAGE),
    "weights by file URL": layer("VGG16: {include_top: false, weights: 'file:///w.h5'}", IMAGE),
    "weights on a bucket": layer("VGG16: {include_top: false, weights: 'gs://b/w.h5'}", IMAGE),
    "weights on a share": layer("VGG16: {include_top: false, weights: '\\\\host\\w.h5'}", IMAGE),
    "weights on a drive": layer("VGG16: {include_top: false, weights: 'C:\\w.h5'}", IMAGE),
    "weights of another kind": layer("VGG16: {include_top: false, weights: w.pkl}", IMAGE),
    "weights of a device": layer("VGG16: {include_top: false, weights: /dev/zero}", IMAGE),
    "weights, NUL": layer('VGG16: {include_top: false, weights: "w\\0.h5"}', IMAGE),
    "weights as a list": layer("Embedding: {input_dim: 4, output_dim: 4, weights: [[1]]}"),
    "vocabulary file": layer("StringLookup: {vocabulary: /etc/passwd}"),
    "vocabulary file of ints": layer("IntegerLookup: {vocabulary: /etc/passwd}"),
    "vocabulary file of text": layer("TextVectorization: {vocabulary: /etc/passwd}"),
    "standardize": layer("TextVectorization: {standardize: os.system}"),
    "schema from the network": "$schema: [https://host]\n" + layer("Dense: {units: 0}"),
    "param from the environment": layer("Dense: {units: $HOME}"),
    "param of the shell": layer("Dense: {units: $(id)}"),
    "expression that calls": layer('Dense: {units: "${__import__(1)}"}'),
    "expression with attributes": layer('Dense: {units: "${x.__class__}"}'),
    "expression with a string": layer("Dense: {units: \"${open('/etc/passwd')}\"}"),
    "include": layer("Dense: {units: !include /etc/passwd}"),
    "reference": layer("Dense: {$ref: '#/layers/0'}"),
}
RESOURCES = {
    "wide": layer("Dense: {units: 9007199254740992}\n  - Dense: {units: 9007199254740992}\n  - Dens"),
    "input too long": "specgraph: 1\ninputs: {x: [9007199254740992, 9007199254740992]}\nlayers: [Flatten]\n",
    "many layers": many(10_001, lambda i: "Flatten"),
    "many layers, faulty": many(n(30_000), lambda i: "Danse: {units: 4}"),
    "models that double": doubling(30),
    "models that double, deep": doubling(3000),
    "repeated": layer("RepeatVector: {n: 9007199254740992}\n  - RepeatVector: {n: 3}"),
    "repeats": layer("repeat: {times: 9007199254740992, layers: [Flatten]}"),
    "repeats of nothing": layer("repeat: {times: 9007199254740992, layers: []}"),
    "repeats in repeats": layer("repeat: {times: 99, layers: [" * 20 + "Flatten" + "]}" * 20),
    "repeats of nothing in repeats": layer("repeat: {times: 99, layers: [" * 20 + "]}" * 20),
    "repeats of a long list": layer(
        f"repeat: {{times: 9999, layers: [Reshape: {{target_shape: [{'1, ' * n(9_000)}4]}}]}}"
    ),
    "repeats of a long param": f"specgraph: 1\nparams: {{p: [{'1, ' * n(9_000)}4]}}\ninputs: {{x: [4]}}\nlayers: [repeat: {{times: 9999, layers: [Reshape: {{target_shape: $p}}]}}]\n",
    "repeats of a long expression": layer(
        'repeat: {times: 9999, layers: [Dense: {units: "${' + "1+" * 490 + 'index}"}]}'
    ),
    "repeats with many params": "specgraph: 1\nparams: {"
    + ", ".join(f"p{i}: {i}" for i in range(n(50_000)))
    + "}\ninputs: {x: [4]}\nlayers: [repeat: {times: 30000, layers: [when: {if: false, layers: []}]}]\n",
    "branches that double": HEAD + "  - branch: {a: [], b: []}\n" * 60 + "  - Flatten\n",
    "branches that double, with layers": HEAD
    + "  - branch: {a: [Flatten], b: [Flatten]}\n" * 60
    + "  - Flatten\n",
    "branches in branches": layer("branch: {a: [" * 25 + "Flatten" + "], b: [Flatten]}" * 25),
    "branches of many ways": layer(
        "branch: {" + ", ".join(f"w{i}: []" for i in range(n(40_000))) + "}\n  - Add\n  - Dens"
    ),
    "blocks that double": "specgraph: 1\nblocks:\n  b0: {layers: [Flatten]}\n"
    + "".join(f"  b{i}: {{layers: [b{i - 1}, b{i - 1}]}}\n" for i in range(1, 40))
    + "inputs: {x: [4]}\nlayers: [b39]\n",
    "blocks of nothing that double": "specgraph: 1\nblocks:\n  b0: {layers: []}\n"
    + "".join(f"  b{i}: {{layers: [b{i - 1}, b{i - 1}]}}\n" for i in range(1, 40))
    + "inputs: {x: [4]}\nlayers: [b39]\n",
    "block in itself": "specgraph: 1\nblocks: {b: {layers: [b]}}\ninputs: {x: [4]}\nlayers: [b]\n",
    "blocks in a circle": "specgraph: 1\nblocks: {a: {layers: [b]}, b: {layers: [a]}}\ninputs: {x: [4]}\nlayers: [a]\n",
    "block in itself, when": "specgraph: 1\nblocks: {b: {params: {n: 9}, layers: [when: {if: '${n > 0}', layers: [b: {n: '${n - 1}'}]}]}}\ninputs: {x: [4]}\nlayers: [b]\n",
    "deep blocks": "specgraph: 1\nblocks:\n  b0: {layers: [Flatten]}\n"
    + "".join(f"  b{i}: {{layers: [b{i - 1}]}}\n" for i in range(1, n(5000)))
    + f"inputs: {{x: [4]}}\nlayers: [b{n(5000) - 1}, Dens]\n",
    "reuse of itself": layer("reuse: {name: a, layer: a}"),
    "reuse in a circle": layer("reuse: {name: a, layer: b}\n  - reuse: {name: b, layer: a}"),
    "extends itself": "specgraph: 1\nextends: /dev/stdin\n",
    "imports the network": "specgraph: 1\nimports: {a: 'https://host/a.yaml'}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "imports from above": "specgraph: 1\nimports: {a: ../../etc/passwd}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "imports a device": "specgraph: 1\nimports: {a: /dev/zero}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "imports a folder": "specgraph: 1\nimports: {a: .}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "conditions": "specgraph: 1\ninputs: {a: [H], b: [W]}\nlayers:\n  - Concatenate: {axis: -1, from: ["
    + "a, b, " * 3
    + "]}\n  - Add: {from: [a, "
    + "b, " * n(90_000)
    + "]}\n  - Dens\n",
    "sums of names": "specgraph: 1\ninputs: {"
    + ", ".join(f"x{i}: [d{i}]" for i in range(n(20_000)))
    + "}\nlayers:\n  - Concatenate: {from: ["
    + ", ".join(f"x{i}" for i in range(n(20_000)))
    + "]}\n  - Dens\n",
    "merges of names": "specgraph: 1\ninputs: {"
    + ", ".join(f"x{i}: [d{i}]" for i in range(n(20_000)))
    + "}\nlayers:\n  - Add: {from: ["
    + ", ".join(f"x{i}" for i in range(n(20_000)))
    + "]}\n  - Dens\n",
    "expression of long text": layer("Dense: {units: \"${'a' * 9007199254740992}\"}"),
    "expression of long lists": layer('Dense: {units: "${[1] * 9007199254740992}"}'),
    "expression of large powers": layer('Dense: {units: "${2 ** 9007199254740992}"}'),
    "expression of tower": layer('Dense: {units: "${9 ** 9 ** 9 ** 9}"}'),
    "expression of sums": layer('Dense: {units: "${[1, 2] + [3] * 3}"}'),
    "upsampled": "specgraph: 1\ninputs: {x: [8, 8, 3]}\nlayers:\n"
    + "  - UpSampling2D: {size: 9007199254740992}\n" * 9,
    "padded": layer(
        "ZeroPadding2D: {padding: 9007199254740992}\n  - Flatten\n  - Dense: {units: 9007199254740992}", IMAGE
    ),
    "expression long": layer('Dense: {units: "${' + "1+" * n(100_000) + '1}"}'),
    "expression deep": layer('Dense: {units: "${' + "(" * 900 + "1" + ")" * 900 + '}"}'),
    "expression of minuses": layer('Dense: {units: "${' + "-" * 900 + '1}"}'),
    "expression of powers": layer('Dense: {units: "${9**9**9}"}'),
    "expression too large": layer('Dense: {units: "${9007199254740992*9007199254740992}"}'),
    "expression by zero": layer('Dense: {units: "${1//0}"}'),
    "expression of floats": layer('Dense: {units: "${9.0e307*99}"}'),
    "expression rounds": layer('Dense: {units: "${round(1.5, -400)}"}'),
    "many expressions": many(n(9_000), lambda i: 'Dense: {units: "${' + "1+" * 40 + 'x}"}'),
    "many params": "specgraph: 1\nparams: {"
    + ", ".join(f"p{i}: {i}" for i in range(n(60_000)))
    + "}\ninputs: {x: [4]}\nlayers: [Dense: {units: $q}]\n",
    "fan-in": HEAD
    + "".join(f"  - Dense: {{name: d{i}, units: 4, from: x}}\n" for i in range(n(1000)))
    + "".join(
        f"  - Add: {{name: a{i}, from: [{', '.join(f'd{j}' for j in range(n(1000)))}]}}\n" for i in range(100)
    )
    + "  - Dens\n",
    "fan-in of one": layer(f"Add: {{from: [{'x, ' * n(190_000)}]}}\n  - Dens"),
    "outputs": HEAD + "  - Flatten: {name: f}\n  - Dens\noutputs: [" + "f, " * n(190_000) + "]\n",
    "outputs nested": HEAD + "  - Flatten: {name: f}\noutputs: " + "[" * 62 + "g" + "]" * 62 + "\n",
    "cycle of many": many(
        n(9_000), lambda i: f"Dense: {{name: d{i}, units: 4, from: d{(i + 1) % n(9_000)}}}"
    ),
    "reads itself": layer("Dense: {name: a, units: 4, from: a}"),
    "model in itself": "specgraph: 1\nmodels: {m: {inputs: {x: [4]}, layers: [m]}}\n",
    "models in a circle": "specgraph: 1\nmodels: {a: {inputs: {x: [4]}, layers: [b]}, b: {inputs: {x: [4]}, layers: [a]}}\n",
    "many inputs": "specgraph: 1\ninputs: {"
    + ", ".join(f"x{i}: [4]" for i in range(n(40_000)))
    + "}\nlayers: [Add]\n",
    "many axes": f"specgraph: 1\ninputs: {{x: [{', '.join(f'd{i}' for i in range(n(30_000)))}]}}\nlayers: [Flatten, Dense: {{units: 1}}]\n",
    "many metrics": HEAD + "  - Flatten\ncompile: {metrics: [" + "acuracy, " * n(60_000) + "]}\n",
    "many losses": HEAD
    + "  - Flatten\ncompile: {loss: {"
    + ", ".join(f"o{i}: mse" for i in range(n(50_000)))
    + "}}\n",
    "sizes that grow": "specgraph: 1\ninputs: {image: [H, W, 3]}\nlayers:\n"
    + "  - Conv2D: {filters: 3, kernel_size: 3, strides: 2, padding: same}\n  - UpSampling2D: {size: 3}\n"
    * n(2000)
    + "  - Dens\n",
    "sizes multiplied": "specgraph: 1\ninputs: {x: [A, B, C]}\nlayers:\n"
    + "".join(
        f"  - Flatten: {{name: f{i}, from: {'x' if i == 0 else f'c{i - 1}'}}}\n  - Concatenate: {{name: c{i}, from: [f{i}, f{i}]}}\n"
        for i in range(500)
    )
    + "  - Dens\n",
    "one hard question": "specgraph: 1\ninputs: {image: [H, W, 3]}\nlayers:\n  - VGG16: {name: encoder, include_top: false, weights: null}\n"
    "  - Conv2DTranspose: {name: grown, filters: 8, kernel_size: 32, strides: 32}\n" + "  - Concatenate: {from: [image, grown]}\n" * n(9_000) + "  - Dens\n",
    "hard questions": "specgraph: 1\ninputs: {image: [H, W, 3]}\nlayers:\n"
    + "".join(f"  - AveragePooling2D: {{name: p{i}, from: image, pool_size: {2 + i}, strides: {2 + i % 97}}}\n"
              f"  - UpSampling2D: {{name: u{i}, size: {2 + i % 89}}}\n  - Concatenate: {{name: c{i}, from: [image, u{i}]}}\n" for i in range(n(3_000))) + "  - Dens\n",
    "windows over names": "specgraph: 1\ninputs: {image: [H, W, 3]}\nlayers:\n"
    + "".join(
        f"  - MaxPooling2D: {{pool_size: {2 + i % 5}, strides: {2 + i % 7}}}\n  - ZeroPadding2D: {{padding: {1 + i % 3}}}\n"
        for i in range(400)
    )
    + "  - Add: {from: [image, zero_padding2d]}\n  - Dens\n",
}
FLOODS = {
    "typos in arguments": many(n(8_000), lambda i: f"Dense: {{unitz{i}: 4, activaton{i}: relu, nme{i}: x}}"),
    "typos in layers": many(n(9_900), lambda i: f"Dens{i}"),
    "typos in names": many(n(9_000), lambda i: f"Dense: {{units: 4, from: layer_numbr_{i}}}"),
    "typos in values": many(n(9_000), lambda i: f"Dense: {{units: 4, activation: rel{i}}}"),
    "typos in params": "specgraph: 1\nparams: {"
    + ", ".join(f"width{i}: {i}" for i in range(n(5000)))
    + "}\ninputs: {x: [4]}\nlayers:\n"
    + "".join(f"  - Dense: {{units: $widht{i}}}\n" for i in range(n(9_000))),
    "one name": many(n(9_900), lambda i: "Dense: {name: a, units: 4}"),
    "names that collide": many(
        n(9_900), lambda i: f"Dense: {{name: {'dense' if i % 2 else 'dense_2'}, units: 4}}"
    ),
    "names that are made": many(n(4_900), lambda i: f"Dense: {{name: dense_{i}, units: 4}}")
    + "  - Dense: {units: 4}\n" * n(4_900)
    + "  - Dens\n",
    "long names": many(n(5_000), lambda i: f"Dense: {{name: {'n' * 120}{i:05d}, units: 0}}"),
    "dead layers": many(n(9_900), lambda i: f"Dense: {{name: dead_{i}, units: 4, from: x}}")
    + "outputs: [nothing]\n",
    "keys on top": "specgraph: 1\n" + "".join(f"layerz{i}: 1\n" for i in range(n(60_000))),
    "bad sizes": "specgraph: 1\ninputs: {"
    + ", ".join(f"x{i}: [-{i}]" for i in range(n(40_000)))
    + "}\nlayers: [Flatten]\n",
    "scalars of old": many(n(9_000), lambda i: "Dense: {units: 010, use_bias: yes}"),
    "refused": many(n(9_900), lambda i: "Lambda"),
    "keywords": layer("Dense: {units: 1, activation: relu}")
    + "".join(f"key{i}: 1\n" for i in range(n(60_000))),
    "one long line": "specgraph: 1\ninputs: {x: [4]}\nlayers: [" + "Danse: {units: 0}, " * n(9_900) + "]\n",
    "wide characters": layer("Dense: {units: 0, name: " + "\U0001f600" * n(100_000) + "}"),
    "combining": layer("Dense: {units: 0, activation: a" + "\u0301" * n(100_000) + "}"),
}
