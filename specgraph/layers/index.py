"""Which family module has which rows. Generated: `python -m specgraph.codegen`."""

# fmt: off

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "activations": (
        "ReLU",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "Softmax",
    ),
    "attention": (
        "Attention",
        "AdditiveAttention",
    ),
    "conv": (
        "Conv1D",
        "Conv2D",
        "Conv3D",
    ),
    "conv_lstm": (
        "ConvLSTM1D",
        "ConvLSTM2D",
        "ConvLSTM3D",
    ),
    "conv_separable": (
        "SeparableConv1D",
        "SeparableConv2D",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
    ),
    "conv_transpose": (
        "Conv1DTranspose",
        "Conv2DTranspose",
        "Conv3DTranspose",
    ),
    "core": (
        "Dense",
        "Embedding",
        "ReversibleEmbedding",
        "Activation",
        "Identity",
        "Masking",
        "Rescaling",
    ),
    "einsum": (
        "EinsumDense",
    ),
    "merging": (
        "Add",
        "Subtract",
        "Multiply",
        "Average",
        "Maximum",
        "Minimum",
        "Concatenate",
        "Dot",
    ),
    "multi_head": (
        "MultiHeadAttention",
        "GroupQueryAttention",
    ),
    "normalization": (
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "UnitNormalization",
        "RMSNormalization",
    ),
    "pooling": (
        "MaxPooling1D",
        "MaxPooling2D",
        "MaxPooling3D",
        "AveragePooling1D",
        "AveragePooling2D",
        "AveragePooling3D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "GlobalMaxPooling3D",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "AdaptiveMaxPooling1D",
        "AdaptiveMaxPooling2D",
        "AdaptiveMaxPooling3D",
        "AdaptiveAveragePooling1D",
        "AdaptiveAveragePooling2D",
        "AdaptiveAveragePooling3D",
    ),
    "positions": (
        "PositionEmbedding",
    ),
    "recurrent": (
        "SimpleRNN",
        "LSTM",
        "GRU",
    ),
    "regularization": (
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "GaussianDropout",
        "GaussianNoise",
        "AlphaDropout",
        "ActivityRegularization",
    ),
    "reshaping": (
        "Flatten",
        "Reshape",
        "Permute",
        "RepeatVector",
        "UpSampling1D",
        "UpSampling2D",
        "UpSampling3D",
        "ZeroPadding1D",
        "ZeroPadding2D",
        "ZeroPadding3D",
        "Cropping1D",
        "Cropping2D",
        "Cropping3D",
    ),
    "rnn": (
        "RNN",
        "SimpleRNNCell",
        "LSTMCell",
        "GRUCell",
        "StackedRNNCells",
    ),
    "sampling": (
        "Sampling",
    ),
    "spectral": (
        "SpectralNormalization",
    ),
    "wrappers": (
        "Bidirectional",
        "TimeDistributed",
    ),
}
