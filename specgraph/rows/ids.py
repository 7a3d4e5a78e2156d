"""Which ids the layers give out that turn values into ids."""

from __future__ import annotations

from typing import Any


def ids_of(name: str, args: Any) -> int | None:
    """How many ids there are, counted from 0; None where a layer gives no ids or only data would tell."""
    if getattr(args, "output_mode", None) != "int" or getattr(args, "invert", False):
        return None
    if name in ("Hashing", "HashedCrossing"):
        return int(args.num_bins)
    if name == "Discretization":
        return len(args.bin_boundaries) + 1 if args.bin_boundaries else args.num_bins
    if name in ("StringLookup", "IntegerLookup", "TextVectorization"):
        if args.vocabulary:
            outside = getattr(args, "num_oov_indices", 1)
            masked = 1 if getattr(args, "mask_token", "") is not None else 0
            return len(args.vocabulary) + outside + masked
        return int(args.max_tokens) if args.max_tokens else None
    return None
