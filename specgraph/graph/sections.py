"""The keys of a spec's sections, and what stands under them.

The readers of the sections take the names from here, and so does the JSON Schema for editors.
"""

from __future__ import annotations

from specgraph.resolve.definitions import Plain
from specgraph.resolve.keys import ITEMS, REFERENCE, ByName, Defined, Name, PathName
from specgraph.rows.policy import DTYPES, POLICIES
from specgraph.spec.kinds import Anything, Bool, Choice, Either, Int, ListOf, MapOf, Number, Optional, Str
from specgraph.spec.record import Field, by_name
from specgraph.versions import VERSION

_SIZE = Either(Int(1), Name(), phrase="a positive integer, or a name for a size that is open")
SHAPE = ListOf(Optional(_SIZE))
RANGE = ListOf(Number(), least=2, most=2)
_INPUTS = ByName(Either(SHAPE, Defined("input"), phrase="a shape, or a mapping with it"))
_PARAMS = Optional(MapOf(Defined("definition", "its default, or a mapping with it")))
_DIMS = MapOf(Defined("dim", "its bounds"))
_BLOCKS = MapOf(Defined("block", "a block"))
_IMPORTS = ByName(Either(Str(), Defined("import"), phrase="a file's path, or a mapping with it"), least=0)
_VARIANTS = MapOf(MapOf(Optional(Plain())))
_CHANGES = ListOf(Defined("change", "a change"))
_ASSERTIONS = ListOf(Str())
_TARGETS = MapOf(Defined("target", "what is known of it"))
_MODELS = ByName(Defined("model", "a model"), name=PathName())

INPUT = by_name(
    Field("shape", SHAPE, doc="Its sizes without the batch axis, such as `[28, 28, 1]` or `[steps, 8]`."),
    Field("dtype", Choice(*DTYPES), "float32", "What its values are."),
    Field(
        "batch_size",
        Optional(Int(minimum=1)),
        None,
        "A fixed size of the batch axis, as stateful layers want.",
    ),
    Field("range", Optional(RANGE), None, "The least and the greatest of its values."),
    Field("doc", Str(), "", "What it stands for."),
)
"""Of an input, where it is not just its shape."""

ITEM = by_name(
    Field("name", PathName(), None, "What other layers call it under `from`, and the layer's name in Keras."),
    Field("from", Defined("common.from"), None, "What it reads: by default the layer above."),
    Field("trainable", Bool(), True, "Whether training changes its weights."),
    Field("dtype", Optional(Choice(*POLICIES)), None, "The policy that says in which dtype it computes."),
)
"""Of every layer, whatever its row."""

TARGET = by_name(
    Field("shape", SHAPE, None, "The sizes of one example's target, without the batch axis."),
    Field(
        "encoding",
        Optional(Choice("onehot", "index", "binary", "float")),
        None,
        "A row with one 1, a class's number, values 0 and 1, or any numbers.",
    ),
    Field("classes", Optional(Int(minimum=1)), None, "How many classes there are."),
    Field("range", Optional(RANGE), None, "The least and the greatest of its values."),
    Field("doc", Str(), "", "What it stands for."),
)
"""Of what an output is trained towards."""

IMPORT = by_name(
    Field("file", Str(), doc="Its path from here, or `specgraph:NAME` for shipped blocks."),
    Field("params", MapOf(Anything()), None, "Values for its params."),
)
"""Of an import, where it is not just the file."""

MODEL = by_name(
    Field("doc", Str(), "", "What the model does."),
    Field("inputs", _INPUTS, doc="Names for the inputs, each with its shape."),
    Field("layers", ITEMS, doc="The layers from top to bottom; each reads the one above it."),
    Field("outputs", REFERENCE, None, "What the model gives back: by default the last layer."),
    Field("targets", _TARGETS, None, "What is known of the data that its outputs are trained towards."),
    Field("compile", Defined("compile"), None, "With what the model is trained."),
    Field("assert", _ASSERTIONS, None, "What must hold of the model, such as `params < 5_000_000`."),
)
"""Of a model, which stands under `models` or makes up the whole spec."""

SPEC = by_name(
    Field("$schema", Str(), None, "Where the JSON Schema of this file is, for editors."),
    Field("specgraph", Choice(VERSION), doc="The version of the language."),
    Field("name", Str(), "model", "The name of the spec, and of its model where there is one."),
    Field("params", _PARAMS, None, "Values that `--set` may replace."),
    Field("imports", _IMPORTS, None, "Prefixes for other files, whose blocks, models and params they bring."),
    Field("extends", Str(), None, "Another spec, of which this one is a changed version."),
    Field("changes", _CHANGES, None, "What is changed in the layers of the spec that is extended."),
    Field("variants", _VARIANTS, None, "Named sets of params' values; `--variant` chooses one."),
    Field("dims", _DIMS, None, "Facts about the named sizes of inputs."),
    Field("blocks", _BLOCKS, None, "Lists of layers with params of their own, each usable as a layer."),
    Field("models", _MODELS, None, "Several models, each usable as a layer of the others."),
    Field("train", Defined("train"), None, "How the models are trained: data, epochs, phases."),
    *MODEL.values(),
)
"""Of a whole spec. With `models`, the keys of a single model other than `doc` stand in each of them."""

BODY = tuple(name for name in MODEL if name != "doc")
