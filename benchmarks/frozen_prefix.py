"""Epochs of a head on a frozen VGG16: `specgraph train`, which computes the features once, and `model.fit`.

Both sides build the same model from the same seed in a process of its own, see the same handwritten digits in
the same order, and measure on the same held-out ones after each epoch. What is timed is training, features
included. The weights of the head must come out equal to float tolerance.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cold import ROOT

BAR = 5.0
TOLERANCE = 1e-3
"""How far the weights may be apart, of what they are."""
SPEC = """\
specgraph: 1
inputs: {{image: [8, 8, 1]}}
layers:
  - Resizing: {{name: large, height: {size}, width: {size}}}
  - Concatenate: {{from: [large, large, large]}}
  - VGG16: {{name: base, include_top: false, weights: null, trainable: false}}
  - Flatten
  - Dense: {{name: hidden, units: 256, activation: relu}}
  - Dropout: {{rate: 0.2, seed: 1}}
  - Dense: {{name: probs, units: 10, activation: softmax}}
compile: {{optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
train:
  data: {{source: digits, take: {examples}}}
  epochs: {epochs}
  batch_size: 32
  cache_features: {kept}
"""


def side(plain: bool, size: int, examples: int, epochs: int, weights: Path) -> None:
    """Trains, prints the seconds, and writes the head's weights."""
    import keras
    import numpy as np

    from specgraph.analysis import analyze
    from specgraph.data.source import Place
    from specgraph.lower.build import lower
    from specgraph.training.best import Best
    from specgraph.training.checkpoint import Memory
    from specgraph.training.objective import objective
    from specgraph.training.phases import Engine
    from specgraph.training.progress import Progress
    from specgraph.training.signals import Signals

    analysis = analyze(SPEC.format(size=size, examples=examples, epochs=epochs, kept=str(not plain).lower()))
    assert analysis.ok and analysis.document is not None, analysis.diagnostics
    training = analysis.document.training
    assert training is not None
    [phase] = training.phases
    keras.utils.set_random_seed(0)
    models = lower(analysis.all_models)
    model = models[phase.model]
    progress = Progress(quiet=True)
    place, best = Place(None, None), Best(None, None)
    engine = Engine(models, analysis.all_models, training, place, progress, Memory(), best)
    data = engine.plan(0).data
    keras.utils.set_random_seed(0)
    start = time.perf_counter()
    if plain:
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        arrange = objective("supervised").arrange
        batches = data.train.batches(32, arrange=arrange, seed=0, epochs=epochs)
        held_out = data.validation.batches(32, arrange=arrange)
        steps = data.train.steps(32)
        model.fit(
            batches, epochs=epochs, steps_per_epoch=steps, validation_data=held_out, shuffle=False, verbose=0
        )
    else:
        engine.run(0, None, Signals(progress.say))
    print(time.perf_counter() - start)
    np.savez(weights, *(one.numpy() for one in model.trainable_variables))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=32, help="rows and columns of the images (default: 32)")
    parser.add_argument("--examples", type=int, default=1000, help="digits to train on (default: 1000)")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--check", action="store_true", help="exit with 1 where the bar does not hold")
    parser.add_argument("--side", choices=("plain", "features"), help=argparse.SUPPRESS)
    parser.add_argument("--weights", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        side(given.side == "plain", given.size, given.examples, given.epochs, given.weights)
        return 0
    import numpy as np

    seconds, heads = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("features", "plain"):
            file = Path(folder, f"{name}.npz")
            script = [sys.executable, __file__, *sys.argv[1:], "--side", name, "--weights", str(file)]
            done = subprocess.run(
                script, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT,
                env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            )  # fmt: skip
            seconds[name] = float(done.stdout)
            with np.load(file) as held:
                heads[name] = [held[one] for one in held.files]
    ratio = seconds["plain"] / seconds["features"]
    pairs = zip(heads["features"], heads["plain"], strict=True)
    apart = max(float(np.max(np.abs(a - b) / (np.abs(b) + 1e-3))) for a, b in pairs)
    what = f"{given.epochs} epochs, {given.examples:,} digits of {given.size}x{given.size}"
    print(f"{what} through a frozen VGG16")
    print(f"  model.fit            {seconds['plain']:8.1f} s")
    print(f"  features once        {seconds['features']:8.1f} s")
    print(f"  ratio                {ratio:8.1f}×   bar {BAR}×")
    print(f"  head weights apart   {apart:8.1e}    relative, at most")
    return int(given.check and (ratio < BAR or apart > TOLERANCE))


if __name__ == "__main__":
    sys.exit(main())
