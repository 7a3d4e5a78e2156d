"""Layers that look values up in a vocabulary, which stands in the spec.

Keras also takes a path for a vocabulary, and reads the file when the layer is made: a spec cannot say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol, TypeAlias

from specgraph.ir.dim import unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import NonNegativeInt, PositiveInt
from specgraph.rows.base import Layer, Reject, adapts
from specgraph.spec.kinds import Bad, Choice, Int, Kind, ListOf, Number, Optional, Str
from specgraph.spec.record import Record

from .encoding import OR_TRAIN, Ragged, Salt, Shape, Sparse, claimed, declared_gathered, gathered, one_hot
from .reshaping import MANY

Token: TypeAlias = "str | int | None"


class Vocabulary(ListOf):
    """A list of tokens, and no path."""

    def __init__(self, item: Kind) -> None:
        super().__init__(item, least=1)

    def check(self, value: object) -> tuple[object, ...]:
        if isinstance(value, str):
            message = f"must be {self.phrase}: a spec reads no file for it"
            raise Bad(message, help="write the tokens out, one after the other")
        return super().check(value)


Words: TypeAlias = Annotated[tuple[str, ...] | None, Optional(Vocabulary(Str()))]
Numbers: TypeAlias = Annotated[tuple[int, ...] | None, Optional(Vocabulary(Int()))]
Weights: TypeAlias = Annotated[tuple[float, ...] | None, Optional(ListOf(Number(), least=1))]
MaxTokens: TypeAlias = Annotated[int | None, Optional(Int(minimum=2))]
Encoding: TypeAlias = Annotated[str, Choice("utf-8", "ascii", "latin-1")]
Mode: TypeAlias = Literal["int", "one_hot", "multi_hot", "count", "tf_idf"]


class IntegerLookupArgs(Record):
    max_tokens: MaxTokens = None
    num_oov_indices: NonNegativeInt = 1
    mask_token: int | None = None
    oov_token: int = -1
    vocabulary: Numbers = None
    vocabulary_dtype: Annotated[str, Choice("int64")] = "int64"
    idf_weights: Weights = None
    invert: bool = False
    output_mode: Mode = "int"
    sparse: Sparse = False
    pad_to_max_tokens: bool = False
    oov_method: Literal["floormod", "farmhash"] = "floormod"
    salt: Salt = None


class StringLookupArgs(Record):
    max_tokens: MaxTokens = None
    num_oov_indices: NonNegativeInt = 1
    mask_token: str | None = None
    oov_token: str = "[UNK]"
    vocabulary: Words = None
    idf_weights: Weights = None
    invert: bool = False
    output_mode: Mode = "int"
    pad_to_max_tokens: bool = False
    sparse: Sparse = False
    encoding: Encoding = "utf-8"
    salt: Salt = None


class TextVectorizationArgs(Record):
    max_tokens: MaxTokens = None
    standardize: Literal["lower_and_strip_punctuation", "lower", "strip_punctuation"] | None = (
        "lower_and_strip_punctuation"
    )
    split: Literal["whitespace", "character"] | None = "whitespace"
    ngrams: PositiveInt | None = None
    output_mode: Mode = "int"
    output_sequence_length: PositiveInt | None = None
    pad_to_max_tokens: bool = False
    vocabulary: Words = None
    idf_weights: Weights = None
    sparse: Sparse = False
    ragged: Ragged = False
    encoding: Encoding = "utf-8"


class Table(Protocol):
    """Arguments that say what stands in a vocabulary, and how many rows it has."""

    @property
    def max_tokens(self) -> int | None: ...
    @property
    def idf_weights(self) -> tuple[float, ...] | None: ...
    @property
    def output_mode(self) -> str: ...
    @property
    def pad_to_max_tokens(self) -> bool: ...
    @property
    def vocabulary(self) -> tuple[str, ...] | tuple[int, ...] | None: ...


def depth(name: str, args: Table, mask: Token, unseen: Sequence[Token], invert: bool = False) -> int:
    """How many numbers a vocabulary gives out: its tokens, those not in it, and the mask.

    Rejects what Keras rejects: tokens twice, too many of them, weights that do not go with them.
    """
    if args.pad_to_max_tokens and args.max_tokens is None:
        raise Reject("bad-param", "`pad_to_max_tokens` needs `max_tokens`", argument="pad_to_max_tokens")
    words = args.vocabulary
    if words is None:
        return _unread(name, args, invert)
    masks = (mask,) if mask is not None and args.output_mode == "int" else ()
    special = (*masks, *unseen)
    tokens = words[len(special) :] if words[: len(special)] == special else words
    _check_tokens(tokens, mask, unseen[:1] if invert else ())
    _check_idf(args, len(words))
    count = len(special) + len(tokens)
    if args.max_tokens is not None and count > args.max_tokens:
        message = (
            f"the vocabulary has {count} tokens with those of its own, `max_tokens` is {args.max_tokens}"
        )
        raise Reject("bad-param", message, argument="max_tokens")
    return args.max_tokens if args.pad_to_max_tokens and args.max_tokens is not None else count


def _unread(name: str, args: Table, invert: bool) -> int:
    """The same of a vocabulary that training will find in the data; what it is alone if so many are made."""
    if invert or not adapts.get():
        help = "give `vocabulary`, a list of all tokens"
        if not invert:
            help += f", {OR_TRAIN}"
        raise Reject(
            "needs-adapt", f"{name} needs adapt: nothing tells what stands in its vocabulary", help=help
        )
    if args.idf_weights is not None:
        message = "`idf_weights` stand without the `vocabulary` that they belong to"
        raise Reject("bad-param", message, argument="idf_weights")
    if args.output_mode != "int" and not args.pad_to_max_tokens:
        message = (
            f"`output_mode: {args.output_mode}` gives a number for each token, of which nobody knows how many"
        )
        help = "`max_tokens: 1000` and `pad_to_max_tokens: true` say so before the data are read"
        raise Reject("needs-adapt", message, argument="output_mode", help=help)
    return args.max_tokens or 2


def _check_tokens(tokens: Sequence[Token], mask: Token, unseen: Sequence[Token]) -> None:
    if not tokens:
        message = "the vocabulary has none but the tokens that the layer adds itself"
        raise Reject("bad-param", message, argument="vocabulary")
    if len(set(tokens)) < len(tokens):
        seen: set[Token] = set()
        twice = next(one for one in tokens if one in seen or seen.add(one))  # type: ignore[func-returns-value]
        raise Reject("bad-param", f"the vocabulary has {twice!r} twice", argument="vocabulary")
    for reserved in (*(() if mask is None else (mask,)), *unseen):
        if reserved in tokens:
            message = f"{reserved!r} stands for something else than a token of the vocabulary"
            help = "leave it out, or change the token that is reserved"
            raise Reject("bad-param", message, argument="vocabulary", help=help)


def _check_idf(args: Table, count: int) -> None:
    weights = args.idf_weights
    if args.output_mode != "tf_idf":
        if weights is not None:
            message = "`idf_weights` go with `output_mode: tf_idf`"
            raise Reject("bad-param", message, argument="idf_weights")
    elif weights is None:
        message = "`output_mode: tf_idf` needs adapt: nothing tells how rare each token is"
        raise Reject("needs-adapt", message, help="give `idf_weights`, a number for each token")
    elif len(weights) != count:
        message = f"`idf_weights` has {len(weights)} numbers, the vocabulary {count} tokens"
        raise Reject("bad-param", message, argument="idf_weights")


def look_up_integers(args: IntegerLookupArgs, x: TensorType) -> TensorType:
    """The same shape of int64, or rows of which Keras says that they are float32."""
    if x.dtype == "string":
        raise Reject("dtype-mismatch", "IntegerLookup looks up integers, not strings", input=0, dtype=x.dtype)
    if args.salt is not None and args.oov_method != "farmhash":
        message = "`salt` goes with `oov_method: farmhash`"
        raise Reject("bad-param", message, argument="salt")
    _check_inverse(args.invert, args.output_mode)
    unseen = (args.oov_token,) * args.num_oov_indices
    rows = depth("IntegerLookup", args, args.mask_token, unseen, args.invert)
    if args.output_mode == "int":
        return TensorType(x.shape, "int64")
    return _rows("IntegerLookup", args.output_mode, x, rows)


def look_up_strings(args: StringLookupArgs, x: TensorType) -> TensorType:
    """The same shape of int64, or with `invert` of strings, or rows that Keras says are float32."""
    if (x.dtype == "string") == args.invert:
        wants = "integers with `invert`" if args.invert else "strings"
        message = f"StringLookup looks up {wants}, its input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, dtype=x.dtype)
    _check_inverse(args.invert, args.output_mode)
    unseen = (args.oov_token,) * args.num_oov_indices
    rows = depth("StringLookup", args, args.mask_token, unseen, args.invert)
    if args.output_mode == "int":
        return claimed(x.shape, "int64", x.shape, "string" if args.invert else "int64")
    return _rows("StringLookup", args.output_mode, x, rows)


def _check_inverse(invert: bool, mode: str) -> None:
    if invert and mode != "int":
        message = "with `invert`, tokens come out, so that `output_mode` can only be int"
        raise Reject("bad-param", message, argument="output_mode")


def _rows(name: str, mode: str, x: TensorType, rows: int) -> TensorType:
    """Rows that are float32 only where they are weighted, and otherwise int64."""
    if mode == "one_hot":
        true = shape = one_hot(name, x, rows)
    else:
        true, shape = gathered(name, x, rows), declared_gathered(x, rows)
    return claimed(shape, "float32", true, "float32" if mode == "tf_idf" else "int64")


def vectorize(args: TextVectorizationArgs, x: TensorType) -> TensorType:
    """`(batch, 1)` of texts -> `(batch, tokens)` of int64, or `(batch, vocabulary)`."""
    name = "TextVectorization"
    if x.dtype != "string":
        message = f"{name} reads strings, its input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, dtype=x.dtype)
    if args.output_mode != "int" and args.output_sequence_length is not None:
        message = "`output_sequence_length` goes with `output_mode: int`"
        raise Reject("bad-param", message, argument="output_sequence_length")
    rows = depth(name, args, "", ("[UNK]",))
    texts = _texts(args, x)
    if args.output_mode == "int":
        true, declared = _numbers(args, x, texts)
        return claimed(declared, "int64", true, "int64")
    if args.split is None:
        if x.rank == 1 and args.output_mode != "one_hot":
            return _needs_texts(x)
        if args.output_mode == "one_hot" and args.ngrams is not None:
            message = "Keras makes no one-hot rows of ngrams in `fit` and `predict` where nothing is split"
            raise Reject("fails-when-run", message, argument="ngrams", help="use `output_mode: multi_hot`")
        return _rows(name, args.output_mode, x, rows)
    return _counted(args, x, texts, rows)


def _texts(args: TextVectorizationArgs, x: TensorType) -> Shape:
    """The shape of the texts, less the last axis of one; a text is split only where it stands alone."""
    if args.split is None or x.rank == 1:
        return x.shape
    if x.shape[-1] != 1:
        when = "" if isinstance(x.shape[-1], int) else ", and must know so before it runs"
        message = f"TextVectorization splits one text of each example, (batch, 1){when}; its input is {x}"
        help = "give the input one text each, or set `split: null` if it is split already"
        raise Reject("fails-when-run", message, input=0, help=help)
    return x.shape[:-1]


def _numbers(args: TextVectorizationArgs, x: TensorType, texts: Shape) -> tuple[Shape, Shape]:
    """The shapes that come out and that Keras declares, which is `(batch, output_sequence_length)`."""
    length = args.output_sequence_length
    if args.split is not None:
        last = unknown() if length is None else length
        return (*texts, last), (x.batch, last)
    if x.rank == 1:
        _needs_texts(x)
    last = length or (x.shape[-1] if args.ngrams is None else unknown())
    return (*x.shape[:-1], last), (x.batch, length or unknown())


def _needs_texts(x: TensorType) -> TensorType:
    message = (
        f"TextVectorization that splits nothing needs an axis of tokens, (batch, tokens); its input is {x}"
    )
    raise Reject("rank-mismatch", message, input=0, rank=x.rank, least=2, most=MANY)


def _counted(args: TextVectorizationArgs, x: TensorType, texts: Shape, rows: int) -> TensorType:
    """One row for each text; Keras keeps the axis of one in what it declares."""
    if args.output_mode == "one_hot":
        message = "one row for each token would be ragged, since texts differ in length"
        help = "use `output_mode: int` and an Embedding, or `multi_hot`"
        raise Reject("fails-when-run", message, argument="output_mode", help=help)
    if len(texts) > 1:
        message = f"TextVectorization counts the tokens of one text of each example; its input is {x}"
        raise Reject("fails-when-run", message, input=0)
    dtype = "float32" if args.output_mode == "tf_idf" else "int64"
    return claimed((*x.shape, rows), "float32", (*texts, rows), dtype)


_SHAPES = (
    "(batch, values) -> (batch, values), or (batch, tokens) if counted, or (batch, values, tokens) if one-hot"
)

LAYERS = (
    Layer(
        name="IntegerLookup",
        rank=(1, MANY),
        args=IntegerLookupArgs,
        infer=look_up_integers,
        keeps_dtype=True,
        autocast=False,
        doc="Gives each integer its place in a vocabulary.",
        shapes=_SHAPES,
    ),
    Layer(
        name="StringLookup",
        rank=(1, MANY),
        args=StringLookupArgs,
        infer=look_up_strings,
        keeps_dtype=True,
        autocast=False,
        doc="Gives each string its place in a vocabulary, or with `invert` the reverse.",
        shapes=_SHAPES,
    ),
    Layer(
        name="TextVectorization",
        rank=(1, MANY),
        args=TextVectorizationArgs,
        infer=vectorize,
        keeps_dtype=True,
        autocast=False,
        doc="Splits texts into words and gives each its place in a vocabulary, or counts them.",
        shapes="(batch, 1) -> (batch, tokens), or (batch, vocabulary) if counted",
    ),
)
