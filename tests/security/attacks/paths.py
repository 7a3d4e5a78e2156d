"""Class 12: paths that lead elsewhere."""

from __future__ import annotations

from .making import IMAGE, layer, n

LITERAL = {
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
    "extends standard input": "specgraph: 1\nextends: /dev/stdin\n",
    "imports the network": "specgraph: 1\nimports: {a: 'https://host/a.yaml'}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "imports from far above": "specgraph: 1\nimports: {a: ../../etc/passwd}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "imports a device": "specgraph: 1\nimports: {a: /dev/zero}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "imports a folder": "specgraph: 1\nimports: {a: .}\ninputs: {x: [4]}\nlayers: [a.b]\n",
    "weights, in a block": "specgraph: 1\nblocks: {b: {layers: [VGG16: {include_top: false, weights: /etc/passwd.h5}]}}\ninputs: {image: [32, 32, 3]}\nlayers: [b]\n",
    "weights, by a param": "specgraph: 1\nparams: {w: ../w.h5}\ninputs: {image: [32, 32, 3]}\nlayers: [VGG16: {include_top: false, weights: $w}]\n",
    "many imports": "specgraph: 1\nimports: {"
    + ", ".join(f"i{i}: no{i}.yaml" for i in range(n(30_000)))
    + "}\ninputs: {x: [4]}\nlayers: [Flatten]\n",
    "many imports of one file": "specgraph: 1\nimports: {"
    + ", ".join(f"i{i}: specgraph:transformer" for i in range(3_000))
    + "}\ninputs: {x: [4]}\nlayers: [Flatten]\n",
}
FORMED = {
    f"{word} {name}": f"specgraph: 1\n{line}\ninputs: {{x: [4]}}\nlayers: [Flatten]\n"
    for word, form in (
        ("imports", "imports: {{a: {}}}"),
        ("imports, long", "imports: {{a: {{file: {}}}}}"),
        ("extends", "extends: {}"),
    )
    for name, path in (
        ("from above", "../x.yaml"),
        ("from above, later", "a/../../x.yaml"),
        ("the root", "/"),
        ("a password file", "/etc/passwd"),
        ("from home", "~/x.yaml"),
        ("from another's home", "~root/x.yaml"),
        ("memory", "/proc/self/mem"),
        ("the terminal", "/dev/tty"),
        ("what is endless", "/dev/zero"),
        ("by URL", "'https://host/x.yaml'"),
        ("by file URL", "'file:///x.yaml'"),
        ("from a share", "'\\\\host\\x.yaml'"),
        ("from a share, slashes", "//host/x.yaml"),
        ("from a drive", "'C:\\x.yaml'"),
        ("another stream", "'s.yaml::$DATA'"),
        ("with NUL", '"x\\0.yaml"'),
        ("nothing", "''"),
        ("its folder", "."),
        ("a list", "[s.yaml]"),
        ("a number", "3"),
        ("null", "null"),
        ("itself", "s.yaml"),
        ("itself, in a round", "./a/../s.yaml"),
        ("with a long name", "x" * 100_000),
        ("with many folders", "x/" * 50_000 + "x"),
        ("shipped, above", "'specgraph:../cnn'"),
        ("shipped, far above", "'specgraph:../../pyproject'"),
        ("shipped, unknown", "'specgraph:nothing'"),
        ("shipped, a folder", "'specgraph:examples'"),
        ("shipped, empty", "'specgraph:'"),
    )
    for line in (form.format(path),)
}
assert not LITERAL.keys() & FORMED.keys()
PATHS = LITERAL | FORMED
