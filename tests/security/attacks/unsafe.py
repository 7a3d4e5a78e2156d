"""Class 8: layers and values that would run code or read what is not the spec's."""

from __future__ import annotations

from .making import HEAD, IMAGE, layer

UNSAFE = {
    **{
        name: layer(f"{name}: {{}}")
        for name in (
            "Lambda",
            "TFSMLayer",
            "JaxLayer",
            "FlaxLayer",
            "TorchModuleWrapper",
            "InputLayer",
            "Layer",
            "Wrapper",
        )
    },
    "lambda source": layer("Lambda: {function: \"__import__('os').system('id')\"}"),
    "lambda, nested": layer("TimeDistributed: {layer: {Lambda: {function: x}}}", IMAGE),
    "saved model, nested": layer("Bidirectional: {layer: {TFSMLayer: {filepath: /tmp/x}}}"),
    "saved model": layer("TFSMLayer: {filepath: /tmp/x, call_endpoint: serve}"),
    "python path": layer("os.system: {command: id}"),
    "python class": layer("keras.layers.Lambda: {}"),
    "source module": layer("keras.src.layers.core.lambda_layer.Lambda: {}"),
    "deserialize": layer("deserialize: {config: {}}"),
    "getattr": layer("__class__: {}"),
    "dunder argument": layer("Dense: {units: 4, __init__: 1}"),
    "base argument": layer("Dense: {units: 4, input_shape: [3]}"),
    "activation as a map": layer("Dense: {units: 4, activation: {class_name: Lambda, config: {}}}"),
    "activation of Keras": layer("Dense: {units: 4, activation: {keras.ops.save: {}}}"),
    "activation from a module": layer("Dense: {units: 4, activation: os.system}"),
    "activation, a function of Keras": layer("Dense: {units: 4, activation: deserialize}"),
    "initializer as a map": layer("Dense: {units: 4, kernel_initializer: {class_name: x, config: {}}}"),
    "initializer from a module": layer("Dense: {units: 4, kernel_initializer: {os.system: {}}}"),
    "initializer with more": layer("Dense: {units: 4, kernel_initializer: {zeros: {module: os}}}"),
    "regularizer": layer("Dense: {units: 4, kernel_regularizer: {OrthogonalRegularizer: {factor: os}}}"),
    "constraint": layer("Dense: {units: 4, kernel_constraint: {module: os}}"),
    "policy as a map": layer("Dense: {units: 4, dtype: {class_name: DTypePolicyMap, config: {}}}"),
    "policy, a regular expression": layer("Dense: {units: 4, dtype: {'(a+)+$': float16}}"),
    "policy unknown": layer("Dense: {units: 4, dtype: float128}"),
    "loss from a module": HEAD + "  - Flatten\ncompile: {loss: os.system}\n",
    "loss as a map": HEAD + "  - Flatten\ncompile: {loss: {class_name: x, config: {}}}\n",
    "metric from a module": HEAD + "  - Flatten\ncompile: {metrics: [os.system]}\n",
    "optimizer from a module": HEAD + "  - Flatten\ncompile: {optimizer: {module: os, class_name: x}}\n",
    "weights, NUL": layer('VGG16: {include_top: false, weights: "w\\0.h5"}', IMAGE),
    "vocabulary file": layer("StringLookup: {vocabulary: /etc/passwd}"),
    "vocabulary file of ints": layer("IntegerLookup: {vocabulary: /etc/passwd}"),
    "vocabulary file of text": layer("TextVectorization: {vocabulary: /etc/passwd}"),
    "standardize": layer("TextVectorization: {standardize: os.system}"),
    "schema from the network": "$schema: [https://host]\n" + layer("Dense: {units: 0}"),
    "param from the environment": layer("Dense: {units: $HOME}"),
    "param of the shell": layer("Dense: {units: $(id)}"),
    "expression that calls": layer('Dense: {units: "${__import__(1)}"}'),
    "expression with attributes": layer('Dense: {units: "${x.__class__}"}'),
    "expression with a string": layer("Dense: {units: \"${open('/etc/passwd')}\"}"),
    "include": layer("Dense: {units: !include /etc/passwd}"),
    "reference": layer("Dense: {$ref: '#/layers/0'}"),
    "weights as a list": layer("Embedding: {input_dim: 4, output_dim: 4, weights: [[1]]}"),
}
