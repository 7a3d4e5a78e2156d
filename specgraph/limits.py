"""The limits of what an untrusted spec may cost, all in one place.

The defaults suit a service that accepts specs from strangers. A caller raises them by passing
another `Limits` (the command line: `--limit NAME=VALUE`); a spec never can.
"""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds on the cost of one spec; every field is a positive int."""

    file_bytes: int = 1 << 20
    """Size of a source file, in bytes of UTF-8."""
    depth: int = 64
    """Nesting of mappings and lists."""
    nodes: int = 200_000
    """Values in a file, after aliases are expanded."""
    aliases: int = 100
    """Uses of YAML aliases (`*name`)."""
    alias_nodes: int = 10_000
    """Values that aliases may add, over all their uses."""
    name_length: int = 128
    """Characters in a name of anything."""
    errors: int = 20
    """Diagnostics reported before the rest is only counted."""
    expression_length: int = 1_000
    """Characters in one `${…}` expression."""
    expression_depth: int = 32
    """Nesting of one `${…}` expression."""
    integer: int = 1 << 53
    """Magnitude of any integer, written or computed."""
    layers: int = 10_000
    """Layers in a file, after expansion; raisable to 100,000."""
    uses: int = 20_000
    """Uses of blocks, and rounds of repeats, in a model."""
    dims: int = 1_000
    """Sizes of inputs that are open: names, each counted once, and nulls."""
    expanded_nodes: int = 500_000
    """Values in all layers, after params, blocks and repeats are put in; an expression counts for half of its
    characters."""
    weight_bytes: int = 4 << 30
    """Bytes of weights that `build` may allocate."""
    initializer_cost: int = 100_000_000_000
    """Multiplications that orthogonal initializers may take at build."""
    feature_memory: int = 1 << 30
    """Bytes of memory for what frozen first layers make of the examples, while the rest is trained."""
    feature_disk: int = 8 << 30
    """Bytes of files for it, where memory is not enough; half of what is free on the disk at most."""

    data_bytes: int = 1 << 30
    """Bytes of one source's data that are held in memory; what can be read piece by piece may be larger."""
    data_files: int = 200_000
    """Files and folders that are looked at in a folder of images."""
    image_pixels: int = 1 << 26
    """Pixels of one image file, before it is made smaller."""
    phases: int = 100
    """Phases of training, each of which is held against every layer."""
    callbacks: int = 100
    """Callbacks of `train`, and of each phase."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of all limits, in the order of their definition."""
        return cls._fields


DEFAULT = Limits()
