"""What TensorFlow does not know of a tensor when it traces `fit` and `predict`, although Keras does."""

from __future__ import annotations

from collections.abc import Iterable

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType

from .base import Reject, warn

_MESSAGE = "hides from TensorFlow {}, so that what reads it may fail in `fit`"


def warn_of_hidden_axes(help: str, argument: str | None = None) -> None:
    """Warns that it is not known how many axes come out."""
    warn(Reject("fails-when-run", _MESSAGE.format("how many axes come out"), argument=argument, help=help))


def warn_of_hidden_sizes(lost: Iterable[Dim], given: Iterable[Dim], help: str = "say `batch_size`") -> None:
    """Warns that sizes that come out are not known, where one that goes in is open: `lost` are those."""
    sizes = [dim for dim in lost if isinstance(dim, int)]
    if sizes and not all(isinstance(dim, int) for dim in given):
        what = f"the {'size' if len(sizes) == 1 else 'sizes'} {', '.join(map(str, sizes))}"
        warn(Reject("fails-when-run", _MESSAGE.format(what), help=help))


def spread_sizes(shape: tuple[Dim, ...], *inputs: TensorType) -> tuple[Dim, ...]:
    """Of a shape to which inputs broadcast, the sizes that one of them does not have, or has as 1."""
    sizes = [(1,) * (len(shape) - x.rank) + x.shape for x in inputs]
    return tuple(dim for dim, *given in zip(shape, *sizes, strict=True) if 1 in given)
