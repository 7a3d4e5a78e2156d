"""Equations that name the axes of the input, each letter once in a place that says its size."""

from __future__ import annotations

from string import ascii_lowercase

from specgraph.testing.source import Source

from .hint import Draft, Hint


def fit(source: Source, draft: Draft) -> None:
    """Some axes of the input are summed over, some kept, and some come from the kernel."""
    dots = source.choice(("", "left", "right")) if draft.x.rank > 2 else ""
    named = draft.x.rank - (1 if dots else 0)
    letters = ascii_lowercase[:named]  # the last are for axes of the kernel alone
    places = draft.x.shape[1:] if dots == "left" else draft.x.shape[:named]
    free = [i for i in range(named) if dots == "left" or i]
    known = [i for i in free if isinstance(places[i], int)]
    summed = {letters[source.choice(known)]} if known else set()
    shared = {letters[i] for i in known if letters[i] not in summed and source.chance(4)}
    fresh = "xyz"[: source.integer(0 if shared else 1, 2)]
    kept = [letter for letter in letters if letter not in summed]
    kernel = [letter for letter in letters if letter in summed | shared] + list(fresh)
    output = kept + list(fresh)
    sizes = [*(places[letters.index(letter)] for letter in kept), *(source.integer(1, 4) for _ in fresh)]
    stated = [size if isinstance(size, int) else None for size in sizes]
    start, end = ("..." if dots == side else "" for side in ("left", "right"))
    draft.values["equation"] = f"{start}{letters}{end},{''.join(kernel)}->{start}{''.join(output)}{end}"
    if dots == "right":
        stated += [dim if isinstance(dim, int) else None for dim in draft.x.shape[named:]]
    draft.values["output_shape"] = stated if dots == "left" else stated[1:]
    if draft.get("lora_rank") is not None:
        draft.values.pop("kernel_constraint", None)
    if draft.get("bias_axes") is not None:
        draft.values["bias_axes"] = "".join(source.some(output[0 if dots == "left" else 1 :], 2)) or None


HINTS = {"EinsumDense": Hint(fit=fit)}
