"""Where we and Keras differ on purpose, each with the reason.

A difference that is on neither list is a fault of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from specgraph.rows.base import Reject
from specgraph.spec.kinds import Bad, Kind

from .rows import Case
from .source import Source
from .values import legal


class Known(NamedTuple):
    """What a difference looks like. `layers` and `argument` match whole names, an argument that is not at
    fault being ""; `message` matches any part of what is said."""

    reason: str
    layers: str = ".*"
    argument: str = ".*"
    message: str = ""

    def matches(self, case: Case, argument: str, message: str) -> bool:
        return bool(
            re.fullmatch(self.layers, case.row.name)
            and re.fullmatch(self.argument, argument)
            and re.search(self.message, message)
        )


_PREPARING = (
    "Random.*|CenterCrop|Resizing|AutoContrast|ContrastLimited.*|Equalization|Solarization|MixUp|CutMix|AugMix"
    "|RandAugment|MaxNumBoundingBoxes|.*Spectrogram|CategoryEncoding|Discretization|Hash.*|.*Lookup"
    "|TextVectorization|Normalization|Pipeline"
)

_OPS = r"ops\..*"

OUTSIDE = (
    Known("of layers that prepare data, Keras checks few arguments before they run", _PREPARING),
    Known("Keras takes words in any case", argument="padding|data_format|reverse_dtype"),
    Known("an axis of 0 holds nothing", argument="output_shape|gptq_unpacked_column_size|num_query_heads"),
    Known("no vectors for no steps", "PositionEmbedding", "sequence_length"),
    Known("0 would divide by it", argument="logit_soft_cap"),
    Known("Keras looks at the word when the layer runs", argument="interpolation"),
    Known("a momentum or a rate is from 0 to 1", argument="(renorm_)?momentum|(recurrent_)?dropout|rate"),
    Known("1 would divide by what is left, 0", "GaussianDropout|AlphaDropout", "rate"),
    Known("a negative epsilon makes roots of negative numbers", argument="epsilon"),
    Known("a negative weight would reward divergence", "Sampling", "kl_weight"),
    Known("seeds are what every backend takes", argument="seed"),
    Known("0 adds matrices without values", argument="lora_rank"),
    Known("negative padding is Cropping", "ZeroPadding.*", "padding"),
    Known("no window makes no values", "Adaptive.*", "output_size"),
    Known("no filters make no channels", "ConvLSTM.*", "filters"),
    Known("no heads attend to nothing", "GroupQueryAttention", "num_.*heads|head_dim"),
    Known("the batch has no slope of its own", "PReLU", "shared_axes"),
    Known(
        "no axis, no shape and no factor say nothing", argument="axis|attention_axes|noise_shape|scale|offset"
    ),
    Known("a shape holds no other sizes", argument="noise_shape"),
    Known("Keras never looks at it", "SimpleRNN", "activity_regularizer"),
    Known("a mapping may hold nothing that Keras would read", argument="renorm_clipping"),
    Known(
        "Keras looks at the words of ops when they run",
        _OPS,
        "fill_mode|interpolation|method|mode|reduction|side|strategy|window",
    ),
    Known("a model holds no sparse and no ragged tensors", _OPS, "sparse|ragged"),
    Known(
        "of ops, Keras looks at few numbers before they run: nothing comes of no classes",
        _OPS,
        "axes|axes_lengths|beam_width|dilation(_rate)?|fft_length|filter_size|k|kernel_size|kth|length|minlength|n|num"
        "|num_classes|num_segments|order|output_size|pad_width|pool_size|repeats|sequence_length|shape|sigma"
        "|size|spatial_dims|strides?|top_paths",
    ),
    Known("there is a limit to the parts that a tensor is cut into", _OPS, "indices_or_sections|num"),
    Known(
        "true is no number",
        _OPS,
        "beta|gamma|indices|q|translation|updates|x[12]?|y",
    ),
    Known("TensorFlow reads the letters of ASCII", "ops.einsum", "subscripts"),
    Known("constants are rectangular", _OPS, message="longer or shorter than the lists"),
    Known("there is no flash attention on a CPU", _OPS, "flash_attention"),
)
"""Values that our kinds refuse and Keras does not."""

REFUSED = (
    Known("called by itself it knows its input, in `fit` it does not", message="before it runs"),
    Known("a range goes from the least to the greatest", _PREPARING, "value_range"),
    Known("Keras takes a batch of rows for one image", _PREPARING, message="needs .* axes"),
    Known("what is drawn may need colours", "AugMix|RandAugment", message="works on 3 channels"),
    Known("hue and saturation are read off the last axis", "RandomColorJitter", "data_format"),
    Known("one row for the whole batch is no row for each example", message="needs an axis of"),
    Known("Keras works on nothing and says so to nobody", message="needs adapt"),
    Known("Keras never looks at it", "SimpleRNN", "activity_regularizer"),
    Known(
        "it runs eagerly, but not in `fit` or `predict`",
        message="TensorFlow slices up to it|the window spans",
    ),
    Known("a variance is never negative", "Normalization", "variance"),
    Known("true is no number", "Normalization", "mean|variance", message="made of numbers"),
    Known("a model holds no ragged tensors", "TextVectorization"),
    Known("Keras stacks a list of inputs into one tensor, which nobody means", message="takes one input, it"),
    Known("noise of another shape widens its input, or at rate 0 never meets it", message="`noise_shape`"),
    Known("the batch is not for one example to share", message="cannot split the batch axis"),
    Known("floats are no numbers of rows", message="looks up integers"),
    Known("a mask would widen scores of one step", ".*Attention", message="a mask of .* does not go over"),
    Known("the batch and the features are no places to look at", "MultiHeadAttention", "attention_axes"),
    Known("it would be taken for a mask", ".*Attention", message="takes 3 inputs, it is given 4"),
    Known("a mask longer than its input is cut, a mask of 1 spread", message="the mask says which"),
    Known("the batch and the features are not places to attend to", ".*Attention", "attention_axes"),
    Known("the weight would be made with another shape than it was asked to have", message="STFT fills"),
    Known("only a mask makes floats of ints", "Softmax", message="computes on floats"),
    Known("letters stand for all axes", "EinsumDense", message="is for an input with"),
    Known("there are no vectors for later steps", "PositionEmbedding", "sequence_length"),
    Known("vectors are added to floats", "PositionEmbedding", message="computes on floats"),
    Known("other axes are no sequence", "RNN|PositionEmbedding", message="needs 3 axes"),
    Known("strings pass through what does nothing", message="cannot work on strings"),
    Known(
        "factors line up with the last axes, so that only those are scaled rightly", message="last axes only"
    ),
    Known("a list of factors for an axis of 1 would widen it", "Rescaling", "scale|offset"),
    Known(
        "a list of factors for an axis of 1 would widen it",
        message="values, the last axis of the input has 1",
    ),
    Known("it would spread one over the other", "Sampling", message="of one shape"),
    Known("Keras declares twice the units of the first", "Bidirectional", "backward_layer"),
    Known("Keras drops the states that are too many", argument="initial_state"),
    Known(
        "Keras checks no rank inside, and works along other axes", "TimeDistributed", message="needs .* axes"
    ),
    Known("Keras checks no rank, and works along other axes", "Adaptive.*", message="needs .* axes"),
    Known("of ints, some fail and some become floats", "ReLU", "negative_slope"),
    Known("one axis twice is a slip", "Softmax|Normalization", message="an axis twice"),
    Known("layers are built for a number of axes, and some of them check it", message="axes come in"),
    Known("Keras builds it for what it declares, and something else comes in", message="would be built for"),
    Known(
        "few layers take complex numbers, and Keras says of all that floats come out", message="real numbers"
    ),
    Known("arrays tell the steps, which `predict` does not", "TimeDistributed", message="as many steps as"),
    Known("a tensor without axes has no batch", message=r"its input has 0: \(\)"),
    Known("an axis of nothing comes out", "Conv.*Transpose", "output_padding"),
    Known("of ints all or none would be dropped", message="Dropout.* computes on floats|`dropout` scales"),
    Known("noise on ints is none", message="GaussianNoise computes on floats"),
    Known("a penalty on ints teaches nothing", message="ActivityRegularization computes on floats"),
    Known("a mask value is a number", "Masking", message="computes on numbers"),
    Known("the mean of one window runs eagerly, but not in `fit` or `predict`", message="adaptive pooling"),
)
"""Uses that we refuse, Keras builds, and that run."""

NO_KERNEL = (
    Known("TensorFlow has no 3-D pools of half or double floats on a CPU", message="(Max|Avg)Pool3D"),
    Known("TensorFlow convolves channels-first on a CPU in float32 only", message="only supports.*N.*C"),
    Known(
        "TensorFlow has no dilated transposed convolution on a CPU", message="dilation rates larger than 1"
    ),
    Known(
        "TensorFlow has no depthwise convolution with two strides on a CPU", message="equal length strides"
    ),
    Known(
        "oneDNN pads and convolves at once, and forgets that channels were padded",
        "Conv2D|ops.conv",
        message="input depth must be evenly divisible",
    ),
    Known("oneDNN convolves not all tiny images", message="could not create a primitive descriptor"),
    Known(
        "Keras resizes only what has a known size, of which we warn", "UpSampling2D", message="Python `bool`"
    ),
    Known("there is no cuDNN on a CPU", message="cuDNN is not supported"),
    Known("TensorFlow counts no segments that are sorted", message="when sorted is True"),
    Known("TensorFlow makes no sparsemax of float16 in a graph", message="Range.Tidx=DT_HALF"),
    Known("TensorFlow with oneDNN computes softmax for up to 5 axes", message="Input dims must be <= 5"),
    Known(
        "TensorFlow chooses, turns around and cuts tensors of up to 8 axes",
        message="Broadcast between .* is not supported|for tensors of rank > 8|Unhandled input dim",
    ),
    Known("TensorFlow looks for the place of the greatest along up to 7 axes", message="up to 7 input dim"),
)
"""Uses that we accept and Keras builds, for which TensorFlow has no kernel on a CPU, by what it says."""

VALUES = (
    Known(
        "rows that are not there are a fault of the data",
        message=r"is (not in|out of range) \[0, \d+\)|does not index into",
    ),
    Known("categories below 0 are a fault of the data", message="must be non-negative"),
    Known(
        "arrays tell the sizes that a signature leaves open", message="must be statically known for adaptive"
    ),
    Known("labels that are no class are a fault of the data", message="outside the valid range"),
    Known("whole numbers are not divided by 0, which is a fault of the data", message="[Dd]ivision by zero"),
    Known("some matrices have no root, a fault of the data", "ops.cholesky.*", message="CheckNumerics"),
    Known(
        "how many values are not 0, or differ, depends on the data, and so does what goes with them",
        "ops.(nonzero|argwhere|unique|bincount)",
    ),
    Known("some frames have few ways to be read", "ops.ctc_decode", message="Less leaves in the beam"),
    Known("some matrices have no inverse, which is a fault of the data", message="not invertible"),
    Known(
        "TensorFlow loses sizes where it reads texts, cuts patches or counts",
        "TextVectorization|ops.(bincount|unique|istft|image.extract_patches)",
        message="SymbolicTensor|enters the loop with shape|statically known|is not connected to `inputs`",
    ),
)
"""Uses that we accept and Keras builds, and that fail for some values or readers, by what TensorFlow says."""


def stricter(case: Case, refused: Bad | Reject) -> str | None:
    """Why we refuse what Keras builds; None if there is no reason on the lists."""
    if isinstance(refused, Reject):
        return _first(REFUSED, case, refused.argument or "", refused.message)
    name = str(refused.path[0]) if refused.path else ""
    field = case.row.fields().get(name)
    if field is not None and _alien(field.kind, case.values.get(name)):
        return "values have exact types, and numbers are finite"
    if case.values.get(name) in ([], {}, ""):
        return "lists, mappings and words of nothing say nothing"
    return _first(OUTSIDE, case, name, refused.message)


def no_kernel(case: Case, message: str) -> str | None:
    """Why what Keras builds does not run here; None if there is no reason on the list."""
    return _first((*NO_KERNEL, *VALUES), case, "", message)


def _first(knowns: tuple[Known, ...], case: Case, argument: str, message: str) -> str | None:
    return next((known.reason for known in knowns if known.matches(case, argument, message)), None)


def _alien(kind: Kind, value: Any) -> bool:
    """Whether a value holds something of a type that no legal value holds."""
    return any(type(leaf) not in _types(kind) or leaf != leaf or leaf in _INFINITE for leaf in _leaves(value))


_INFINITE = (float("inf"), float("-inf"))


@lru_cache(maxsize=256)
def _types(kind: Kind) -> frozenset[type]:
    """The types that legal values hold; an int stands for a float wherever one may."""
    pick, source = legal(kind), Source(Random(0).randint)
    found = frozenset(type(leaf) for _ in range(200) for leaf in _leaves(pick(source)))
    return found | {float, int} if float in found else found


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value
