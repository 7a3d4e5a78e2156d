"""Class 11: circles, recursion and fan-out."""

from __future__ import annotations

from .making import HEAD, layer, many, n

GRAPHS = {
    "branches in branches": layer("branch: {a: [" * 25 + "Flatten" + "], b: [Flatten]}" * 25),
    "branches of many ways": layer(
        "branch: {" + ", ".join(f"w{i}: []" for i in range(n(40_000))) + "}\n  - Add\n  - Dens"
    ),
    "block in itself": "specgraph: 1\nblocks: {b: {layers: [b]}}\ninputs: {x: [4]}\nlayers: [b]\n",
    "blocks in a circle": "specgraph: 1\nblocks: {a: {layers: [b]}, b: {layers: [a]}}\ninputs: {x: [4]}\nlayers: [a]\n",
    "block in itself, when": "specgraph: 1\nblocks: {b: {params: {n: 9}, layers: [when: {if: '${n > 0}', layers: [b: {n: '${n - 1}'}]}]}}\ninputs: {x: [4]}\nlayers: [b]\n",
    "deep blocks": "specgraph: 1\nblocks:\n  b0: {layers: [Flatten]}\n"
    + "".join(f"  b{i}: {{layers: [b{i - 1}]}}\n" for i in range(1, n(5000)))
    + f"inputs: {{x: [4]}}\nlayers: [b{n(5000) - 1}, Dens]\n",
    "reuse of itself": layer("reuse: {name: a, layer: a}"),
    "reuse in a circle": layer("reuse: {name: a, layer: b}\n  - reuse: {name: b, layer: a}"),
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
    "block in itself, unused": "specgraph: 1\nblocks: {b: {layers: [b]}}\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "blocks in a long circle, unused": "specgraph: 1\nblocks:\n"
    + "".join(f"  b{i}: {{layers: [b{(i + 1) % n(9_000)}]}}\n" for i in range(n(9_000)))
    + "inputs: {x: [4]}\nlayers: [Flatten]\n",
    "blocks that name each other, unused": "specgraph: 1\nblocks:\n"
    + "".join(f"  b{i}: {{layers: [{', '.join(f'b{j}' for j in range(400))}]}}\n" for i in range(n(400)))
    + "inputs: {x: [4]}\nlayers: [Flatten]\n",
    "blocks with typos, unused": "specgraph: 1\nblocks:\n"
    + "".join(f"  b{i}: {{params: {{n: int}}, layers: [Dens{i}: {{unit: $m}}]}}\n" for i in range(n(9_000)))
    + "inputs: {x: [4]}\nlayers: [Flatten]\n",
    "choices left out in each other": layer(
        "when: {if: false, layers: [" * 25 + "Dens" + "]}" * 25 + "\n  - Flatten"
    ),
    "many choices left out": many(n(9_000), lambda i: f"when: {{if: false, layers: [Dens{i}]}}")
    + "  - Flatten\n",
    "block in itself by reuse": "specgraph: 1\nblocks: {b: {layers: [Dense: {name: d, units: 4}, reuse: {layer: b}]}}\ninputs: {x: [4]}\nlayers: [b: {name: b}]\n",
    "block of its own output": "specgraph: 1\nblocks: {b: {layers: [Dense: {name: d, units: 4, from: e}, Dense: {name: e, units: 4, from: d}]}}\ninputs: {x: [4]}\nlayers: [b]\n",
    "outputs of a block in a circle": "specgraph: 1\nblocks: {b: {layers: [Flatten], outputs: [o]}}\ninputs: {x: [4]}\nlayers: [b: {name: o}, Flatten: {from: o}]\n",
    "rounds of rounds": layer(
        "repeat: {name: r, times: 3, layers: [Dense: {name: d, units: 4}]}\n  - Dense: {units: 4, from: r"
        + ".last" * 25_000
        + ".d}"
    ),
    "outputs of outputs": layer(
        "Dense: {name: d, units: 4}\n  - Dense: {units: 4, from: d" + ".0" * 25_000 + "}"
    ),
    "ways that read each other": layer(
        "branch: {a: [Dense: {units: 4, from: b}], b: [Dense: {units: 4, from: a}]}\n  - Add"
    ),
    "a way that reads itself": layer("branch: {name: w, a: [Dense: {units: 4, from: w}], b: []}\n  - Add"),
    "a repeat that reads itself": layer("repeat: {name: r, from: r, times: 2, layers: [Dense: {units: 4}]}"),
    "a variant of nothing": "specgraph: 1\nvariants: {"
    + ", ".join(f"v{i}: {{p{i}: 1}}" for i in range(n(40_000)))
    + "}\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "changes without end": "specgraph: 1\nextends: specgraph:nothing\nchanges: ["
    + "remove: a, " * n(60_000)
    + "]\n",
}
