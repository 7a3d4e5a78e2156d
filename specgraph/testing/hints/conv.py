"""Kernels that fit, groups that divide."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint, divisors
from .windows import one_of_stride_and_dilation, shrink_window


def fit(source: Source, draft: Draft) -> None:
    one_of_stride_and_dilation(source, draft)
    shrink_window(draft, "kernel_size")
    channels = draft.channels()
    if draft.get("groups") == 1 or channels is None:
        return
    groups = source.choice(divisors(channels))
    draft.values["groups"] = groups
    draft.values["filters"] = groups * source.integer(1, 3)


HINTS = {f"Conv{n}D": Hint(fit=fit) for n in (1, 2, 3)}
