"""What a row is: everything that is known about one layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, Concatenate, Generic, NamedTuple, TypeAlias, TypeVar

from specgraph.ir.compare import Verdict
from specgraph.ir.dim import Dim, variables
from specgraph.ir.tensor import TensorType
from specgraph.spec.catalog import Named
from specgraph.spec.kinds import PerAxis
from specgraph.spec.record import Field, Record

from .policy import compute_dtype
from .work import Work, nothing

Types: TypeAlias = "TensorType | tuple[TensorType, ...]"
A = TypeVar("A", bound=Record)


class Weight(NamedTuple):
    """One variable of a layer; `name` is Keras's, without the layer's own path."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    initializer: Named | str | None = None
    dtype: str | None = None
    """None stands for the policy's variable dtype."""


class Reject(Exception):
    """An input or a combination of arguments that the layer cannot work with.

    `argument` names the argument at fault, if there is one; without it the fault is the layer's use.
    `input` is the position of the input at fault. `facts` are what the search for the cause wants to
    know; each rule says which (`infer.causes`).
    """

    def __init__(
        self,
        rule: str,
        message: str,
        *,
        argument: str | None = None,
        input: int | None = None,
        label: str = "",
        help: str | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.argument = argument
        self.input = input
        self.label = label
        self.help = help
        self.facts = facts
        self.untrue = False
        """Whether Keras would build it, for what it believes to come in is not what comes."""


class Condition(NamedTuple):
    """A layer works only for some sizes of a named dim: when, and what would be wrong otherwise."""

    verdict: Verdict
    reject: Reject


conditions: ContextVar[list[Condition] | None] = ContextVar("conditions", default=None)
"""Where `require` leaves what holds only sometimes; the walker sets a list for each node."""


warnings: ContextVar[list[Reject] | None] = ContextVar("warnings", default=None)
"""Where `warn` leaves what an author should know of; the walker sets a list for each node."""

policy: ContextVar[str | None] = ContextVar("policy", default=None)
"""The dtype policy of the layer that a rule is asked about."""

adapts: ContextVar[bool] = ContextVar("adapts", default=False)
"""Whether training will adapt the layer that a rule is asked about, if it must be."""
LEARNT = {
    "Normalization": "mean",
    "Discretization": "bin_boundaries",
    "IntegerLookup": "vocabulary",
    "StringLookup": "vocabulary",
    "TextVectorization": "vocabulary",
}
"""Layers with `adapt`, and the argument that stands for what it finds."""


def warn(reject: Reject) -> None:
    """Leaves a warning: the layer builds, and runs in some places only."""
    found = warnings.get()
    if found is not None:
        found.append(reject)


def computing() -> str:
    """The dtype that the layer in question computes in."""
    return compute_dtype(policy.get())


def require(verdict: Verdict, reject: Reject) -> None:
    """Raises `reject` if it never holds; leaves a condition if it sometimes does."""
    if verdict.kind == "never":
        raise reject
    if verdict.kind == "sometimes":
        found = conditions.get()
        if found is not None:
            found.append(Condition(verdict, reject))


def demand(verdict: Verdict, reject: Reject, *dims: Dim) -> None:
    """`require`, but for sizes without a name, which nobody can be asked to choose, only "never" counts."""
    if verdict.kind != "sometimes" or not any(one.unknown for dim in dims for one in variables(dim)):
        require(verdict, reject)


def no_weights(args: Record, *inputs: TensorType) -> Iterator[Weight]:
    """For layers that hold no variables."""
    return iter(())


def same(args: Record, x: TensorType) -> TensorType:
    """For layers whose output has the shape of their input."""
    return x


def nothing_pinned(args: Record, *inputs: TensorType) -> tuple[Dim, ...]:
    """For layers that are built for their weights alone."""
    return ()


def rank_pinned(args: Record, x: TensorType) -> tuple[Dim, ...]:
    """For layers that are built for some number of axes."""
    return (x.rank,)


class Port(NamedTuple):
    """A call argument that takes a tensor by name, besides the inputs: `initial_state`, `mask`."""

    name: str
    many: bool = False
    """Whether it takes a list of tensors."""


class Layer(Generic[A]):
    """One row: a layer's arguments, and what it does to types.

    `rank` is the rank its input must have, the batch axis included: an int, or (least, most).
    `inputs` is how many tensors it takes, (least, most). `infer(args, *inputs)` gives the type of the
    output, or several; its dtype is then replaced by the policy's compute dtype, unless `keeps_dtype`.
    `ports` are further call arguments that take tensors; `infer` gets them as keywords, each a type or,
    of a port for many, a tuple of types. `weights(args, *inputs)` lists the variables in Keras's order;
    `pinned(args, *inputs)` is what the layer was built for besides, so that it fails with another.
    """

    __slots__ = (
        "_fitted",
        "args",
        "autocast",
        "call",
        "doc",
        "floats_only",
        "infer",
        "input_names",
        "inputs",
        "keeps_dtype",
        "keeps_ints",
        "keras_class",
        "keras_name",
        "name",
        "nested_only",
        "no_bools",
        "pinned",
        "ports",
        "rank",
        "shapes",
        "space",
        "spread_inputs",
        "weights",
        "work",
    )  # fmt: skip

    common: tuple[str, ...] = ("name", "from", "trainable", "dtype")
    """Keys that an item of this row takes besides its arguments."""

    def __init__(
        self,
        *,
        name: str,
        args: type[A],
        infer: Callable[Concatenate[A, ...], Types],
        doc: str,
        shapes: str = "",
        work: Work = nothing,
        rank: int | tuple[int, int] | None = None,
        space: int | None = None,
        weights: Callable[Concatenate[A, ...], Iterable[Weight]] = no_weights,
        pinned: Callable[Concatenate[A, ...], tuple[Dim, ...]] = nothing_pinned,
        inputs: tuple[int, int | None] = (1, 1),
        input_names: tuple[str, ...] = (),
        spread_inputs: bool = False,
        ports: tuple[Port, ...] = (),
        call: tuple[str, ...] = (),
        keeps_dtype: bool = False,
        keeps_ints: bool = False,
        autocast: bool = True,
        floats_only: bool = False,
        no_bools: bool = False,
        nested_only: bool = False,
        keras_name: str | None = None,
        keras_class: str | None = None,
    ) -> None:
        self.name = name
        self.args = args
        self.infer = infer
        self.doc = doc
        """One or two sentences on what the layer does."""
        self.shapes = shapes
        """Input and output in words: `(batch, steps, features) -> (batch, units)`."""
        self.rank = rank
        self.space = rank - 2 if space is None and isinstance(rank, int) else space
        """How many spatial axes there are: two less than the rank, unless stated."""
        self.weights = weights
        self.pinned = pinned
        self.inputs = inputs
        self.input_names = input_names
        """Names that `from: {query: x, value: y}` may use, in the order of `infer`'s inputs."""
        self.spread_inputs = spread_inputs
        """Keras takes several inputs as arguments of their own, not as a list."""
        self.ports = ports
        self.call = call
        """Arguments that Keras takes when the layer is called, such as `return_attention_scores`."""
        self.keeps_dtype = keeps_dtype
        self.work = work
        """Multiplications of one example, from the arguments and types that the layer has got."""
        self.keeps_ints = keeps_ints
        """Ints come out as they went in, although Keras declares the compute dtype."""
        self.autocast = autocast
        """Float inputs are cast to the compute dtype first (Keras's default)."""
        self.floats_only = floats_only
        """Ints would fail when the layer runs or trains, although Keras builds it."""
        self.no_bools = no_bools
        """Bools would fail when the layer runs, although Keras builds it."""
        self.nested_only = nested_only
        """No item of its own, only an argument of another layer: a recurrent cell."""
        self.keras_class = keras_class
        """Of a plugin's row: `package.module:Class`, which is imported when a model is built."""
        self.keras_name = keras_name or name
        """The class in `keras.layers` that lowering calls."""

        self._fitted: dict[str, Field] | None = None

    def arity(self, args: A) -> tuple[int, int | None]:
        """How many tensors it takes, (least, most), given these arguments."""
        return self.inputs

    def port(self, name: str) -> Port | None:
        """The port of this name."""
        return next((port for port in self.ports if port.name == name), None)

    def named_inputs(self) -> tuple[str, ...]:
        """The names that a mapping under `from` has for the inputs; those of the ports come on top."""
        return self.input_names or ("sequences" if self.ports else "inputs",)

    def fields(self) -> dict[str, Field]:
        """The arguments, with per-axis ones fitted to this row's spatial axes."""
        if not self.space or self.space < 1:
            return self.args.fields()
        if self._fitted is not None:
            return self._fitted
        self._fitted = fitted = {}
        for name, field in self.args.fields().items():
            kind = field.kind.for_rank(self.space + 2) if isinstance(field.kind, PerAxis) else field.kind
            fitted[name] = Field(name, kind, field.default, field.doc)
        return fitted


def spread(value: int | tuple[int, ...], count: int) -> tuple[int, ...]:
    """A per-axis argument as one int for each of `count` axes."""
    return (value,) * count if isinstance(value, int) else value


def known(dim: Dim, message: str, *, axis: int, input: int = 0) -> int:
    """The size of an axis on which weights depend; rejects one that is not known now."""
    if isinstance(dim, int):
        return dim
    raise Reject("undefined-features", message, input=input, axis=axis, dim=dim)
