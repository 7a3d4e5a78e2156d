"""Axes whose sizes are known, groups that divide them."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint, divisors
from .masks import over_vectors


def keep_known(source: Source, draft: Draft) -> None:
    """Drops axes of which the size is not known, the batch among them."""
    axis = draft.get("axis")
    listed = axis if isinstance(axis, list) else [axis]
    kept = [one for one in listed if isinstance(draft.x.shape[one], int)]
    if kept == listed:
        return
    if not kept:
        kept = [i for i, dim in enumerate(draft.x.shape) if isinstance(dim, int)][-1:]
    if kept:
        draft.values["axis"] = kept if isinstance(axis, list) else kept[0]


def clip(source: Source, draft: Draft) -> None:
    keep_known(source, draft)
    if draft.get("renorm_clipping") is not None:
        low, high = sorted((source.integer(0, 3), source.integer(0, 3)))
        limits = {"rmax": high, "rmin": low / 2, "dmax": source.integer(0, 3)}
        draft.values["renorm_clipping"] = {name: limits[name] for name in source.some(tuple(limits), 3)}


def last(source: Source, draft: Draft) -> None:
    """The last axis, or several of the last."""
    axis = draft.get("axis")
    if isinstance(axis, list):
        draft.values["axis"] = list(range(-min(len(axis), draft.x.rank - 1), 0)) or [-1]
    elif axis != -1:
        draft.values["axis"] = draft.x.rank - 1


def group(source: Source, draft: Draft) -> None:
    if draft.get("axis") % draft.x.rank == 0:
        draft.values["axis"] = -1
    keep_known(source, draft)
    count = draft.x.shape[draft.get("axis")]
    if isinstance(count, int) and (count < 1 or draft.get("groups") < 1 or count % draft.get("groups")):
        draft.values["groups"] = source.choice([*divisors(count), -1])


HINTS = {
    "BatchNormalization": Hint(fit=clip, ports=over_vectors),
    "LayerNormalization": Hint(fit=keep_known),
    "RMSNormalization": Hint(fit=last),
    "GroupNormalization": Hint(fit=group),
}
