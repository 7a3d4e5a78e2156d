"""Class 9, resource bombs, and floods of errors."""

from __future__ import annotations

from .making import HEAD, IMAGE, doubling, layer, many, n, training

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
    "repeats with many params": "specgraph: 1\nparams: {"
    + ", ".join(f"p{i}: {i}" for i in range(n(50_000)))
    + "}\ninputs: {x: [4]}\nlayers: [repeat: {times: 30000, layers: [when: {if: false, layers: []}]}]\n",
    "branches that double": HEAD + "  - branch: {a: [], b: []}\n" * 60 + "  - Flatten\n",
    "branches that double, with layers": HEAD
    + "  - branch: {a: [Flatten], b: [Flatten]}\n" * 60
    + "  - Flatten\n",
    "blocks that double": "specgraph: 1\nblocks:\n  b0: {layers: [Flatten]}\n"
    + "".join(f"  b{i}: {{layers: [b{i - 1}, b{i - 1}]}}\n" for i in range(1, 40))
    + "inputs: {x: [4]}\nlayers: [b39]\n",
    "blocks of nothing that double": "specgraph: 1\nblocks:\n  b0: {layers: []}\n"
    + "".join(f"  b{i}: {{layers: [b{i - 1}, b{i - 1}]}}\n" for i in range(1, 40))
    + "inputs: {x: [4]}\nlayers: [b39]\n",
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
    "ids that are joined": "specgraph: 1\ninputs: {x: {shape: [1], dtype: int32, range: [0, 9]}}\nlayers:\n"
    + "".join(
        f"  - Concatenate: {{name: c{i}, from: [{', '.join(['x' if i == 0 else f'i{i - 1}'] * 8)}]}}\n"
        f"  - ops.cast: {{name: i{i}, dtype: int32}}\n"
        for i in range(12)
    )
    + "  - Embedding: {input_dim: 5, output_dim: 1}\n",
    "many phases": training(doubling(12), "{freeze: nothing}", n(50_000)),
    "phases over many layers": training(doubling(12), "{freeze: nothing}", 100),
    "patterns over many layers": training(
        doubling(12), "{freeze: [" + ", ".join(f"'{i}*'" for i in range(90)) + "]}", 100
    ),
    "names over many layers": training(
        doubling(12), "{freeze: [" + ", ".join(f"a{i}" for i in range(n(9_000))) + "]}", 1
    ),
    "last layers over many layers": training(
        doubling(12), "{train: [" + ", ".join(f"{{last: {i + 1}}}" for i in range(n(9_000))) + "]}", 3
    ),
    "many callbacks": training(doubling(4), "{callbacks: [" + "EarlyStopping, " * n(40_000) + "]}", 1),
    "callbacks in many phases": training(
        doubling(4), "{callbacks: [" + "EarlyStopping: {monitor: x}, " * 90 + "]}", 90
    ),
    "upsampled": "specgraph: 1\ninputs: {x: [8, 8, 3]}\nlayers:\n"
    + "  - UpSampling2D: {size: 9007199254740992}\n" * 9,
    "padded": layer(
        "ZeroPadding2D: {padding: 9007199254740992}\n  - Flatten\n  - Dense: {units: 9007199254740992}", IMAGE
    ),
    "many params": "specgraph: 1\nparams: {"
    + ", ".join(f"p{i}: {i}" for i in range(n(60_000)))
    + "}\ninputs: {x: [4]}\nlayers: [Dense: {units: $q}]\n",
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
    "  - Conv2DTranspose: {name: grown, filters: 8, kernel_size: 32, strides: 32}\n"
    + "  - Concatenate: {from: [image, grown]}\n" * n(9_000)
    + "  - Dens\n",
    "hard questions": "specgraph: 1\ninputs: {image: [H, W, 3]}\nlayers:\n"
    + "".join(
        f"  - AveragePooling2D: {{name: p{i}, from: image, pool_size: {2 + i}, strides: {2 + i % 97}}}\n"
        f"  - UpSampling2D: {{name: u{i}, size: {2 + i % 89}}}\n  - Concatenate: {{name: c{i}, from: [image, u{i}]}}\n"
        for i in range(n(3_000))
    )
    + "  - Dens\n",
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
