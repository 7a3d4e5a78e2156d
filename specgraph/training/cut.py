"""A Keras model cut where what is frozen ends: a head that is computed once, a rest that is trained.

Both share their layers with the model. The cut goes through networks and models that are layers of it, where
only some of their own layers are frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.infer.steady import BATCH_NORMALIZATION, CHANCE, DRAWS, never
from specgraph.lower.scopes import default_policy

if TYPE_CHECKING:
    import keras

SHALLOW, DEEP = 1, 2
"""How a tensor that comes straight from data was made: without weights, or with frozen ones."""


class Cut(NamedTuple):
    """`rest(head(inputs))` is what the model gives."""

    head: keras.Model
    """From all inputs of the model to what `rest` takes in place of them, as a list."""
    rest: keras.Model
    inputs: dict[str, int | str]
    """For each input of `rest` the output of `head` that it takes, or the name of an input of the model."""
    layers: int
    """How many layers there are in the head, from the first that has weights on."""


def cut(model: keras.Model) -> Cut | str:
    """The model cut in two, or why it cannot be.

    Needs a functional model. A shared layer stays in `rest` where only one of its uses is frozen data.
    """
    import keras

    if not isinstance(model, keras.Model) or not _is_graph(model):
        return "the model is no graph of layers"
    if any(one.shape[0] is not None for one in model.inputs):
        return "the batch size is fixed"
    with default_policy(model.dtype_policy):  # by which `compile` knows whether the loss is to be scaled
        return _cut(model)


def _cut(model: keras.Model) -> Cut | str:
    import keras

    part = _Part(model, [SHALLOW] * len(model.inputs))
    if all(part.state(one) == DEEP for one in model.outputs):
        return "nothing is trained"
    tail = _Tail(part, model.name)
    deep = [one for one in tail.boundary if not one.is_input]
    if not deep:
        return part.stops[0] if part.stops else "no layer is frozen"
    made = _Head().tensors(part, deep)
    head = keras.Model(model.inputs, made, name=f"{model.name}_head")
    order = iter(range(len(deep)))
    inputs: dict[str, int | str] = {
        name: one.tensor.name if one.is_input else next(order)
        for name, one in zip(tail.names, tail.boundary, strict=True)
    }
    rest = tail.model
    rest.output_names = list(model.output_names)
    return Cut(head, rest, inputs, len(part.deep()))


def unsteady(operation: Any) -> str | None:
    """Why a layer, with all that it holds, or an op cannot be in the head; None where it can."""
    import keras

    if not isinstance(operation, keras.Layer):
        return never(type(operation).__name__)
    if any(one.trainable for one in operation.variables):
        return "is trained"
    return next((why for one in operation._flatten_layers() if (why := _unsteady(one))), None)


def _unsteady(layer: Any) -> str | None:
    name = type(layer).__name__
    if never(name) is not None:
        return never(name)
    if type(layer).__module__.split(".")[0] not in ("keras", "specgraph") or name == "Lambda":
        return "is no layer of Keras"
    if name == BATCH_NORMALIZATION and layer.trainable:
        return "averages over batches"
    if any(getattr(layer, argument, 0) for argument in CHANCE.get(name, ())):
        return DRAWS
    if getattr(layer, "stateful", False):
        return "keeps a state"
    return "adds to the loss" if layer.activity_regularizer is not None else None


def _is_graph(operation: Any) -> bool:
    import keras

    return isinstance(operation, keras.Model) and operation._obj_type() == "Functional"


def _leaves(operation: Any) -> set[int]:
    """An operation, or the layers of a model and of the models within it."""
    import keras

    if not isinstance(operation, keras.Model):
        return set() if isinstance(operation, keras.layers.InputLayer) else {id(operation)}
    return set().union(*map(_leaves, operation.operations))


def _ordered(model: keras.Model) -> list[Any]:
    """The nodes of a functional model, each after those it reads."""
    by_depth = model._nodes_by_depth
    nodes = [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]
    return [node for node in nodes if node.operation and not node.is_input]


class _Part:
    """Which tensors of a functional model come straight from data through what is frozen."""

    def __init__(self, model: keras.Model, inputs: Sequence[int]) -> None:
        self.model = model
        self.nodes = _ordered(model)
        self.inside: dict[int, _Part] = {}
        """The same of models that are layers and only begin with what is frozen, by node."""
        self.stops: list[str] = []
        """Why it goes no further, in the order of the nodes."""
        self._states = {id(one): state for one, state in zip(model.inputs, inputs, strict=True)}
        for node in self.nodes:
            self._mark(node)
        self._drop_masked()

    def state(self, tensor: Any) -> int:
        """0 for what changes with training."""
        return self._states.get(id(tensor), 0)

    def deep(self) -> set[int]:
        """The layers whose outputs are known, each once, those of models within it one by one."""
        found: set[int] = set()
        for node in self.nodes:
            if id(node) in self.inside:
                found |= self.inside[id(node)].deep()
            elif any(self.state(one) == DEEP for one in node.outputs):
                found |= _leaves(node.operation)
        return found

    def _mark(self, node: Any) -> None:
        states = [self.state(one) for one in node.input_tensors]
        if not states or not all(states):
            return
        why = unsteady(node.operation)
        if why is None and all(one.shape and one.shape[0] is None for one in node.outputs):
            deep = DEEP in states or bool(getattr(node.operation, "weights", ()))
            self._states |= {id(one): DEEP if deep else SHALLOW for one in node.outputs}
            return
        if why is not None and _is_graph(node.operation):
            inner = self.inside[id(node)] = _Part(node.operation, states)
            self.stops += inner.stops
            for mine, its in zip(node.outputs, node.operation.outputs, strict=True):
                self._states[id(mine)] = inner.state(its)
        else:
            self.stops.append(f"`{node.operation.name}` {why or 'mixes examples'}")

    def _drop_masked(self) -> None:
        """Takes out whatever would have to hand a mask over the cut, and what follows on it."""
        from keras.src.backend import get_keras_mask

        def masked(tensors: Iterable[Any]) -> set[int]:
            return {id(one) for one in tensors if self.state(one) and get_keras_mask(one) is not None}

        while True:
            lost = masked(self.model.outputs)
            for node in self.nodes:
                if not all(self.state(one) for one in node.outputs):
                    lost |= masked(node.input_tensors)
            if not lost:
                return
            for node in self.nodes:
                if {id(one) for one in (*node.input_tensors, *node.outputs)} & lost:
                    lost |= {id(one) for one in node.outputs}
                    self.inside.pop(id(node), None)
            self._states = {key: state for key, state in self._states.items() if key not in lost}
            self.stops.insert(0, "a mask goes with what is frozen")


class _Boundary(NamedTuple):
    """A tensor where the cut goes through: of the model itself, or within the calls in `path`."""

    path: tuple[Any, ...]
    tensor: Any
    is_input: bool
    """Whether it is an input of the whole model."""


class _Tail:
    """The rest of a functional model as a model of its own; `boundary` says what its inputs stand for."""

    def __init__(self, part: _Part, name: str, all_tails: dict[Any, _Tail] | None = None) -> None:
        import keras

        self.part = part
        self._all_tails = {} if all_tails is None else all_tails
        """Those of models called within, which several calls share where the same of them is known."""
        self.boundary: list[_Boundary] = []
        self.names: list[str] = []
        self._made: dict[tuple[int, ...], Any] = {}
        """The new tensors by the old ones, within their calls."""
        self._taken = {one.name for one in part.model.operations}
        self._tails: dict[int, _Tail] = {}
        for node in reversed(self._needed()):
            self._run(node)
        outputs = [self._get(one) for one in part.model.outputs]
        inputs = [self._made[_key(one)] for one in self.boundary]
        self.model = keras.Model(inputs, keras.tree.pack_sequence_as(part.model.output, outputs), name=name)

    def _needed(self) -> list[Any]:
        """The nodes that the rest has, the last first."""
        wanted = {id(one) for one in self.part.model.outputs}
        found = []
        for node in reversed(self.part.nodes):
            if not any(id(one) in wanted and self.part.state(one) != DEEP for one in node.outputs):
                continue
            found.append(node)
            inner = self.part.inside.get(id(node))
            if inner is None:
                wanted |= {id(one) for one in node.input_tensors}
                continue
            tail = self._tails[id(node)] = self._tail(node.operation, inner)
            wanted |= {id(_outer(node, one)) for one in tail.boundary if one.is_input}
        return found

    def _tail(self, operation: Any, inner: _Part) -> _Tail:
        key = (id(operation), *(inner.state(one) for one in operation.inputs))
        if key not in self._all_tails:
            name = _free(f"{operation.name}_rest", self._taken)
            self._all_tails[key] = _Tail(inner, name, self._all_tails)
        return self._all_tails[key]

    def _run(self, node: Any) -> None:
        import keras

        tail = self._tails.get(id(node))
        if tail is None:
            known = {id(one): self._get(one) for one in node.input_tensors}
            args, kwargs = node.arguments.fill_in(known)
            made = keras.tree.flatten(node.operation(*args, **kwargs))
        else:
            given = [self._get(*_in(node, one)) for one in tail.boundary]
            made = keras.tree.flatten(tail.model(given if len(given) > 1 else given[0]))
        for old, new in zip(node.outputs, made, strict=True):
            if self.part.state(old) != DEEP:
                self._made[(id(old),)] = new

    def _get(self, tensor: Any, path: tuple[Any, ...] = ()) -> Any:
        """The new tensor for an old one; an input where it is known before."""
        import keras

        is_input = not path and any(tensor is one for one in self.part.model.inputs)
        one = _Boundary(path, tensor, is_input)
        if _key(one) not in self._made:
            base = f"{tensor._keras_history.operation.name}_features"
            name = tensor.name if is_input else _free(base, self._taken)
            made = keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=name)
            self._made[_key(one)] = made
            self.boundary.append(one)
            self.names.append(name)
        return self._made[_key(one)]


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken; taken from now on."""
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name}_{count}"
    taken.add(found)
    return found


def _key(one: _Boundary) -> tuple[int, ...]:
    return (*(id(node) for node in one.path), id(one.tensor))


def _outer(node: Any, one: _Boundary) -> Any:
    """The tensor that a call gives to an input of the model it calls."""
    inputs = node.operation.inputs
    return node.input_tensors[next(i for i, its in enumerate(inputs) if its is one.tensor)]


def _in(node: Any, one: _Boundary) -> tuple[Any, tuple[Any, ...]]:
    """What an inner tail takes, as the outer model knows it: the tensor, and the calls it is within."""
    return (_outer(node, one), ()) if one.is_input else (one.tensor, (node, *one.path))


class _Head:
    """The first layers of models that are called, as models that are called in their place."""

    def __init__(self) -> None:
        self._models: dict[tuple[int, ...], Any] = {}
        self._taken: set[str] = set()

    def tensors(self, part: _Part, wanted: Sequence[_Boundary]) -> list[Any]:
        """What the boundary stands for, in terms of the model's own inputs."""
        import keras

        made: dict[tuple[int, ...], Any] = {_key(one): one.tensor for one in wanted if not one.path}
        for node in {id(one.path[0]): one.path[0] for one in wanted if one.path}.values():
            within = [one for one in wanted if one.path and one.path[0] is node]
            inner = [one._replace(path=one.path[1:]) for one in within]
            model = self._model(part.inside[id(node)], node.operation, inner)
            given = list(node.input_tensors)
            outputs = keras.tree.flatten(model(given if len(given) > 1 else given[0]))
            made |= {_key(one): new for one, new in zip(within, outputs, strict=True)}
        return [made[_key(one)] for one in wanted]

    def _model(self, part: _Part, operation: Any, wanted: Sequence[_Boundary]) -> Any:
        """One model for all calls that end at the same tensors, since a name may be there only once."""
        import keras

        key = (id(operation), *(part_id for one in wanted for part_id in _key(one)))
        if key not in self._models:
            name = _free(f"{operation.name}_head", self._taken)
            self._models[key] = keras.Model(operation.inputs, self.tensors(part, wanted), name=name)
        return self._models[key]
