"""The keys of `train:` and of its phases, each with its kind."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from specgraph.objects.optimizers import LearningRate
from specgraph.spec.catalog import Catalog, Named, OneOf, RecordOf
from specgraph.spec.kinds import Bad, Choice, Either, Int, Kind, ListOf, MapOf, Number, Optional, Schema, Str
from specgraph.spec.record import Record


def _sources() -> Catalog:
    from specgraph.data.index import SOURCES

    return SOURCES


def _steps() -> Catalog:
    from specgraph.data.step_catalog import STEPS

    return STEPS


def _objectives() -> Catalog:
    from specgraph.objects.objectives import OBJECTIVES

    return OBJECTIVES


def _callbacks() -> Catalog:
    from specgraph.objects.callbacks import CALLBACKS

    return CALLBACKS


def _data_args() -> type[Record]:
    return DataArgs


def _phase_args() -> type[Record]:
    return PhaseArgs


def _last_args() -> type[Record]:
    return LastArgs


_SOURCE = OneOf("a data source", _sources)
_STEPS = MapOf(ListOf(OneOf("a step", _steps)))
Columns: TypeAlias = Annotated[dict[str, str] | None, Optional(MapOf(Str()))]
Epochs: TypeAlias = Annotated[int, Int(minimum=1)]
BatchSize: TypeAlias = Annotated[int, Int(minimum=1)]


class DataArgs(Record):
    """Data, where it is more than a source."""

    source: Annotated[Named, _SOURCE, "Where the examples come from."]
    inputs: Annotated[Columns, "For each input the column that feeds it; by default that of its name."] = None
    targets: Annotated[Columns, "For each output the column it is trained towards."] = None
    steps: Annotated[Any, Optional(_STEPS), "What is done to each column, in order."] = None
    take: Annotated[int | None, Optional(Int(minimum=1)), "How many examples are used at most."] = None


class _Data(Kind):
    """A source alone, or a mapping with it."""

    phrase = "a data source, or a mapping with `source`"

    def __init__(self) -> None:
        self.full = RecordOf(_data_args, "data", "data")

    def check(self, value: Any) -> Any:
        if isinstance(value, dict) and "source" in value:
            return self.full.check(value)
        return DataArgs.checked({"source": _SOURCE.check(value)})

    def schema(self) -> Schema:
        alone, full = _SOURCE.schema(), self.full.schema()
        has_source = {"type": "object", "required": ["source"]}
        return {"if": has_source, "then": full, "else": alone}


class _Strategy(Choice):
    """A way to share the work; those that Keras 3 does not have are told from slips."""

    def check(self, value: Any) -> Any:
        if value in NO_STRATEGIES:
            message = f"cannot be {value}: Keras 3 does not train so"
            help = "on several hosts, `data_parallel` with KERAS_BACKEND=jax; on one, `mirrored`"
            raise Bad(message, help=help)
        return super().check(value)


NO_STRATEGIES = (
    "multi_worker", "multi_worker_mirrored", "MultiWorkerMirroredStrategy", "parameter_server",
    "ParameterServerStrategy",
)  # fmt: skip
_STRATEGY = _Strategy("none", "mirrored", "data_parallel")


class LastArgs(Record):
    """The last few layers that have weights."""

    last: Annotated[int, Int(minimum=1), "How many layers, counted from the end."]
    of: Annotated[str | None, "The model or network whose layers they are; by default the model."] = None


_LAST = RecordOf(_last_args, "the last layers", "last")
_SELECTION = Either(
    Str(),
    ListOf(Either(Str(), _LAST, phrase="a name, a pattern, or `{last: N}`"), least=1),
    _LAST,
    phrase="a name or pattern, `{last: N}`, or a list of them",
)
Selection: TypeAlias = Annotated[Any, Optional(_SELECTION)]
Callbacks: TypeAlias = Annotated[Any, ListOf(OneOf("a callback", _callbacks))]
Objective: TypeAlias = Annotated[Any, OneOf("an objective", _objectives)]


class PhaseArgs(Record):
    """A stretch of training; what it does not say is as `train` says."""

    name: Annotated[str, "What the run calls it; by default `phase_1`, `phase_2`, …"] = ""
    model: Annotated[str | None, "Which model is trained, where there are several."] = None
    train: Annotated[Selection, "The layers whose weights change; all others are frozen."] = None
    freeze: Annotated[Selection, "Layers whose weights do not change."] = None
    objective: Annotated[Objective | None, Optional(OneOf("an objective", _objectives))] = None
    data: Annotated[Any, Optional(_Data()), "Other data than that of `train`."] = None
    epochs: Annotated[int | None, Optional(Int(minimum=1))] = None
    batch_size: Annotated[int | None, Optional(Int(minimum=1))] = None
    learning_rate: Annotated[LearningRate | None, "In place of the optimizer's."] = None
    callbacks: Annotated[Callbacks, "Those of this phase, besides those of `train`."] = ()


class TrainArgs(Record):
    """How the model is trained."""

    model: Annotated[str | None, "Which model, where there are several; by default that with `compile`."] = (
        None
    )
    data: Annotated[Any, Optional(_Data()), "The examples."] = None
    validation: Annotated[
        Any,
        Optional(Either(Number(above=0, below=1), _Data(), phrase="a share of the data, or other data")),
        "What each epoch is measured on; by default the source's own test part, or a tenth of the data.",
    ] = None
    objective: Annotated[Objective, "What training aims at."] = "supervised"
    epochs: Annotated[Epochs, "How often every example is seen."] = 10
    batch_size: Annotated[BatchSize, "Examples in one step."] = 32
    steps_per_epoch: Annotated[int | None, Optional(Int(minimum=1)), "Steps in an epoch, if not all."] = None
    shuffle: Annotated[bool, "Whether each epoch has another order."] = True
    seed: Annotated[int, Int(minimum=0, maximum=2**31 - 1), "What all chance comes from."] = 0
    class_weight: Annotated[
        tuple[float, ...] | None,
        Optional(ListOf(Number(minimum=0), least=2)),
        "How much the examples of each class count, class 0 first.",
    ] = None
    train: Annotated[Selection, "The layers whose weights change; all others are frozen."] = None
    freeze: Annotated[Selection, "Layers whose weights do not change."] = None
    callbacks: Callbacks = ()
    phases: Annotated[
        Any,
        Optional(ListOf(RecordOf(_phase_args, "a phase", "phase"), least=1)),
        "Stretches in order.",
    ] = None
    precision: Annotated[
        Literal["float32", "mixed_float16", "mixed_bfloat16"] | None, "The policy layers compute in."
    ] = None
    distribute: Annotated[
        str | None, Optional(_STRATEGY), "How several devices or processes share the work."
    ] = None
    cache_features: Annotated[bool, "Whether what frozen first layers make is computed once."] = True
