"""A data section read: its source asked what it holds, its columns given to inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specgraph.data.source import DataError, Place
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph
from specgraph.ir.training import Column, Facts, Feed
from specgraph.source.nodes import MapNode, Node, at
from specgraph.spec.catalog import Named

from .data_shapes import check_inputs, describe, fitted
from .train_settings import DataArgs


def read_feed(
    args: DataArgs, node: Node, model: Graph, objective: Named, report: Report, place: Place
) -> Feed | None:
    """What feeds the model; None, with a diagnostic, where that is not clear.

    Of an adversarial objective the model is the discriminator.
    """
    return _Reader(args, node, model, report, place).read(objective)


class _Reader:
    """Reads one data section."""

    def __init__(self, args: DataArgs, node: Node, model: Graph, report: Report, place: Place) -> None:
        self.args = args
        self.node = node
        self.model = model
        self.report = report
        self.place = place
        inner = node.get("source") if isinstance(node, MapNode) else None
        self.where = inner if inner is not None else node

    def read(self, objective: Named) -> Feed | None:
        source = self.args.source
        try:
            facts = self._facts()
        except DataError as error:
            self._say(
                error, self.where, (source.name, *error.path) if isinstance(self.where, MapNode) else ()
            )
            return None
        outputs = trained(self.model) if objective.name == "supervised" else []
        if not self._names(facts):
            return None
        feed = self._matched(facts, outputs)
        if feed is None or facts is None:
            return feed
        stepped = self._stepped(facts)
        if stepped is None:
            return None
        feed = feed._replace(facts=stepped)
        self._warn(feed, facts)
        feed = fitted(feed, self.model)
        return feed if check_inputs(feed, self.model, self.report) else None

    def _say(self, error: DataError, node: Node, path: Sequence[str | int], before: str = "") -> None:
        """Reports what a source or a step refused, at the argument at fault."""
        place = at(node, path)
        if error.on_key and path:
            holder = at(node, path[:-1])
            if isinstance(holder, MapNode) and path[-1] in holder.entries:
                place = holder.key(str(path[-1]))
        self.report.say(error.rule, before + error.message, place.span, help=error.help)

    def _warn(self, feed: Feed, facts: Facts) -> None:
        """Says what has no effect."""
        used = {*feed.inputs.values(), *feed.targets.values()}
        for name, _ in self._section("steps") or ():
            if str(name.value) not in used:
                message = f"column `{name.value}` feeds nothing, so that its steps have no effect"
                self.report.say("data-source", message, name.span, severity="warning")
        take = self.node.get("take") if isinstance(self.node, MapNode) else None
        if take is not None and facts.examples is not None and (self.args.take or 0) > facts.examples:
            message = f"there are {facts.examples:,} examples, fewer than the {self.args.take:,} to be taken"
            self.report.say("data-source", message, take.span, severity="warning")

    def _facts(self) -> Facts | None:
        from specgraph.data.index import facts_of

        found = facts_of(self.args.source, self.place)
        if found is None:
            return None
        known = {name: one._replace(node=self._said(name)) for name, one in found.columns.items()}
        return found._replace(columns=known)

    def _said(self, column: str) -> Node:
        """Where the spec speaks of a column, or else of the source."""
        arguments = self.where.get(self.args.source.name) if isinstance(self.where, MapNode) else None
        columns = arguments.get("columns") if isinstance(arguments, MapNode) else None
        stated = columns.get(column) if isinstance(columns, MapNode) else None
        return stated if stated is not None else self.where

    def _names(self, facts: Facts | None) -> bool:
        """Whether all names under `inputs`, `targets` and `steps` are there."""
        sound = True
        all_outputs = [one.node for one in self.model.outputs]
        for key, names, what in (
            ("inputs", self.model.inputs, "the model has no input"),
            ("targets", all_outputs, "the model has no output"),
        ):
            section = self._section(key)
            for name, column in section or ():
                if name.value not in names:
                    self._unknown(name, str(name.value), names, what, "undefined-ref")
                    sound = False
                elif facts is not None and column.data() not in facts.columns:
                    self._no_column(column, str(column.data()), facts)
                    sound = False
        for name, _ in self._section("steps") or ():
            if facts is not None and name.value not in facts.columns:
                self._no_column(name, str(name.value), facts)
                sound = False
        return sound

    def _section(self, key: str) -> MapNode | None:
        found = self.node.get(key) if isinstance(self.node, MapNode) and self.where is not self.node else None
        return found if isinstance(found, MapNode) else None

    def _unknown(self, node: Node, word: str, names: Sequence[str], what: str, rule: str) -> None:
        _, help = self.report.did_you_mean(word, names)
        listed = ", ".join(f"`{name}`" for name in names[:20])
        self.report.say(rule, f"{what} `{word}`", node.span, help=help or f"there are {listed}")

    def _no_column(self, node: Node, word: str, facts: Facts) -> None:
        self._unknown(node, word, list(facts.columns), "there is no column", "data-source")

    def _matched(self, facts: Facts | None, outputs: Sequence[str]) -> Feed | None:
        from specgraph.data.matching import match

        args = self.args
        given = (dict(args.inputs or {}), dict(args.targets or {}))
        steps = dict(args.steps or {})
        if facts is None:
            left = [name for name in self.model.inputs if name not in given[0]]
            goals = [name for name in outputs if name not in given[1]]
            return Feed(
                args.source, *given, steps, args.take, None, self.where, None, tuple(left), tuple(goals)
            )
        found = match(facts.columns, facts.labels, self.model.inputs, outputs, *given)
        for name in found.open_inputs:
            self._unclear(f"it is not clear which column feeds input `{name}`", "inputs", name, facts)
        for name in found.open_targets:
            message = f"it is not clear which column output `{name}` is trained towards"
            self._unclear(message, "targets", name, facts)
        if found.open_inputs or found.open_targets:
            return None
        return Feed(args.source, found.inputs, found.targets, steps, args.take, facts, self.where, facts)

    def _unclear(self, message: str, section: str, name: str, facts: Facts) -> None:
        columns = ", ".join(describe(name, one) for name, one in list(facts.columns.items())[:20])
        given = self.args.source.name
        help = f"`data: {{source: {given}, {section}: {{{name}: COLUMN}}}}`; the columns are {columns}"
        self.report.say("data-source", message, self.where.span, help=help)

    def _stepped(self, facts: Facts) -> Facts | None:
        """The facts after all steps."""
        steps: Mapping[str, tuple[Any, ...]] = self.args.steps or {}
        if not steps:
            return facts
        from specgraph.data.step_catalog import rule

        columns = dict(facts.columns)
        sound = True
        for name, listed in steps.items():
            made: Column = columns[name]
            for i, step in enumerate(listed):
                try:
                    made = rule(step, made)
                except DataError as error:
                    inner = () if step.alias else (step.name, *error.path)
                    section = self._section("steps")
                    assert section is not None
                    self._say(error, section, (name, i, *inner), f"column `{name}`: ")
                    sound = False
                    break
            columns[name] = made
        return facts._replace(columns=columns) if sound else None


def trained(model: Graph) -> list[str]:
    """The outputs that have a loss."""
    names = [one.node for one in model.outputs]
    loss: Any = getattr(model.compile, "loss", None)
    if isinstance(loss, dict):
        return [name for name in names if loss.get(name) is not None]
    if isinstance(loss, tuple) and type(loss) is tuple and len(loss) == len(names):
        return [name for name, one in zip(names, loss, strict=True) if one is not None]
    return names


__all__ = ("read_feed", "trained")
