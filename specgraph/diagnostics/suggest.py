"""Did you mean: the name that a mistyped one was meant to be.

The words come from strangers' files and the findings may be many, so a pair of words is compared only
when their lengths and letters leave a chance, and then only along a narrow band.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

MAX_LENGTH = 64
"""Longer words are not typos of anything."""

MAX_DISTANCE = 3

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")

KERAS_2: dict[str, str] = {
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "alpha": "negative_slope",
    "atrous_rate": "dilation_rate",
    "axes": "axis",
    "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer",
    "beta_init": "beta_initializer",
    "bias": "use_bias",
    "border_mode": "padding",
    "concat_axis": "axis",
    "cropping_size": "cropping",
    "decay": "weight_decay",
    "dilation": "dilation_rate",
    "dim_ordering": "data_format",
    "drop_rate": "rate",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
    "filter_length": "kernel_size",
    "filter_size": "kernel_size",
    "forget_bias_init": "unit_forget_bias",
    "gamma_init": "gamma_initializer",
    "hidden_size": "units",
    "in_channels": "filters",
    "init": "kernel_initializer",
    "inbound_nodes": "from",
    "inner_activation": "recurrent_activation",
    "inner_init": "recurrent_initializer",
    "input": "from",
    "inputs": "from",
    "kernel": "kernel_size",
    "kernel_dim": "kernel_size",
    "lr": "learning_rate",
    "nb_classes": "units",
    "nb_col": "kernel_size",
    "nb_epoch": "epochs",
    "nb_feature": "units",
    "nb_filter": "filters",
    "nb_filters": "filters",
    "nb_row": "kernel_size",
    "nb_units": "units",
    "neurons": "units",
    "nonlinearity": "activation",
    "out_channels": "filters",
    "out_features": "units",
    "output_dim": "units",
    "p": "rate",
    "pool_length": "pool_size",
    "pool_stride": "strides",
    "prob": "rate",
    "ratio": "rate",
    "return_sequence": "return_sequences",
    "samples_per_epoch": "steps_per_epoch",
    "sigma": "stddev",
    "std": "stddev",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
    "vocab_size": "input_dim",
    "weight_regularizer": "kernel_regularizer",
}
"""Names that arguments had in Keras 1 and 2, or have in other frameworks, to today's names."""


@lru_cache(maxsize=8192)
def _fold(word: str) -> tuple[str, int]:
    """The word without case and separators, and a bit set of its letters."""
    folded = "".join([char for char in word.lower() if char.isalnum()]).replace("avg", "average")
    mask = 0
    for char in folded:
        mask |= 1 << (ord(char) & 63)
    return folded, mask


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[str, ...]:
    """`MaxPooling2D` -> `max`, `pooling`, `2`, `d`."""
    return tuple(part.lower() for part in _PARTS.findall(word))


def _abbreviates(short: str, parts: tuple[str, ...]) -> bool:
    """Whether folded `short` is made of beginnings of all the parts, in order (`maxpool2d`)."""
    reached = {0}
    for part in parts:
        ahead = set()
        for begin in reached:
            end = begin
            while end < len(short) and end - begin < len(part) and short[end] == part[end - begin]:
                end += 1
                ahead.add(end)
        reached = ahead
        if not reached:
            return False
    return len(short) in reached


def distance(a: str, b: str, cutoff: int) -> int:
    """Edits (a character more, less or other, or two swapped) from `a` to `b`; `cutoff + 1` if more."""
    if abs(len(a) - len(b)) > cutoff:
        return cutoff + 1
    far = cutoff + 1
    before: list[int] = []
    row = [j if j <= cutoff else far for j in range(len(b) + 1)]
    for i in range(1, len(a) + 1):
        char = a[i - 1]
        new = [far] * (len(b) + 1)
        if i <= cutoff:
            new[0] = i
        best = new[0]
        for j in range(max(1, i - cutoff), min(len(b), i + cutoff) + 1):
            cost = row[j - 1] + (char != b[j - 1])
            cost = min(cost, row[j] + 1, new[j - 1] + 1)
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == b[j - 1]:
                cost = min(cost, before[j - 2] + 1)
            new[j] = cost
            best = min(best, cost)
        if best > cutoff:
            return far
        before, row = row, new
    return min(row[-1], far)


def _score(word: str, folded: str, mask: int, candidate: str, cutoff: int) -> float | None:
    """How far a candidate is from the word: 0 for the same letters; None if it is too far."""
    other, letters = _fold(candidate)
    if folded == other:
        return 0.0
    near = (
        abs(len(folded) - len(other)) <= cutoff
        and (mask & ~letters).bit_count() <= cutoff
        and (letters & ~mask).bit_count() <= cutoff
    )
    edits = distance(folded, other, cutoff) if near else cutoff + 1
    if edits == 1 or not other or folded[0] != other[0]:
        return edits if edits <= cutoff else None
    short, long = (folded, candidate) if len(folded) < len(other) else (other, word)
    missing = mask & ~letters if short is folded else letters & ~mask
    if not missing and len(short) > 1 and _abbreviates(short, _parts(long)):
        return 1.5
    return edits if edits <= cutoff else None


def closest(word: str, candidates: Iterable[str], *, limit: int = 1) -> list[str]:
    """The candidates that `word` may have been meant to be, best first; often none.

    The same letters in another case or with other separators come first, then a slip of one key,
    abbreviations (`maxpool2d`), and words up to a third of whose letters differ.
    """
    if len(word) > MAX_LENGTH:
        return []
    folded, mask = _fold(word)
    if not folded:
        return []
    cutoff = min(MAX_DISTANCE, (len(folded) + 1) // 3)
    found: list[tuple[float, bool, int, int, str]] = []
    for index, candidate in enumerate(candidates):
        if len(candidate) > 2 * MAX_LENGTH or candidate == word:
            continue
        score = _score(word, folded, mask, candidate, cutoff)
        if score is not None:
            other = _fold(candidate)[0]
            found.append((score, other[0] != folded[0], abs(len(other) - len(folded)), index, candidate))
    found.sort()
    return list(dict.fromkeys(entry[-1] for entry in found))[:limit]


def closest_argument(word: str, candidates: Iterable[str], *, limit: int = 1) -> list[str]:
    """Like `closest`, for names of arguments: a name from Keras 1 or 2 counts as a perfect match."""
    known = list(candidates)
    today = KERAS_2.get(word)
    if today is None or today not in known:
        return closest(word, known, limit=limit)
    rest = [other for other in closest(word, known, limit=limit) if other != today]
    return [today, *rest][:limit]
