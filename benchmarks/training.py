"""Training the CNN by its spec against `compile` and `fit` by hand: the same model, data and batches.

python benchmarks/training.py [--pairs 5] [--epochs 12] [--examples 1437]

Each pair trains both ways in this process, in turns as to which is first, with a run's folder and its
checkpoints on one side and nothing beside `fit` on the other; and both ways for a single epoch, so that what
is there once (a graph compiled, a model saved) can be told from what each epoch costs. The first pair warms
up and is left out. Printed are the medians of CPU seconds and of the pairs' ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
BAR = 1.03
SPEC = Path(__file__).parents[1] / "specs" / "cnn.yaml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--examples", type=int, default=1437)
    parser.add_argument("--check", action="store_true", help="exit with 1 where the bar does not hold")
    options = parser.parse_args()

    import numpy as np

    chance = np.random.default_rng(0)
    images = chance.random((options.examples, 64, 64, 3), dtype="float32")
    labels = np.eye(10, dtype="float32")[chance.integers(0, 10, options.examples)]
    sides = {"by hand": by_hand, "by spec": by_spec}
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for pair in range(options.pairs + 1):
        for name in sorted(sides, reverse=bool(pair % 2)):
            once, all_of = (measured(sides[name], images, labels, n) for n in (1, options.epochs))
            if pair:
                took[name].append((all_of, (all_of - once) / (options.epochs - 1)))
    ratios = []
    for i, what in enumerate(("a run", "an epoch")):
        hand, spec = ([one[i] for one in took[name]] for name in sides)
        ratio = statistics.median(b / a for a, b in zip(hand, spec, strict=True))
        seconds = f"{statistics.median(hand):.2f} s by hand, {statistics.median(spec):.2f} s by spec"
        print(f"{what}: {seconds}, {ratio:.3f}x   bar {BAR}x")
        ratios.append(ratio)
    if options.check and ratios[0] > BAR:
        sys.exit(1)


def measured(train: Callable[[Any, Any, int], None], images: Any, labels: Any, epochs: int) -> float:
    """CPU seconds of one run."""
    began = time.process_time()
    train(images, labels, epochs)
    return time.process_time() - began


def by_hand(images: Any, labels: Any, epochs: int) -> None:
    """The model, and batches from `tf.data`, as one writes them."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    count = len(images) * 9 // 10
    data = tf.data.Dataset.from_tensor_slices((images, labels))
    train = data.take(count).shuffle(count, seed=0).batch(32).prefetch(tf.data.AUTOTUNE)
    model.fit(train, validation_data=data.skip(count).batch(32), epochs=epochs, verbose=0)


def by_spec(images: Any, labels: Any, epochs: int) -> None:
    """The shipped spec, into a folder of its own."""
    import specgraph

    with tempfile.TemporaryDirectory() as folder:
        text = SPEC.read_text().partition("train:")[0] + "train: {validation: 0.1}\n"
        specgraph.train(text, data=(images, labels), epochs=epochs, quiet=True, folder=Path(folder) / "run")


if __name__ == "__main__":
    main()
