"""Codes of layers whose inputs do not fit together."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "rank-mismatch": Page(
        """\
The layer needs an input of another rank, that is, with another number of axes. Keras says so only when
the model is built, and often names just the second of the two layers at fault. The usual causes are a
recurrent layer without `return_sequences: true` before another one, a convolution behind Flatten, and a
missing channel axis. Change the layer that made the axes, or put Flatten, Reshape or a global pooling
between.
""",
        """\
specgraph: 1
inputs:
  seq: [20, 8]
layers:
  - LSTM: {units: 32}
  - LSTM: {units: 16}
  - Dense: {units: 1}
""",
        """\
specgraph: 1
inputs:
  seq: [20, 8]
layers:
  - LSTM: {units: 32, return_sequences: true}
  - LSTM: {units: 16}
  - Dense: {units: 1}
""",
    ),
    "window-too-large": Page(
        """\
The kernel or pool, with its dilation, is larger than what is left of the image or sequence, so no window
fits. Each pooling with `padding: valid` shrinks its input, and deep stacks run out of pixels. Keras
reports a negative size without saying which layers used it up. Use `padding: same`, a smaller window, or
one pooling less.
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - MaxPooling2D
  - Conv2D: {filters: 8, kernel_size: 5}
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - MaxPooling2D
  - Conv2D: {filters: 8, kernel_size: 5, padding: same}
""",
    ),
    "channels-first-suspect": Page(
        """\
An image is declared as `[3, 224, 224]`, with its channels in front, as other frameworks have them. Layers
take the last axis for the channels unless `data_format: channels_first` says otherwise. Keras often builds
such a model, which then slides over an image of three rows with 224 channels. Put the channels last in the
shape, and in the data.
""",
        """\
specgraph: 1
inputs:
  image: [3, 224, 224]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same}
  - GlobalAveragePooling2D
  - Dense: {units: 10}
""",
        """\
specgraph: 1
inputs:
  image: [224, 224, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same}
  - GlobalAveragePooling2D
  - Dense: {units: 10}
""",
    ),
    "batch-in-shape": Page(
        """\
The shape of an input describes one example; the batch axis is added for you. This shape seems to have it
already, as a leading 1, null, or batch size, so that every layer would see one axis too many. Keras then
complains about the rank at the first layer. Remove the leading axis.
""",
        """\
specgraph: 1
inputs:
  image: [1, 28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
""",
    ),
    "undefined-features": Page(
        """\
The weights of a layer are as large as the last axis of its input, so that axis must be known when the
model is built. Here it is not, mostly because a Flatten multiplies an open height, width or length into
it. Keras reports that the last dimension is None, at the Dense and not at the Flatten. Use a global
pooling, which gives one value for each channel whatever the size, or fix the size of the input.
""",
        """\
specgraph: 1
inputs:
  image: [H, W, 3]
layers:
  - Conv2D: {filters: 16, kernel_size: 3}
  - Flatten
  - Dense: {units: 10}
""",
        """\
specgraph: 1
inputs:
  image: [H, W, 3]
layers:
  - Conv2D: {filters: 16, kernel_size: 3}
  - GlobalAveragePooling2D
  - Dense: {units: 10}
""",
    ),
    "merge-mismatch": Page(
        """\
Add, Multiply, Average and their like work value by value, so each pair of axes must be equal, or one of
them 1. These inputs have different sizes. In residual networks it is the skip that still has the old
number of channels or the old resolution. Give it a 1x1 convolution, or a Dense, with the same width and
strides as the main path.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: main, units: 16}
  - Add: {from: [main, x]}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: main, units: 16}
  - Dense: {name: skip, units: 16, from: x}
  - Add: {from: [main, skip]}
""",
    ),
    "concat-mismatch": Page(
        """\
Concatenate joins along one axis, and all others must be equal. In U-shaped networks they differ where a
pooling dropped an odd row or column: 15 pixels are pooled to 7 and come back as 14. Keras prints both
shapes but not the pooling. Choose a size that divides evenly, use `padding: same`, or crop or pad one side.
""",
        """\
specgraph: 1
inputs:
  image: [15, 15, 3]
layers:
  - Conv2D: {name: conv, filters: 8, kernel_size: 3, padding: same}
  - MaxPooling2D
  - UpSampling2D: {name: up}
  - Concatenate: {from: [conv, up]}
""",
        """\
specgraph: 1
inputs:
  image: [16, 16, 3]
layers:
  - Conv2D: {name: conv, filters: 8, kernel_size: 3, padding: same}
  - MaxPooling2D
  - UpSampling2D: {name: up}
  - Concatenate: {from: [conv, up]}
""",
    ),
    "concat-rank": Page(
        """\
Concatenate can only join inputs with the same number of axes. Here one of them still has its space or
time axes while another is flat. Put a Flatten or a global pooling on the one with more axes.
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 3]
  facts: [5]
layers:
  - Conv2D: {name: conv, filters: 4, kernel_size: 3, from: image}
  - Concatenate: {from: [conv, facts]}
  - Dense: {units: 1}
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 3]
  facts: [5]
layers:
  - Conv2D: {filters: 4, kernel_size: 3, from: image}
  - GlobalAveragePooling2D: {name: pooled}
  - Concatenate: {from: [pooled, facts]}
  - Dense: {units: 1}
""",
    ),
    "reshape-count": Page(
        """\
Reshape moves values, it makes and drops none: the product of its target must be the number of values it
gets for each example. Keras reports both totals without the layer that the values come from. Change that
layer's size, or the target; one axis of the target may be -1 and is then worked out.
""",
        """\
specgraph: 1
inputs:
  noise: [100]
layers:
  - Dense: {units: 128}
  - Reshape: {target_shape: [7, 7, 1]}
""",
        """\
specgraph: 1
inputs:
  noise: [100]
layers:
  - Dense: {units: 49}
  - Reshape: {target_shape: [7, 7, 1]}
""",
    ),
    "divisibility": Page(
        """\
The model has open sizes, and works only for some of them: those for which the condition in the message
holds. Keras cannot tell; it builds the model, and the first image of another size fails in training or
in use. If all your data has such sizes, say so under `dims`; else pad the input, or resize what is merged.
""",
        """\
specgraph: 1
dims:
  H: {min: 8}
  W: {min: 8}
inputs:
  image: [H, W, 3]
layers:
  - MaxPooling2D
  - UpSampling2D: {name: up}
  - Concatenate: {from: [image, up]}
  - Conv2D: {filters: 1, kernel_size: 1}
""",
        """\
specgraph: 1
dims:
  H: {min: 8, multiple_of: 2}
  W: {min: 8, multiple_of: 2}
inputs:
  image: [H, W, 3]
layers:
  - MaxPooling2D
  - UpSampling2D: {name: up}
  - Concatenate: {from: [image, up]}
  - Conv2D: {filters: 1, kernel_size: 1}
""",
    ),
}
