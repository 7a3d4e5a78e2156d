"""How digit-like what the GAN and the VAE make is, to a classifier that is trained on real digits.

The classifier, a small CNN, learns the 4,000 training digits of `mnist_5000`. Of each set of 1,000 images:
- sure: the share that it gives a class with a probability of at least 0.9;
- classes: how many of the ten digits have a share of at least 2 %;
- distance: the Frechet distance of its 64 hidden values from those of the 1,000 held-out digits (Heusel et
  al. 2017, with this classifier in the place of Inception); 0 for the same distribution.

Beside the GAN stand noise and real digits; beside the VAE, samples of the same net as a plain autoencoder,
whose latent values are drawn from the same standard normal.

python benchmarks/samples.py [gan] [vae] [dcgan] [--epochs N]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

COUNT = 1000
SPECS = Path(__file__).parents[1] / "specs"
PLAIN = Path(__file__).parent / "plain_autoencoder.yaml"


class Scores(NamedTuple):
    """Of one set of images."""

    sure: float
    classes: int
    distance: float


class Judge:
    """A classifier of 28 x 28 digits in 0 to 1, and what it makes of images."""

    def __init__(self, epochs: int = 12) -> None:
        import keras

        from specgraph.data.builtin import SOURCES
        from specgraph.data.source import Place

        source = next(one for one in SOURCES if one.name == "mnist_5000")
        data = source.load(source.args.checked({}), Place(None, None))
        assert data.held_out is not None
        keras.utils.set_random_seed(0)
        layers = keras.layers
        image = keras.Input((28, 28, 1))
        x = layers.Conv2D(16, 3, activation="relu")(image)
        x = layers.MaxPooling2D()(x)
        x = layers.Conv2D(32, 3, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        hidden = layers.Dense(64, activation="relu")(layers.Flatten()(x))
        probs = layers.Dense(10, activation="softmax")(layers.Dropout(0.5)(hidden))
        self.model = keras.Model(image, [probs, hidden])
        trained = keras.Model(image, probs)
        trained.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        self.real = data.held_out["image"] / 255
        trained.fit(data.train["image"] / 255, data.train["label"], epochs=epochs, verbose=0)
        self.accuracy = trained.evaluate(self.real, data.held_out["label"], verbose=0)[1]

    def score(self, images: Any) -> Scores:
        """Of `(count, 28, 28, 1)` images in 0 to 1."""
        import numpy as np

        probs, hidden = self.model.predict(images, verbose=0)
        _, wanted = self.model.predict(self.real, verbose=0)
        shares = np.bincount(probs.argmax(-1), minlength=10) / len(probs)
        sure = float((probs.max(-1) >= 0.9).mean())
        return Scores(sure, int((shares >= 0.02).sum()), frechet(hidden, wanted))


def frechet(a: Any, b: Any) -> float:
    """The squared Frechet distance of two normals with the means and covariances of `(count, values)`."""
    import numpy as np

    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    apart = np.square(a.mean(0) - b.mean(0)).sum()
    # The trace of a product's root is the sum of the roots of its eigenvalues.
    root = np.sqrt(np.clip(np.linalg.eigvals(first @ second).real, 0, None)).sum()
    return float(apart + np.trace(first + second) - 2 * root)


def noise(width: int) -> Any:
    """Standard normal values, the same each time: `(COUNT, width)`."""
    import numpy as np

    return np.random.default_rng(0).standard_normal((COUNT, width)).astype("float32")


def made(spec: Path, part: str, epochs: int | None, variant: str | None = None) -> Any:
    """What a part of a spec's trained model makes of noise: `(COUNT, 28, 28, 1)`, in 0 to 1."""
    import keras
    import numpy as np

    import specgraph

    run = specgraph.train(spec, epochs=epochs, variant=variant, quiet=True)
    model = run.models[part]
    images = model.predict(noise(model.inputs[0].shape[1]), verbose=0)
    if images.ndim == 4 and images.shape[-1] == 3:  # colours from -1 to 1, as DCGAN makes them
        grey = (images.mean(-1, keepdims=True) + 1) / 2
        images = np.asarray(keras.ops.convert_to_numpy(keras.ops.image.resize(grey, (28, 28))))
    return images.reshape(-1, 28, 28, 1)


def measured(what: list[str], epochs: int | None) -> dict[str, Scores]:
    """The scores by name."""
    import numpy as np

    judge = Judge()
    print(f"the classifier gets {judge.accuracy:.1%} of the held-out digits right")
    uniform = np.random.default_rng(0).random((COUNT, 28, 28, 1), dtype="float32")
    found = {"real digits": judge.score(judge.real), "noise": judge.score(uniform)}
    if "gan" in what:
        found["GAN"] = judge.score(made(SPECS / "gan.yaml", "generator", epochs))
    if "vae" in what:
        found["VAE"] = judge.score(made(SPECS / "vae.yaml", "decoder", epochs))
        found["plain autoencoder"] = judge.score(made(PLAIN, "decoder", epochs))
    if "dcgan" in what:
        found["DCGAN, small"] = judge.score(made(SPECS / "dcgan.yaml", "generator", epochs, "small"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="*", help="gan, vae, dcgan; the first two by default")
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    print(f"{'':20}{'sure':>8}{'classes':>9}{'distance':>10}")
    for name, one in measured(options.what or ["gan", "vae"], options.epochs).items():
        print(f"{name:20}{one.sure:>8.1%}{one.classes:>9}{one.distance:>10.1f}")


if __name__ == "__main__":
    main()
