"""`train:` read: data, phases and settings, each name held against the models.

train:
  data: digits
  epochs: 5
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specgraph.data.source import Place
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph
from specgraph.ir.training import Feed, Phase, Training
from specgraph.limits import Limits
from specgraph.source.nodes import ListNode, MapNode, Node
from specgraph.spec.catalog import Named

from .feed import read_feed
from .items import check_arguments
from .train_settings import DataArgs, PhaseArgs, TrainArgs

INHERITED = ("model", "train", "freeze", "objective", "data", "epochs", "batch_size")
"""What a phase has from `train` where it does not say it itself; neither selection if it has one."""


def read_train(
    node: Node, graphs: Mapping[str, Graph], own: Sequence[str], report: Report, place: Place
) -> Training | None:
    """The plan of training, or None where something in it is at fault."""
    if not isinstance(node, MapNode):
        help = "`train: {data: digits}`"
        report.say("malformed-item", "`train` is a mapping of settings", node.span, help=help)
        return None
    checked = check_arguments(TrainArgs.fields(), node, "train", node.span, report)
    if checked is None:
        return None
    args = TrainArgs.checked(checked)
    if not _bounded(args, node, report, place.limits):
        return None
    reader = _Phases(args, node, graphs, own, report, place)
    phases = [reader.read(i, one, at) for i, (one, at) in enumerate(_parts(args, node))]
    sound = [one for one in phases if one is not None]
    if len(sound) < len(phases):
        return None
    validation = args.validation
    if isinstance(validation, DataArgs):
        where = node.get("validation")
        assert where is not None
        first = sound[0]
        goes_into = fed(first.model, first.objective, graphs)
        validation = read_feed(validation, where, goes_into, first.objective, report, place)
    return Training(args, tuple(sound), validation, node)


def _bounded(args: TrainArgs, node: MapNode, report: Report, limits: Limits) -> bool:
    """Whether there are not too many phases, each of which is held against every layer, or callbacks."""
    lists = [(node, args.callbacks), *((at, one.callbacks) for one, at in _parts(args, node))]
    found = [(node.get("phases"), args.phases or (), "phases", limits.phases)]
    found += [(at.get("callbacks"), held, "callbacks", limits.callbacks) for at, held in lists]
    for at, held, name, most in found:
        if at is not None and len(held) > most:
            message = f"{len(held):,} {name} are more than {most:,}"
            help = f"the limit is named `{name}`; a trusted spec may raise it"
            report.say("limit", message, at.span, help=help)
            return False
    return True


def _parts(args: TrainArgs, node: MapNode) -> list[tuple[PhaseArgs, MapNode]]:
    """The phases with their places; one that is `train` itself where there are none."""
    listed = node.get("phases")
    if args.phases is None or not isinstance(listed, ListNode):
        return [(PhaseArgs.checked({}), node)]
    return [(one, at) for one, at in zip(args.phases, listed.items, strict=True) if isinstance(at, MapNode)]


class _Phases:
    """Reads phases; data that several of them inherit is read once for each model it goes into."""

    def __init__(
        self,
        train: TrainArgs,
        root: MapNode,
        graphs: Mapping[str, Graph],
        own: Sequence[str],
        report: Report,
        place: Place,
    ) -> None:
        self.train = train
        self.root = root
        self.graphs = graphs
        self.own = own
        self.report = report
        self.place = place
        self.feeds: dict[tuple[int, str, str], Feed | None] = {}

    def read(self, i: int, given: PhaseArgs, node: MapNode) -> Phase | None:
        """A phase with all that it inherits; None where something in it is at fault."""
        values: dict[str, Any] = {name: getattr(given, name) for name in PhaseArgs.fields()}
        selects = given.train is not None or given.freeze is not None
        for name in INHERITED:
            if values[name] is None and not (selects and name in ("train", "freeze")):
                values[name] = getattr(self.train, name)
        values["callbacks"] = (*self.train.callbacks, *given.callbacks)
        values["name"] = given.name or f"phase_{i + 1}"
        args = PhaseArgs.checked(values)
        phase = Phase(args.name, "", _objective(args.objective), args, None, node, self.root)
        model = _model(phase, self.graphs, self.own, self.report)
        if model is None:
            return None
        phase = phase._replace(model=model)
        if isinstance(args.data, DataArgs):
            feed = self._feed(phase, args.data)
            return None if feed is None else phase._replace(feed=feed)
        return phase

    def _feed(self, phase: Phase, data: DataArgs) -> Feed | None:
        graph = fed(phase.model, phase.objective, self.graphs)
        key = (id(data), graph.name, phase.objective.name)
        if key not in self.feeds:
            where = phase.where("data")
            self.feeds[key] = read_feed(data, where, graph, phase.objective, self.report, self.place)
        return self.feeds[key]


def fed(model: str, objective: Named, graphs: Mapping[str, Graph]) -> Graph:
    """The model that the data goes into."""
    settings: Any = objective.args
    return graphs[settings.discriminator if objective.name == "adversarial" else model]


def _objective(value: Any) -> Named:
    from specgraph.objects.objectives import SupervisedArgs

    return (
        value
        if isinstance(value, Named)
        else Named("supervised", SupervisedArgs.checked({}), None, "objectives")
    )


def _model(phase: Phase, graphs: Mapping[str, Graph], own: Sequence[str], report: Report) -> str | None:
    """The model that a phase trains."""
    adversarial = phase.objective.name == "adversarial"
    if adversarial:
        wanted = list(phase.models)
    elif phase.args.model is not None:
        wanted = [phase.args.model]
    else:
        compiled = [name for name in own if graphs[name].compile is not None]
        wanted = compiled if len(own) > 1 else list(own)
        if len(wanted) != 1:
            listed = ", ".join(own)
            message = f"training must say which `model` it is for: there are {listed}"
            report.say("missing-argument", message, phase.node.span)
            return None
    for name in wanted:
        if name not in own:
            _, help = report.did_you_mean(name, own)
            place = phase.where("objective" if adversarial else "model")
            message = f"there is no model `{name}` to train"
            report.say("undefined-ref", message, place.span, help=help or f"there are {', '.join(own)}")
            return None
    found: str = wanted[0]
    return found
