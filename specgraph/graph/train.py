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
from specgraph.ir.training import Phase, Training
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
    parts = enumerate(_parts(args, node))
    phases = [_phase(i, one, at, args, graphs, own, report, place) for i, (one, at) in parts]
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


def _parts(args: TrainArgs, node: MapNode) -> list[tuple[PhaseArgs, MapNode]]:
    """The phases with their places; one that is `train` itself where there are none."""
    listed = node.get("phases")
    if args.phases is None or not isinstance(listed, ListNode):
        return [(PhaseArgs.checked({}), node)]
    return [(one, at) for one, at in zip(args.phases, listed.items, strict=True) if isinstance(at, MapNode)]


def _phase(
    i: int,
    given: PhaseArgs,
    node: MapNode,
    train: TrainArgs,
    graphs: Mapping[str, Graph],
    own: Sequence[str],
    report: Report,
    place: Place,
) -> Phase | None:
    values: dict[str, Any] = {name: getattr(given, name) for name in PhaseArgs.fields()}
    selects = given.train is not None or given.freeze is not None
    for name in INHERITED:
        if values[name] is None and not (selects and name in ("train", "freeze")):
            values[name] = getattr(train, name)
    values["callbacks"] = (*train.callbacks, *given.callbacks)
    values["name"] = given.name or f"phase_{i + 1}"
    args = PhaseArgs.checked(values)
    objective = _objective(args.objective)
    model = _model(args, objective, node, graphs, own, report)
    if model is None:
        return None
    feed = None
    where = node.get("data")
    if isinstance(args.data, DataArgs):
        feed = read_feed(args.data, where or node, fed(model, objective, graphs), objective, report, place)
        if feed is None:
            return None
    return Phase(args.name, model, objective, args, feed, node)


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


def _model(
    args: PhaseArgs,
    objective: Named,
    node: MapNode,
    graphs: Mapping[str, Graph],
    own: Sequence[str],
    report: Report,
) -> str | None:
    """The model that a phase trains."""
    if objective.name == "adversarial":
        settings: Any = objective.args
        wanted = [settings.generator, settings.discriminator]
    elif args.model is not None:
        wanted = [args.model]
    else:
        compiled = [name for name in own if graphs[name].compile is not None]
        wanted = compiled if len(own) > 1 else list(own)
        if len(wanted) != 1:
            listed = ", ".join(own)
            message = f"training must say which `model` it is for: there are {listed}"
            report.say("missing-argument", message, node.span)
            return None
    for name in wanted:
        if name not in own:
            _, help = report.did_you_mean(name, own)
            place = node.get("model") or node.get("objective") or node
            message = f"there is no model `{name}` to train"
            report.say("undefined-ref", message, place.span, help=help or f"there are {', '.join(own)}")
            return None
    found: str = wanted[0]
    return found
