"""Pictures of a run: what a model makes, side by side, and the figures of its epochs.

Both functions write a PNG to the path that they are given; a caller that must not leave half a file gives one
that is moved when it is whole (`Folder.write`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, isqrt, sqrt
from pathlib import Path
from typing import Any

LEAST_SIDE = 8
"""Of a flat vector that is shown as a square."""
SMALL = 56
"""Images of fewer pixels a side are shown larger, each pixel as a square."""


def as_images(values: Any, bounds: tuple[float, float] | None = None) -> Any:
    """`(count, height, width, channels)` in 0 to 1, or None where values do not look like images.

    Images are `(count, height, width)`, with one, three or four channels, or flat, if they make a square of
    at least 8 x 8. `bounds` are what becomes black and white; without them, 0 and 1 or -1 and 1 if all values
    lie there, else the least and the greatest.
    """
    import keras
    import numpy as np

    found = np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(values, "float32")))
    if found.ndim == 2 and (side := isqrt(found.shape[1])) >= LEAST_SIDE and side**2 == found.shape[1]:
        found = found.reshape(-1, side, side, 1)
    elif found.ndim == 3 and min(found.shape[1:]) >= LEAST_SIDE:
        found = found[..., None]
    if found.ndim != 4 or found.shape[3] not in (1, 3, 4) or not np.isfinite(found).all():
        return None
    low, high = bounds if bounds is not None else _bounds(float(found.min()), float(found.max()))
    return np.clip((found - low) / ((high - low) or 1.0), 0.0, 1.0)


def _bounds(least: float, most: float) -> tuple[float, float]:
    if least < -1 or most > 1:
        return least, most
    return (0.0, 1.0) if least >= 0 else (-1.0, 1.0)


def blank(model: Any, count: int) -> Any:
    """Zeros for each input of a model, or None where their shapes are not known."""
    import keras

    shapes = [tuple(one.shape[1:]) for one in model.inputs]
    if any(size is None for shape in shapes for size in shape):
        return None
    made = [
        keras.ops.zeros((count, *shape), dtype=one.dtype)
        for one, shape in zip(model.inputs, shapes, strict=True)
    ]
    return made if len(made) > 1 else made[0]


def grid(images: Any, path: Path, columns: int | None = None) -> None:
    """Images `(count, height, width, channels)` in 0 to 1, row by row, with a pixel between them."""
    import numpy as np
    from PIL import Image

    count, height, width, channels = images.shape
    columns = columns or ceil(sqrt(count))
    rows = ceil(count / columns)
    sheet = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1, channels), 1.0, "float32")
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + 1) + 1, (i % columns) * (width + 1) + 1
        sheet[top : top + height, left : left + width] = image
    pixels = np.round(sheet * 255).astype("uint8")
    made = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    if max(height, width) < SMALL:
        times = ceil(SMALL / max(height, width))
        made = made.resize((made.width * times, made.height * times), Image.Resampling.NEAREST)
    made.save(path, "PNG")


def curves(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """One plot for each figure, over the epochs of the run; dashed what is measured on held-out data.

    A row of the history has `phase`, `epoch`, and the figures of that epoch; phases are set apart by lines.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    names = _figures(history)
    across = min(3, max(1, len(names)))
    down = max(1, ceil(len(names) / across))
    figure = Figure(figsize=(4.2 * across, 3.0 * down))
    # Room in inches by hand: to have it laid out would draw all of it twice.
    edge = {"left": 0.65 / (4.2 * across), "right": 1 - 0.12 / (4.2 * across)}
    edge |= {"bottom": 0.5 / (3.0 * down), "top": 1 - 0.35 / (3.0 * down)}
    figure.subplots_adjust(**edge, wspace=0.24, hspace=0.4)
    FigureCanvasAgg(figure)
    phases = [row.get("phase") for row in history]
    starts = [i + 0.5 for i in range(1, len(phases)) if phases[i] != phases[i - 1]]
    for i, name in enumerate(names):
        axes = figure.add_subplot(down, across, i + 1)
        for key, style, label in ((name, "-", "training"), (f"val_{name}", "--", "held out")):
            points = [(x, row[key]) for x, row in enumerate(history, 1) if _number(row.get(key))]
            if points:
                marker = "." if len(points) == 1 else ""
                axes.plot(*zip(*points, strict=True), style, marker=marker, label=label, color="C0")
        for start in starts:
            axes.axvline(start, color="0.8", linewidth=1)
        # A $ would begin a formula.
        axes.set_title(name.replace("$", r"\$"), fontsize=10)
        axes.set_xlabel("epoch", fontsize=8)
        axes.tick_params(labelsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if f"val_{name}" in {key for row in history for key in row}:
            axes.legend(fontsize=8)
    figure.savefig(path, format="png", dpi=100)


def _figures(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The figures that any epoch has, the loss first."""
    found = dict.fromkeys(
        key.removeprefix("val_") for row in history for key, value in row.items() if _number(value)
    )
    found.pop("epoch", None)
    return sorted(found, key=lambda name: name != "loss")


def _number(value: Any) -> bool:
    from math import isfinite

    try:
        return not isinstance(value, str | bool) and isfinite(value)
    except TypeError:
        return False
