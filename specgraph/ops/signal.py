"""Fourier transforms, sequences cut from a longer one, and sums of segments."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from specgraph.ir.compare import at_least
from specgraph.ir.dim import Dim, dim_min, unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand, warn
from specgraph.rows.broadcast import may_agree, same_shape
from specgraph.rows.op import Op, declared, fixed, need_rank
from specgraph.spec.kinds import Int, Optional
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, INTS, NoArgs, Operand

_Length = Annotated[int, Int(1)]
_MaybeLength = Annotated[int | None, Optional(Int(1))]
_Window = Literal["hann", "hamming"] | None


class SegmentArgs(Record):
    segment_ids: Operand = None
    num_segments: _MaybeLength = None
    sorted: bool = False


class SequencesArgs(Record):
    sequence_length: _Length
    sequence_stride: _Length


class LengthArgs(Record):
    fft_length: _MaybeLength = None


class StftArgs(Record):
    sequence_length: _Length
    sequence_stride: _Length
    fft_length: _Length
    window: _Window = "hann"
    center: bool = True


class IstftArgs(Record):
    sequence_length: _Length
    sequence_stride: _Length
    fft_length: _Length
    length: _MaybeLength = None
    window: _Window = "hann"
    center: bool = True


def segment(distinct: bool, args: SegmentArgs, data: TensorType, segment_ids: TensorType) -> TensorType:
    """`(n, ...), (n,)` -> `(segments, ...)`; how many is not known unless `num_segments` says.

    `distinct` tells that, unless it does, TensorFlow makes room for as many as there are different ids.
    """
    need_rank(segment_ids, 1, 1, input=1)
    need_rank(data, 1)
    message = f"has {segment_ids.shape[0]} segment ids for {data.shape[0]} rows: {data}"
    may_agree(data.shape[0], segment_ids.shape[0], Reject("shape-mismatch", message, input=1))
    if segment_ids.dtype not in ("int32", "int64"):
        message = f"needs segment ids of int32 or int64, they are {segment_ids.dtype}"
        raise Reject("fails-when-run", message, input=1, dtype=segment_ids.dtype)
    if args.sorted and args.num_segments is not None:
        message = "TensorFlow takes `sorted: true` only without `num_segments`"
        warn(Reject("fails-when-run", message, argument="num_segments", help="leave `sorted` out"))
    if args.segment_ids is not None:
        ids = args.segment_ids.value
        _check_ids(args, ids if isinstance(ids, tuple) else (ids,), distinct)
    count: Dim = unknown() if args.num_segments is None else args.num_segments
    return data.with_shape(count, *data.shape[1:])


def _check_ids(args: SegmentArgs, ids: tuple[int, ...], distinct: bool) -> None:
    """Rejects ids that TensorFlow has no room for, and those that are not in order where it is told so."""
    if args.sorted:
        if list(ids) != sorted(ids) or min(ids, default=0) < 0:
            message = "reads ids that rise from 0 on, as `sorted: true` says; these do not"
            raise Reject("fails-when-run", message, argument="segment_ids", help="leave `sorted` out")
        return
    room = args.num_segments or (len(set(ids)) if distinct else None)
    if room is not None and max(ids, default=0) >= room:
        message = f"has room for segments 0 to {room - 1}, and an id of {max(ids)}"
        help = f"say `num_segments: {max(ids) + 1}`"
        raise Reject("fails-when-run", message, argument="segment_ids", help=help)


def sequences(args: SequencesArgs, x: TensorType) -> TensorType:
    """`(..., n)` -> `(..., sequences, sequence_length)`."""
    need_rank(x, 1)
    size = x.shape[-1]
    message = f"cuts sequences of {args.sequence_length} from {size}: {x}"
    reject = Reject("fails-when-run", message, argument="sequence_length", axis=-1)
    demand(at_least(size, args.sequence_length), reject, size)
    count = declared((size - args.sequence_length) // args.sequence_stride + 1, size)
    return x.with_shape(*x.shape[:-1], count, args.sequence_length)


def _parts(x: tuple[TensorType, ...], least: int) -> TensorType:
    """The real part, after a look at the imaginary one."""
    if len(x) != 2:
        message = f"takes the real and the imaginary parts, two tensors; it has {len(x)}"
        raise Reject("merge-arity", message, help="`from: [real, imaginary]`")
    real, imaginary = x
    message = f"needs parts of one shape, they are {real} and {imaginary}"
    same_shape(real.shape, imaginary.shape, Reject("shape-mismatch", message, input=1))
    need_rank(real, least)
    for i, one in enumerate(x):
        if one.dtype not in ("float32", "float64") or one.dtype != real.dtype:
            message = f"transforms float32 or float64 parts, they are {real.dtype} and {imaginary.dtype}"
            raise Reject("fails-when-run", message, input=i, dtype=one.dtype)
    return real


def fft(args: NoArgs, *x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n)` twice -> the same; Keras must know the size."""
    real = _parts(x, 1)
    fixed(real.shape[-1], real, -1)
    return real, x[1]


def fft2(args: NoArgs, *x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n, m)` twice -> the same; Keras must know the sizes."""
    real = _parts(x, 2)
    fixed(real.shape[-2], real, -2)
    fixed(real.shape[-1], real, -1)
    return real, x[1]


def rfft(args: LengthArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n)` -> `(..., n//2 + 1)` twice."""
    need_rank(x, 1)
    size = x.shape[-1] if args.fft_length is None else args.fft_length
    made = x.with_shape(*x.shape[:-1], declared(size // 2 + 1, size))
    return made, made


def irfft(args: LengthArgs, *x: TensorType) -> TensorType:
    """`(..., n)` twice -> `(..., 2 * (n - 1))`."""
    real = _parts(x, 1)
    if args.fft_length is None:
        message = f"makes no values of one frequency, and ends the whole process: {real}"
        reject = Reject("fails-when-run", message, input=0, crashes=True)
        demand(at_least(real.shape[-1], 2), reject, real.shape[-1])
    size = declared((real.shape[-1] - 1) * 2, real.shape[-1]) if args.fft_length is None else args.fft_length
    return real.with_shape(*real.shape[:-1], size)


def stft(args: StftArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n)` -> `(..., frames, fft_length//2 + 1)` twice."""
    need_rank(x, 1)
    _check_lengths(args)
    size = x.shape[-1]
    padded = size + (args.fft_length // 2 * 2 if args.center else 0)
    message = f"cuts frames of {args.fft_length} from {padded}: {x}"
    reject = Reject("fails-when-run", message, argument="fft_length")
    demand(at_least(padded, args.fft_length), reject, size)
    if args.center:
        reject = Reject("fails-when-run", f"mirrors {args.fft_length // 2} values of {size}: {x}", input=0)
        demand(at_least(size, args.fft_length // 2 + 1), reject, size)
    frames = declared((padded - args.fft_length) // args.sequence_stride + 1, size)
    made = x.with_shape(*x.shape[:-1], frames, args.fft_length // 2 + 1)
    return made, made


def _check_lengths(args: StftArgs | IstftArgs) -> None:
    if args.fft_length < args.sequence_length:
        message = f"transforms {args.fft_length} values, fewer than the {args.sequence_length} of a frame"
        raise Reject("fails-when-run", message, argument="fft_length")


def istft(args: IstftArgs, *x: TensorType) -> TensorType:
    """`(..., frames, fft_length//2 + 1)` twice -> `(..., n)`."""
    real = _parts(x, 2)
    _check_lengths(args)
    frames = real.shape[-2]
    whole = (frames - 1) * args.sequence_stride + args.fft_length
    edge = args.fft_length // 2 if args.center else 0
    if args.length is None:
        made = real.with_shape(*real.shape[:-2], declared(whole - 2 * edge, frames))
        if args.center and not edge:  # Keras takes `x[0:-0]`
            return TensorType(made.shape, made.dtype, made.with_shape(*made.shape[:-1], 0))
        return made
    made = real.with_shape(*real.shape[:-2], args.length)
    size = dim_min(args.length, whole - edge)
    if size == args.length:
        return made
    return TensorType(made.shape, made.dtype, made.with_shape(*made.shape[:-1], size))


_SEGMENTS = "(n, ...), (n,) -> (segments, ...)"
_NO_FLOAT = (*BOOL, *INTS, *COMPLEX, "float16", "bfloat16")
_LIST: Any = {"tensors": ("x",), "takes": "list"}


def _segment(name: str, doc: str, fails_on: tuple[str, ...]) -> Op[SegmentArgs]:
    return Op(
        name=name,
        args=SegmentArgs,
        rule=partial(segment, name == "segment_sum"),
        tensors=("data", "segment_ids"),
        arrays=("segment_ids",),
        doc=doc,
        shapes=_SEGMENTS,
        fails_on=fails_on,
    )


LAYERS = (
    _segment("segment_max", "The greatest values of the rows of each segment.", (*BOOL, *COMPLEX)),
    _segment("segment_min", "The least values of the rows of each segment.", (*BOOL, *COMPLEX)),
    _segment("segment_prod", "The products of the rows of each segment.", BOOL),
    _segment("segment_sum", "The sums of the rows of each segment.", BOOL),
    Op(
        name="extract_sequences",
        args=SequencesArgs,
        rule=sequences,
        doc="Cuts sequences of one length from the last axis.",
        shapes="(..., n) -> (..., sequences, length)",
    ),
    Op(
        name="fft",
        args=NoArgs,
        rule=fft,
        doc="The Fourier transform of complex numbers in two parts, two outputs.",
        shapes="(..., n), (..., n) -> (..., n), (..., n)",
        **_LIST,
    ),
    Op(
        name="fft2",
        args=NoArgs,
        rule=fft2,
        doc="The Fourier transform over two axes, two outputs.",
        shapes="(..., n, m), (..., n, m) -> (..., n, m), (..., n, m)",
        **_LIST,
    ),
    Op(
        name="ifft2",
        args=NoArgs,
        rule=fft2,
        doc="The inverse Fourier transform over two axes, two outputs.",
        shapes="(..., n, m), (..., n, m) -> (..., n, m), (..., n, m)",
        **_LIST,
    ),
    Op(
        name="rfft",
        args=LengthArgs,
        rule=rfft,
        doc="The Fourier transform of real numbers, in two parts.",
        shapes="(..., n) -> (..., n//2 + 1), (..., n//2 + 1)",
        fails_on=_NO_FLOAT,
    ),
    Op(
        name="irfft",
        args=LengthArgs,
        rule=irfft,
        doc="The real numbers of which two parts are the Fourier transform.",
        shapes="(..., n), (..., n) -> (..., 2 * (n - 1))",
        **_LIST,
    ),
    Op(
        name="stft",
        args=StftArgs,
        rule=stft,
        doc="The Fourier transforms of overlapping frames, in two parts.",
        shapes="(..., n) -> (..., frames, k), (..., frames, k)",
        fails_on=_NO_FLOAT,
    ),
    Op(
        name="istft",
        args=IstftArgs,
        rule=istft,
        doc="The signal of which two parts are the transforms of its frames.",
        shapes="(..., frames, k), (..., frames, k) -> (..., n)",
        **_LIST,
    ),
)
