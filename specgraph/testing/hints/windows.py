"""What windows that slide over axes need to fit; shared by the hints of several families."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft


def shrink_window(draft: Draft, argument: str) -> None:
    """Makes a `valid` window no larger than what it slides over."""
    if draft.get("padding") != "valid":
        return
    space = draft.space()
    window = draft.per_axis(argument, len(space))
    dilated = "dilation_rate" in draft.row.args.fields()
    dilation = draft.per_axis("dilation_rate", len(space)) if dilated else [1] * len(space)
    for i, size in enumerate(space):
        if size is not None and dilation[i] * (window[i] - 1) + 1 > size:
            window[i] = min(window[i], size)
            dilation[i] = 1
    if window != draft.per_axis(argument, len(space)):
        draft.values[argument] = window
    if dilated and dilation != draft.per_axis("dilation_rate", len(space)):
        draft.values["dilation_rate"] = dilation


def one_of_stride_and_dilation(source: Source, draft: Draft) -> None:
    """Drops one of the two if both exceed 1."""
    axes = draft.x.rank - 2
    if max(draft.per_axis("strides", axes)) > 1 and max(draft.per_axis("dilation_rate", axes)) > 1:
        del draft.values[source.choice(("strides", "dilation_rate"))]
