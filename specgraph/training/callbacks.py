"""The callbacks that a spec names, made with Keras; and what of them a resumed run must know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.lower.values import arguments, to_keras
from specgraph.spec.catalog import Named

STATE: dict[str, tuple[str, ...]] = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
    "SwapEMAWeights": ("_ema_weights_in_model",),
}
"""Attributes that change while a callback works."""
ARRAYS = ("best_weights",)


def make(named: Sequence[Named]) -> list[Any]:
    """Keras's callbacks; `TerminateOnNaN` is what every run does by itself."""
    return [_make(one) for one in named if one.name != "TerminateOnNaN"]


def _make(named: Named) -> Any:
    import keras

    if named.name != "LearningRateScheduler":
        return getattr(keras.callbacks, named.name)(**arguments(named.args))
    args: Any = named.args
    schedule = to_keras(args.schedule)
    return keras.callbacks.LearningRateScheduler(
        lambda epoch, rate=None: float(keras.ops.convert_to_numpy(schedule(epoch)))
    )


def _names(callback: Any) -> tuple[str, ...]:
    return STATE.get(type(callback).__name__, ())


def state(callbacks: Sequence[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What callbacks remember, and the arrays among it by name."""
    import numpy as np

    plain: list[dict[str, Any]] = []
    arrays: dict[str, Any] = {}
    for i, one in enumerate(callbacks):
        kept: dict[str, Any] = {}
        for name in _names(one):
            value = getattr(one, name)
            if name in ARRAYS:
                kept[name] = None if value is None else len(value)
                for j, array in enumerate(value or ()):
                    arrays[f"callback/{i}/{name}/{j}"] = np.array(array)
            else:
                kept[name] = value if value is None or isinstance(value, bool | int | str) else float(value)
        plain.append(kept)
    return plain, arrays


def restore(callbacks: Sequence[Any], plain: Sequence[dict[str, Any]], arrays: dict[str, Any]) -> None:
    """Gives callbacks back what they remembered; at the beginning of a phase that is nothing."""
    if not plain:
        return
    for i, (one, kept) in enumerate(zip(callbacks, plain, strict=True)):
        for name in _names(one):
            value = kept[name]
            if name in ARRAYS and value is not None:
                value = [arrays[f"callback/{i}/{name}/{j}"] for j in range(value)]
            setattr(one, name, value)
