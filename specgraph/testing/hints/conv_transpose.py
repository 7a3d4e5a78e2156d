"""Output padding below the stride."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint
from .windows import one_of_stride_and_dilation

_WINDOW = ("kernel_size", "dilation_rate")


def fit(source: Source, draft: Draft) -> None:
    one_of_stride_and_dilation(source, draft)
    axes = draft.x.rank - 2
    if draft.get("output_padding") is None:
        return
    strides = draft.per_axis("strides", axes)
    padding = draft.per_axis("output_padding", axes)
    made = [min(extra, stride - 1) for extra, stride in zip(padding, strides, strict=True)]
    if draft.get("padding") == "same" and 0 in made:
        reach = [(k - 1) * d + 1 for k, d in zip(*(draft.per_axis(n, axes) for n in _WINDOW), strict=True)]
        if any(not extra and not span % 2 for extra, span in zip(made, reach, strict=True)):
            del draft.values["output_padding"]
            return
    draft.values["output_padding"] = made[0] if len(set(made)) == 1 else made


HINTS = {f"Conv{n}DTranspose": Hint(fit=fit) for n in (1, 2, 3)}
