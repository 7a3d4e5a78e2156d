"""What the layers over images share: the kinds of their arguments, and what they ask of an image."""

from __future__ import annotations

from typing import Annotated, Any, Protocol, TypeAlias

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Layer, Reject, demand, warn
from specgraph.spec.kinds import Choice, Either, ListOf, Number, Optional
from specgraph.spec.record import Record

IMAGES = "(batch, height, width, channels)"
SAME_IMAGES = f"{IMAGES} -> {IMAGES}"


def _factor(least: float, most: float) -> Either:
    """How strong a change is at most, or between which two bounds."""
    number = Number(minimum=least, maximum=most)
    phrase = f"a number from {least:g} to {most:g}, or a list of two"
    return Either(number, ListOf(number, least=2, most=2), phrase=phrase)


Factor: TypeAlias = Annotated[float | tuple[float, ...], _factor(0, 1)]
SignedFactor: TypeAlias = Annotated[float | tuple[float, ...], _factor(-1, 1)]
FactorOrNull: TypeAlias = Annotated[float | tuple[float, ...] | None, Optional(_factor(0, 1))]
SignedFactorOrNull: TypeAlias = Annotated[float | tuple[float, ...] | None, Optional(_factor(-1, 1))]
ValueRange: TypeAlias = Annotated[tuple[float, ...], ListOf(Number(), least=2, most=2)]
"""The least and the greatest value of a pixel."""
Interpolation: TypeAlias = Annotated[str, Choice("nearest", "bilinear")]
FillMode: TypeAlias = Annotated[str, Choice("reflect", "wrap", "constant", "nearest")]


class Ranged(Protocol):
    """Arguments with a range of pixel values."""

    @property
    def value_range(self) -> tuple[float, ...]: ...


def check_range(args: Ranged) -> None:
    """Rejects a range of pixel values that does not go up."""
    low, high = args.value_range
    if low >= high:
        message = f"`value_range` goes from the least value to the greatest, not from {low:g} to {high:g}"
        raise Reject("bad-param", message, argument="value_range")


def first(args: Record) -> bool:
    """Whether channels stand before height and width."""
    return getattr(args, "data_format", None) == "channels_first"


def sides(args: Record, x: TensorType) -> tuple[Dim, Dim]:
    """Height and width."""
    return (x.shape[2], x.shape[3]) if first(args) else (x.shape[1], x.shape[2])


def channels(args: Record, x: TensorType) -> Dim:
    return x.shape[1] if first(args) else x.shape[3]


def with_sides(args: Record, x: TensorType, height: Dim, width: Dim) -> TensorType:
    """The same images at another height and width."""
    if first(args):
        return x.with_shape(x.batch, x.shape[1], height, width)
    return x.with_shape(x.batch, height, width, x.shape[3])


def needs_sides(name: str, args: Record, x: TensorType) -> None:
    """Rejects images of open height or width, which Keras builds and then computes with as numbers."""
    if not all(isinstance(side, int) for side in sides(args, x)):
        message = f"{name} needs to know height and width before it runs; its input is {x}"
        help = "give the input its size, or put a Resizing before it"
        raise Reject("fails-when-run", message, input=0, help=help)


def needs_channels(name: str, args: Record, x: TensorType) -> int:
    """How many channels there are; rejects an open number, which Keras counts up to."""
    count = channels(args, x)
    if not isinstance(count, int):
        message = f"{name} needs to know how many channels there are before it runs; its input is {x}"
        raise Reject("fails-when-run", message, input=0)
    return count


def needs_colors(name: str, args: Record, x: TensorType, rule: str = "fails-when-run") -> None:
    """Rejects images that are not of red, green and blue."""
    count = channels(args, x)
    message = f"{name} works on 3 channels, red, green and blue; its input has {count}: {x}"
    demand(equal(count, 3), Reject(rule, message, input=0), count)


def needs_colors_or_grey(name: str, args: Record, x: TensorType) -> None:
    """Rejects images that are neither of three channels nor of one."""
    count = needs_channels(name, args, x)
    if count not in (1, 3):
        message = f"{name} works on 3 channels, or on 1 of grey; its input has {count}: {x}"
        raise Reject("fails-when-run", message, input=0)


def warn_of_direct_calls(name: str, x: TensorType, what: str = "") -> None:
    """Warns of numbers that `fit` and `predict` of TensorFlow cast, and that fail where nothing does."""
    if not is_float(x.dtype):
        message = f"{name}{what} fails on {x.dtype} wherever it is called outside of `fit` and `predict`"
        help = "declare the input as floats, or put a Rescaling before it"
        warn(Reject("fails-when-run", message, input=0, help=help))


def keep(args: Any, x: TensorType) -> TensorType:
    """For layers that give images of the shape they get."""
    if hasattr(args, "value_range"):
        check_range(args)
    return x


def image_layer(
    name: str, args: type[Any], doc: str, *, infer: Any = keep, shapes: str = SAME_IMAGES, **more: Any
) -> Layer[Any]:
    """A row for a layer over batches of images."""
    return Layer(name=name, rank=4, args=args, infer=infer, doc=doc, shapes=shapes, **more)
