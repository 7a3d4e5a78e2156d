"""Random models, most of them broken: the search for causes never fails, and its fixes mend what they say."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from specgraph.analysis import analyze_source
from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.edits import apply
from specgraph.diagnostics.text import render
from specgraph.source import Source

FUZZ = os.environ.get("SPECGRAPH_FUZZ", "1")
EXAMPLES = 60 * (50 if FUZZ == "long" else int(FUZZ))

SHAPES = (
    "[8]", "[28, 28]", "[28, 28, 1]", "[3, 32, 32]", "[1, 28, 28, 1]", "[null, 8]", "[8, null]", "[H, W, 3]", "[H, 8]",
    "[20, 8]", "[35, 34, 3]", "[64, 20, 8]", "[10, 16, 16, 3]", "{shape: [20], dtype: int32}", "[784]", "[batch, 4]",
    "{shape: [9, 9, 3], dtype: uint8}", "[null, null, 3]", "{shape: [2], dtype: string}", "[]", "[None, 4]",
)  # fmt: skip
LAYERS = (
    "Dense: {units: 8}", "Dense: {units: 49}", "Flatten", "Dropout: {rate: 0.5}", "LSTM: {units: 8}",
    "GRU: {units: 4, return_sequences: true}", "LSTM: {units: 8, return_state: true}", "MaxPooling2D", "MaxPooling1D",
    "Bidirectional: {layer: {LSTM: {units: 4}}}", "Bidirectional: {layer: {GRU: {units: 8, return_state: true}}}",
    "TimeDistributed: {layer: {Dense: {units: 3}}}", "TimeDistributed: {layer: {Conv2D: {filters: 4, kernel_size: 3}}}",
    "TimeDistributed: {layer: Flatten}", "Conv2D: {filters: 8, kernel_size: 3}", "Conv2D: {filters: 6, kernel_size: 5, groups: 4}",
    "Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}", "Conv1D: {filters: 8, kernel_size: 7, dilation_rate: 3}",
    "Conv2DTranspose: {filters: 4, kernel_size: 3, strides: 2}", "UpSampling2D", "GlobalAveragePooling2D",
    "GlobalAveragePooling1D: {keepdims: true}", "Reshape: {target_shape: [7, 7, 1]}", "Reshape: {target_shape: [-1, 5]}",
    "RepeatVector: {n: 3}", "Embedding: {input_dim: 10, output_dim: 4}", "BatchNormalization", "GroupNormalization: {groups: 3}",
    "Cropping2D: {cropping: 5}", "ZeroPadding2D", "Permute: {dims: [2, 1]}", "Add", "Multiply", "Concatenate", "Subtract",
    "Concatenate: {axis: 1}", "Dot: {axes: 1}", "Rescaling: {scale: 0.5}", "Softmax", "Identity",
    "LSTM: {units: 3, stateful: true}", "Conv2D: {filters: 4, kernel_size: 2, strides: 2, dilation_rate: 2}",
    "SeparableConv1D: {filters: 2, kernel_size: 5, dilation_rate: 3}", "AveragePooling2D: {pool_size: 3, strides: 1}",
)  # fmt: skip
BLOCKS = """\
blocks:
  unit:
    params: {width: 8}
    layers:
      - Conv2D: {name: first, filters: $width, kernel_size: 3}
      - MaxPooling2D
      - Conv2D: {name: second, filters: $width, kernel_size: 3, padding: same}
      - Add: {from: [first, second]}
"""


@st.composite
def specs(draw: st.DrawFn) -> str:
    inputs = [f"x{i}" for i in range(draw(st.integers(1, 2)))]
    lines = ["specgraph: 1", "inputs:"]
    lines += [f"  {name}: {draw(st.sampled_from(SHAPES))}" for name in inputs]
    names = list(inputs)
    blocks = draw(st.booleans())
    items = []
    for i in range(draw(st.integers(1, 7))):
        layer = draw(st.sampled_from((*LAYERS, *(["unit", "unit: {width: 4}"] if blocks else []))))
        key, _, body = layer.partition(": ")
        arguments = [body[1:-1]] if body else []
        if key != "unit":  # an unnamed one may take over the name of one that a fix takes out
            arguments.insert(0, f"name: l{i}")
        read = draw(st.lists(st.sampled_from(names), max_size=3))
        if read:
            refs = [f"{name}{draw(st.sampled_from(['', '', '', '.0', '.1']))}" for name in read]
            arguments.append(f"from: {refs[0] if len(refs) == 1 else '[' + ', '.join(refs) + ']'}")
        items.append(f"{key}: {{{', '.join(arguments)}}}" if arguments else key)
        names += [f"l{i}"] if arguments and arguments[0].startswith("name") else []
    lines += ["layers:", *(f"  - {item}" for item in items)]
    if draw(st.booleans()):
        lines.append(
            f"outputs: [{', '.join(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2)))}]"
        )
    return "\n".join(lines) + "\n" + (BLOCKS if blocks else "")


def key_of(found: Diagnostic) -> tuple[str, str | None, str]:
    return found.code.rule, found.layer, found.message


@settings(max_examples=EXAMPLES, deadline=None)
@given(specs())
def test_every_fix_mends_what_it_says(text: str) -> None:
    before = analyze_source(Source(text, "x.yaml")).diagnostics
    assert len(render(before, limit=20).encode()) < 64_000
    for found in before:
        if found.fix is None:
            continue
        mended = apply(text, [found.fix])
        after = [key_of(one) for one in analyze_source(Source(mended, "x.yaml")).diagnostics]
        assert "syntax" not in {rule for rule, _, _ in after}, mended
        assert key_of(found) not in after, mended


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(specs())
def test_the_same_model_is_told_the_same(text: str) -> None:
    first, second = (render(analyze_source(Source(text, "x.yaml")).diagnostics, limit=99) for _ in range(2))
    assert first == second
