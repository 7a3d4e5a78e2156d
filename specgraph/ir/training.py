"""What is known of training without Keras: columns of data, targets of outputs, phases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from specgraph.source.nodes import MapNode, Node, Scalar

from .dim import Dim

if TYPE_CHECKING:
    from specgraph.spec.catalog import Named

Encoding = Literal["onehot", "index", "binary", "float"]
"""How labels are written: a row with a single 1, a class's number, 0 or 1 for each value, any number."""


class Column(NamedTuple):
    """The examples of one column of data, or what an output is trained towards."""

    shape: tuple[Dim, ...] | None = None
    """Of one example, without the batch axis; None where it is not known."""
    dtype: str | None = None
    encoding: Encoding | None = None
    classes: int | None = None
    range: tuple[float, float] | None = None
    """The least and the greatest value."""
    node: Node | None = None
    """Where the spec says so: an entry of `targets`, or the data's source."""


def label(classes: int | None) -> Column:
    """A column of classes' numbers."""
    return Column((), "int64", "index", classes, (0.0, classes - 1.0) if classes is not None else None)


class Facts(NamedTuple):
    """What a data source is known to hold before any of it is read."""

    columns: dict[str, Column]
    examples: int | None = None
    """Examples to train on; None where only reading would tell."""
    held_out: int | None = None
    """Examples of the source's own test part; None where it has no such part."""
    labels: tuple[str, ...] = ()
    """The columns that say what is to be predicted, where the source knows."""


class Feed(NamedTuple):
    """Data, and which of its columns go where; `steps` have been applied to the facts' columns."""

    source: Named
    inputs: dict[str, str]
    """For each input of the model the column that feeds it."""
    targets: dict[str, str]
    """For each output that is trained its column."""
    steps: dict[str, tuple[Any, ...]]
    """What is done to each column, in order."""
    take: int | None
    facts: Facts | None
    node: Node
    """Where the spec names the source."""
    source_facts: Facts | None = None
    """What the source holds, before any step."""
    open_inputs: tuple[str, ...] = ()
    """Inputs whose columns are found only once the data is read."""
    open_targets: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """What an output is trained towards, after all steps; None where that is not known."""
        return self._known(self.targets.get(name))

    def fed(self, name: str) -> Column | None:
        """What reaches an input, after all steps; None where that is not known."""
        return self._known(self.inputs.get(name))

    def _known(self, column: str | None) -> Column | None:
        return self.facts.columns.get(column) if self.facts is not None and column is not None else None


class Phase(NamedTuple):
    """A stretch of training: what is trained, on which objective, for how long."""

    name: str
    model: str
    """The model that is trained; of an adversarial objective the generator's name."""
    objective: Named
    args: Any
    """Its checked settings (`graph.train.PhaseArgs`), those of `train` where it has none of its own."""
    feed: Feed | None
    node: MapNode
    root: MapNode
    """The `train` section; `node` itself where there are no phases."""

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are trained."""
        if self.objective.name == "adversarial":
            settings: Any = self.objective.args
            return (settings.generator, settings.discriminator)
        return (self.model,)

    def where(self, key: str) -> Node:
        """Where a setting is written: in the phase, or else in `train`; the phase, where in neither."""
        for holder in (self.node, self.root):
            found = holder.get(key)
            if found is not None and not (isinstance(found, Scalar) and found.value is None):
                return found
        return self.node


class Training(NamedTuple):
    """The `train` section of a spec."""

    args: Any
    """The checked settings (`graph.train.TrainArgs`)."""
    phases: tuple[Phase, ...]
    validation: Feed | float | None
    """Other data to measure on, or the share of the data that is held out for it."""
    node: MapNode
