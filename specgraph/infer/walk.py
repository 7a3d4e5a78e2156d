"""Walks a graph in order and asks each row for the types it makes.

A node that fails poisons what reads it: those nodes get no types, and nothing more is said of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.diagnostics.report import Report
from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim, substitute, variable
from specgraph.ir.graph import Graph, GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.limits import DEFAULT, Limits
from specgraph.rows.apply import apply, check_built, weights
from specgraph.rows.base import Condition, Layer, Reject, Weight, adapts, conditions, warnings
from specgraph.source.nodes import MapNode
from specgraph.spec.record import Record

from .layout import in_front
from .networks import network_of
from .sizes import check_sizes

if TYPE_CHECKING:
    from .causes.search import Search
    from .masks import Masks


class ModelTypes(NamedTuple):
    """What is inferred of one model: types and weights by node, and which outputs it has."""

    graph: Graph
    types: dict[str, tuple[TensorType, ...]]
    weights: dict[str, list[Weight]]
    outputs: tuple[TensorType, ...] | None
    """None where an output could not be inferred."""
    layers_weights: dict[str, ModelTypes]
    """The models of the file that this one calls, by name."""
    inside: int = 0
    """How many layers its networks have inside."""
    makes_masks: bool = False
    """Whether a layer in it, or in a model that it calls, gives a mask that no other gave it."""
    mask_calls: dict[Any, Any] = {}  # noqa: RUF012  # each model is given its own
    """What became of masks that it was called with, so that it is asked once."""

    def parameters(self) -> tuple[int, int]:
        """(trainable, non-trainable) parameter counts; a model called twice counts once."""
        return _count(self, set(), True)


def _count(model: ModelTypes, seen: set[str], trainable: bool) -> tuple[int, int]:
    train = frozen = 0
    for name, node in model.graph.nodes.items():
        if node.kind == "model":
            if node.target not in seen:
                seen.add(node.target)
                inner = _count(model.layers_weights[node.target], seen, trainable and node.trainable)
                train, frozen = train + inner[0], frozen + inner[1]
            continue
        for weight in model.weights.get(name, ()):
            size = 1
            for dim in weight.shape:
                size *= dim
            if weight.trainable and node.trainable and trainable:
                train += size
            else:
                frozen += size
    return train, frozen


def with_truth(declared: TensorType, truth: TensorType) -> TensorType:
    """The declared type, and the other where it differs."""
    same = (truth.shape, truth.dtype) == (declared.shape, declared.dtype)
    return TensorType(declared.shape, declared.dtype, None if same else truth.declared)


def _contradicts(declared: TensorType, real: TensorType) -> bool:
    """Whether Keras is wrong, and not only vague: it leaves some sizes open that are known."""
    if declared.rank != real.rank or declared.dtype != real.dtype:
        return True
    pairs = zip(declared.shape, real.shape, strict=True)
    return any(a != b and isinstance(a, int) for a, b in pairs)


def _fits(given: TensorType, want: TensorType) -> bool:
    """Whether a tensor may go into a model's input; the model casts it."""
    pairs = zip(given.shape[1:], want.shape[1:], strict=False)
    return given.rank == want.rank and all(equal(a, b).kind != "never" for a, b in pairs)


def _unlike(node: GraphNode, inputs: list[TensorType], needed: list[Weight], made: list[Weight]) -> Reject:
    """The refusal of a layer whose weights Keras makes for a type that will not come."""
    i = next((i for i, one in enumerate(inputs) if one.real is not None), 0)
    pairs = zip(needed, made, strict=False)
    detail = next((f": {b.name} {b.shape} where {a.shape} is needed" for a, b in pairs if a != b), "")
    message = f"{node.target} would be built for {inputs[i]}, but {inputs[i].truth} comes in{detail}"
    return Reject("fails-when-run", message, input=i)


def _called(model: ModelTypes, inputs: Sequence[TensorType]) -> tuple[TensorType, ...] | None:
    """What a model gives for these inputs: its open sizes, the batch among them, are theirs."""
    if model.outputs is None:
        return None
    declared = _sizes(model, [one.shape for one in inputs])
    true = _sizes(model, [one.truth.shape for one in inputs])
    if not declared and not true:
        return model.outputs
    return tuple(with_truth(_sized(one.declared, declared), _sized(one.truth, true)) for one in model.outputs)


def _sizes(model: ModelTypes, shapes: Sequence[tuple[Dim, ...]]) -> dict[str, Dim]:
    """What a model's names stand for where it is called; a name that is given two sizes stays open."""
    sizes: dict[str, Dim] = {}
    torn: set[str] = set()
    for given, name in zip(shapes, model.graph.inputs, strict=True):
        shape = model.types[name][0].shape if name in model.types else ()
        for found, wanted in zip(given, shape, strict=False):
            alone = variable(wanted)
            if alone is not None and sizes.setdefault(alone.name, found) != found:
                torn.add(alone.name)
    return {name: size for name, size in sizes.items() if name not in torn and str(size) != name}


def _sized(type_: TensorType, sizes: Mapping[str, Dim]) -> TensorType:
    return type_.with_shape(*(substitute(dim, sizes) for dim in type_.shape))


def makes_mask(node: GraphNode) -> bool:
    """Whether a layer may give a mask with its first output that no other gave it."""
    return "mask" in node.ports or node.target == "Masking" or bool(getattr(node.args, "mask_zero", False))


class Walk:
    """The inference of one model."""

    def __init__(
        self,
        graph: Graph,
        models: dict[str, ModelTypes],
        report: Report,
        root: MapNode | None = None,
        limits: Limits = DEFAULT,
        adapted: Collection[str] = (),
    ) -> None:
        self.adapted = adapted
        """Keys of layers that training will adapt."""
        self.graph = graph
        self.models = models
        self.report = report
        self.root = root
        """The whole document."""
        self.limits = limits
        self.inside = 0
        """How many layers the networks have inside that were met so far."""
        self.conditions: list[tuple[GraphNode, Condition]] = []
        """What holds only for some sizes."""
        self.types: dict[str, tuple[TensorType, ...]] = {}
        self.weights: dict[str, list[Weight]] = {}
        self.claims: dict[str, str] = {}
        """What Keras will declare wrongly, by node."""
        self.told: set[str] = set()
        """Nodes with a wrong claim of which an error tells already."""
        self.masks: Masks | None = None
        """Where masks come by; made when there is one."""
        self.search: Search | None = None
        """What the searches for causes have looked up; made when something has failed."""

    def run(self) -> ModelTypes:
        for node in self.graph.nodes.values():
            self._node(node)
        for name in self.claims.keys() - self.told:
            node, message = self.graph.nodes[name], self.claims[name]
            self.report.via = node.via
            self.report.say("wrong-claim", message, node.key.span, severity="warning", layer=name)
        self.report.via = ()
        if self.conditions:
            from .conditions import say_conditions

            say_conditions(self.conditions, self, self.report)
        if any(type_ and in_front(type_.shape[1:]) for type_ in self._declared()):
            from .causes.channels import say_unnoticed

            say_unnoticed(self)
        outputs = [self._resolve(ref, None) for ref in self.graph.outputs]
        found = tuple(one for one in outputs if one is not None)
        whole = found if found and len(found) == len(outputs) else None
        masked = self.masks is not None
        return ModelTypes(self.graph, self.types, self.weights, whole, self.models, self.inside, masked, {})

    @cached_property
    def allowed(self) -> int:
        """How many layers inside networks the models before this one have left over."""
        return self.limits.layers - sum(model.inside for model in self.models.values())

    def _declared(self) -> Iterator[TensorType | None]:
        return (self.graph.nodes[name].type for name in self.graph.inputs)

    def _node(self, node: GraphNode) -> None:
        if node.kind == "input":
            if node.type is not None:
                self._input(node, node.type)
            return
        if node.cut or (node.kind == "layer" and node.args is None):
            return
        self.report.via = node.via
        inputs = [self._resolve(ref, node) for ref in node.inputs]
        known = [one for one in inputs if one is not None]
        if len(known) != len(inputs) or (not inputs and not self.graph.sound):
            return
        found: list[Condition] = []
        warned: list[Reject] = []
        token, warning = conditions.set(found), warnings.set(warned)
        learns = adapts.set(node.target in self.adapted)
        try:
            made = self._apply(node, known)
            if made is not None and (self.masks is not None or self._may_mask(node)):
                self._follow_masks(node, known, made)
            if node.shares is not None and made is not None and node.kind == "layer":
                self._share(node, node.shares, known)
            check_sizes(node, made or (), self.weights.get(node.name, ()))
        except Reject as reject:
            from .causes import explain

            explain(reject, node, self)
        else:
            if made is not None:
                self.types[node.name] = made
        finally:
            conditions.reset(token)
            warnings.reset(warning)
            adapts.reset(learns)
        self.conditions += [(node, condition) for condition in found]
        for one in warned:
            from .causes import explain

            explain(one, node, self, "warning")

    def _may_mask(self, node: GraphNode) -> bool:
        """Whether a mask may come from a node that gets none."""
        if node.kind == "model":
            return node.target in self.models and self.models[node.target].makes_masks
        return makes_mask(node) or bool(getattr(node.args, "return_attention_scores", False))

    def _follow_masks(self, node: GraphNode, inputs: list[TensorType], made: tuple[TensorType, ...]) -> None:
        if self.masks is None:
            from .masks import Masks

            self.masks = Masks(self.models)
        given = [self._resolve(ref, node) for ref in node.ports.get("mask", ())]
        self.masks.meet(node, inputs, made, given[0] if given else None)

    def _input(self, node: GraphNode, type_: TensorType) -> None:
        try:
            check_sizes(node, (type_,))
        except Reject as reject:
            self.report.say(reject.rule, reject.message, node.item.span, help=reject.help, layer=node.name)
        else:
            self.types[node.name] = (type_,)

    def _apply(self, node: GraphNode, inputs: list[TensorType]) -> tuple[TensorType, ...] | None:
        if node.kind == "model":
            return self.call(node, inputs)
        ports = {}
        for port, refs in node.ports.items():
            types = [self._resolve(ref, node) for ref in refs]
            ports[port] = tuple(one for one in types if one is not None)
            if len(ports[port]) != len(types):
                return None
        row, args = node.row, node.args
        network = network_of(row, args, inputs)
        if network is not None and self.inside > self.allowed:
            return None
        claimed = {name: tuple(one.declared for one in types) for name, types in ports.items()}
        made, self.weights[node.name] = self.layer(node, [one.declared for one in inputs], claimed, row, args)
        self._say_claims(node, made)
        if network is not None:
            self._count_inside(*network)
        if all(one.real is None for one in (*inputs, *chain(*ports.values()))):
            return made
        ports = {name: tuple(one.truth for one in types) for name, types in ports.items()}
        try:
            real, needed = self.layer(node, [one.truth for one in inputs], ports, row, args)
            if row is not None and args is not None:
                check_built(row, args, needed, inputs, [one.truth for one in inputs])
            if len(real) != len(made):
                message = f"{node.target} would have {len(made)} outputs, but {len(real)} come out"
                raise Reject("fails-when-run", message, input=0)
            if needed != self.weights[node.name]:
                raise _unlike(node, inputs, needed, self.weights[node.name])
        except Reject as reject:
            reject.untrue = True
            raise
        return tuple(with_truth(one, two.truth) for one, two in zip(made, real, strict=True))

    def _count_inside(self, row: Layer[Any], args: Record, x: TensorType) -> None:
        """Counts the layers inside a network, of which a file may have as many as of others."""
        from specgraph.applications.base import Application

        assert isinstance(row, Application)
        self.inside += row.outcome(args, x).layers
        if self.inside > self.allowed:
            message = f"the file has more than {self.limits.layers:,} layers, those inside networks counted"
            help = "the limit is named `layers`; a trusted file may raise it"
            raise Reject("limit", message, help=help)

    def layer(
        self,
        node: GraphNode,
        inputs: list[TensorType],
        ports: dict[str, tuple[TensorType, ...]],
        row: Layer[Any],
        args: Record | None,
    ) -> tuple[tuple[TensorType, ...], list[Weight]]:
        """What a layer makes of these types, and its weights."""
        assert args is not None
        given: dict[str, TensorType | tuple[TensorType, ...]] = {}
        for name, types in ports.items():
            port = row.port(name)
            assert port is not None
            if not port.many and len(types) != 1:
                message = f"`{name}` takes one tensor, it is given {len(types)}"
                raise Reject("merge-arity", message, argument=name)
            given[name] = types if port.many else types[0]
        return apply(row, args, inputs, node.dtype, given), weights(row, args, inputs, node.dtype)

    def _share(self, node: GraphNode, owner: str, inputs: list[TensorType]) -> None:
        """A node that uses another's weights has none of its own, if they fit it."""
        needed, there = self.weights.pop(node.name), self.weights.get(owner)
        if there is None or node.row is None or node.args is None:
            return
        first = [self._resolve(ref, None) for ref in self.graph.nodes[owner].inputs]
        built = [one.declared for one in first if one is not None]
        if node.row.pinned(node.args, *built) != node.row.pinned(node.args, *inputs):
            message = f"`{owner}` is built for {built[0]}, here {inputs[0].declared} comes in"
            raise Reject("shared-weights-shape", message, input=0, owner=owner)
        for mine, its in zip(needed, there, strict=False):
            if mine.shape != its.shape:
                message = f"`{owner}` has a {its.name} of {its.shape}, here {mine.shape} is needed"
                raise Reject("shared-weights-shape", message, input=0, owner=owner)
        if len(needed) != len(there):
            message = f"`{owner}` has {len(there)} weights, here {len(needed)} are needed"
            raise Reject("shared-weights-shape", message, owner=owner)

    def _say_claims(self, node: GraphNode, made: tuple[TensorType, ...]) -> None:
        """Notes where Keras will declare something else than what comes out."""
        for one in made:
            if one.real is None or not _contradicts(one, one.real):
                continue
            said, true = (one, one.real) if one.shape != one.real.shape else (one.dtype, one.real.dtype)
            self.claims.setdefault(node.name, f"Keras will declare {said}, but {true} comes out")

    def call(self, node: GraphNode, inputs: list[TensorType]) -> tuple[TensorType, ...] | None:
        """What a model makes of these types; None if the model is at fault itself."""
        model = self.models.get(node.target)
        if model is None:
            return None
        if node.steps and len(inputs) == 1:
            from .steps import each_step

            return each_step(node, model, inputs[0], self._call)
        return self._call(node, model, inputs)

    def _call(
        self, node: GraphNode, model: ModelTypes, inputs: Sequence[TensorType]
    ) -> tuple[TensorType, ...] | None:
        names = model.graph.inputs
        if len(inputs) != len(names):
            if not model.graph.sound:
                return None  # it may be one of the inputs that is at fault
            message = f"model `{node.target}` takes {len(names)} inputs, it is given {len(inputs)}"
            raise Reject("merge-arity", message, declared=[model.graph.nodes[name] for name in names])
        for i, (given, name) in enumerate(zip(inputs, names, strict=True)):
            if name not in model.types:
                continue
            want = model.types[name][0]
            if not _fits(given, want):
                message = f"model `{node.target}` takes {want}, it is given {given}"
                declared = model.graph.nodes[name]
                raise Reject("shared-weights-shape", message, input=i, declared=declared)
            if not _fits(given.truth, want):
                message = f"model `{node.target}` takes {want}, but {given.truth} comes in"
                reject = Reject("fails-when-run", message, input=i)
                reject.untrue = True
                raise reject
        return _called(model, inputs)

    def _resolve(self, ref: Ref, node: GraphNode | None) -> TensorType | None:
        types = self.types.get(ref.node)
        if types is None:
            return None
        if ref.output >= len(types) or (len(types) > 1 and not ref.explicit):
            from .causes.inputs import say_output

            say_output(self, ref, node, len(types))
            return None
        return types[ref.output]


def infer(
    graph: Graph,
    models: dict[str, ModelTypes],
    report: Report,
    root: MapNode | None = None,
    limits: Limits = DEFAULT,
    adapted: Collection[str] = (),
) -> ModelTypes:
    """The types and weights of every node that can be inferred; faults go to the report.

    `models` are those that this one may call; `root` is the document, for edits at its top. `adapted` are the
    keys of layers that may lack what training will adapt them to.
    """
    return Walk(graph, models, report, root, limits, adapted).run()
