"""Axes to attend over, and heads that share keys evenly."""

from __future__ import annotations

from specgraph.testing.source import Source

from .attention import looking, no_flash
from .hint import Draft, Hint, divisors


def fit_axes(source: Source, draft: Draft) -> None:
    """Attention runs over axes between the batch and the features."""
    no_flash(source, draft)
    axes = draft.get("attention_axes")
    if axes is not None:
        inner = list(range(1, draft.x.rank - 1))
        draft.values["attention_axes"] = inner if isinstance(axes, list) else inner[0]


def share(source: Source, draft: Draft) -> None:
    no_flash(source, draft)
    draft.values["num_key_value_heads"] = source.choice(divisors(draft.values["num_query_heads"]))


HINTS = {
    "MultiHeadAttention": Hint(inputs=looking, fit=fit_axes),
    "GroupQueryAttention": Hint(inputs=looking, fit=share),
}
