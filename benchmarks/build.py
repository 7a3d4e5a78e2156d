"""CPU time to build a model from a spec, beside the same model written by hand in Keras.

Twice: in process, from the call to the model, with Keras and specgraph imported already; and as whole
processes, `specgraph build` beside a script that imports Keras, builds the model and saves it. Every run is a
process of its own, user and system time are added, and the two sides alternate. In process, both sides start
from the same seed, and their weights must be the same to the bit.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from cold import ROOT, command

BAR = 1.0
BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))


def vgg16_spec() -> str:
    lines = ["inputs: {image: [224, 224, 3]}", "layers:"]
    for count, filters in BLOCKS:
        conv = f"  - Conv2D: {{filters: {filters}, kernel_size: 3, padding: same, activation: relu}}"
        lines += [conv] * count + ["  - MaxPooling2D: {pool_size: 2, strides: 2}"]
    lines += ["  - Flatten", *["  - Dense: {units: 4096, activation: relu}"] * 2]
    return "\n".join([*lines, "  - Dense: {units: 1000, activation: softmax}"])


def vgg16_by_hand(keras: Any) -> Any:
    image = x = keras.Input((224, 224, 3), name="image")
    for count, filters in BLOCKS:
        for _ in range(count):
            x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = keras.layers.MaxPooling2D(2, strides=2)(x)
    x = keras.layers.Flatten()(x)
    for _ in range(2):
        x = keras.layers.Dense(4096, activation="relu")(x)
    return keras.Model(image, keras.layers.Dense(1000, activation="softmax")(x), name="model")


def application_spec() -> str:
    return "inputs: {image: [224, 224, 3]}\nlayers:\n  - VGG16: {weights: null}"


def application_by_hand(keras: Any) -> Any:
    image = keras.Input((224, 224, 3), name="image")
    return keras.Model(image, keras.applications.VGG16(weights=None)(image), name="model")


def cnn100_spec() -> str:
    lines = ["inputs: {image: [64, 64, 3]}", "layers:"]
    conv = "  - Conv2D: {filters: 32, kernel_size: 3, padding: same, use_bias: false}"
    lines += [conv, "  - BatchNormalization", "  - ReLU"] * 33
    return "\n".join([*lines, "  - GlobalAveragePooling2D", "compile: {optimizer: adam, loss: mse}"])


def cnn100_by_hand(keras: Any) -> Any:
    image = x = keras.Input((64, 64, 3), name="image")
    for _ in range(33):
        x = keras.layers.Conv2D(32, 3, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
    model = keras.Model(image, keras.layers.GlobalAveragePooling2D()(x), name="model")
    model.compile(optimizer="adam", loss="mse")
    return model


MODELS: dict[str, tuple[Callable[[], str], Callable[[Any], Any]]] = {
    "cnn100": (cnn100_spec, cnn100_by_hand),
    "vgg16": (vgg16_spec, vgg16_by_hand),
    "application": (application_spec, application_by_hand),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", default=",".join(MODELS), help="of %(default)s")
    parser.add_argument("--runs", type=int, default=5, help="of each side, alternating")
    parser.add_argument("--no-processes", action="store_true", help="in process only")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar does not hold")
    parser.add_argument("--one", nargs=2, metavar=("SIDE", "MODEL"), help=argparse.SUPPRESS)
    parser.add_argument("--script", nargs=2, metavar=("MODEL", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one(*options.one)
    if options.script:
        return script(*options.script)
    held = True
    for name in options.models.split(","):
        held = in_process(name, options.runs) and held
        held = (options.no_processes or whole_processes(name, options.runs)) and held
    return 1 if options.check and not held else 0


def one(side: str, name: str) -> int:
    """One timed run, in this process; prints seconds and a digest of the weights."""
    import keras

    import specgraph

    # What a first layer and a first spec set up is no model's cost; both sides do both.
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).compile()
    specgraph.build("specgraph: 1\ninputs: {x: [2]}\nlayers: [Dense: {units: 1}]\n")
    spec, by_hand = MODELS[name]
    text = "specgraph: 1\n" + spec() + "\n"
    keras.utils.set_random_seed(1)
    start = cpu(resource.RUSAGE_SELF)
    model: Any = specgraph.build(text) if side == "spec" else by_hand(keras)
    took = cpu(resource.RUSAGE_SELF) - start
    digest = hashlib.sha256()
    for weight in model.get_weights():
        digest.update(weight.tobytes())
    print(f"{took:.4f} {digest.hexdigest()}")
    return 0


def script(name: str, file: str) -> int:
    """What a user without specgraph would run."""
    import keras

    MODELS[name][1](keras).save(file)
    return 0


def cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def in_process(name: str, runs: int) -> bool:
    pairs, digests = [], set()
    for _ in range(runs):
        pair = []
        for side in ("by hand", "spec"):
            argv = [sys.executable, __file__, "--one", side, name]
            took, digest = subprocess.run(
                argv, capture_output=True, text=True, check=True, env=quiet()
            ).stdout.split()
            pair.append(float(took))
            digests.add(digest)
        pairs.append((pair[0], pair[1]))
    same = "the same weights" if len(digests) == 1 else "OTHER WEIGHTS"
    return report(f"{name}, in process", pairs, f"   {same}") and len(digests) == 1


def whole_processes(name: str, runs: int) -> bool:
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder, "spec.yaml")
        spec.write_text("specgraph: 1\n" + MODELS[name][0]() + "\n")
        by_hand = [sys.executable, __file__, "--script", name, str(Path(folder, "hand.keras"))]
        ours = [*command(), "build", str(spec), "-o", str(Path(folder, "spec.keras"))]
        for _ in range(runs):
            pairs.append((children(by_hand), children(ours)))
    return report(f"{name}, whole process", pairs)


def children(argv: list[str]) -> float:
    start = cpu(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, check=True, capture_output=True, env=quiet())
    return cpu(resource.RUSAGE_CHILDREN) - start


def quiet() -> dict[str, str]:
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": paths}


def report(what: str, pairs: list[tuple[float, float]], note: str = "") -> bool:
    ratio = median(b / a for a, b in pairs)
    hand, spec = (median(side) for side in zip(*pairs, strict=True))
    held = ratio <= BAR
    print(
        f"{what:<28} by hand {hand:6.2f} s   spec {spec:6.2f} s   ratio {ratio:.2f}x   "
        f"bar {BAR}x: {'holds' if held else 'DOES NOT HOLD'}{note}",
        flush=True,
    )
    return held


if __name__ == "__main__":
    sys.exit(main())
