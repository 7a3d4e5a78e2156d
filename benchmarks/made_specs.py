"""Specs of any size, for the benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator


def chain(count: int) -> Iterator[str]:
    """Conv2D, BatchNormalization and ReLU, one after the other, unnamed."""
    yield from ("inputs: {image: [64, 64, 8]}", "layers:")
    kinds = (
        "Conv2D: {filters: 8, kernel_size: 3, padding: same, use_bias: false}",
        "BatchNormalization",
        "ReLU",
    )
    for i in range(count):
        yield f"  - {kinds[i % 3]}"


def named(count: int) -> Iterator[str]:
    """Layers with names, on an image of unknown size."""
    yield from ("inputs: {image: [H, W, 8]}", "layers:")
    for i in range(count):
        yield f"  - Conv2D: {{name: conv_{i}, filters: 8, kernel_size: 3, padding: same}}"


def branches(count: int) -> Iterator[str]:
    """Two convolutions that read the same sum, and are added to the next."""
    yield from ("inputs: {image: [64, 64, 8]}", "layers:")
    yield "  - Conv2D: {name: sum_0, filters: 8, kernel_size: 1}"
    for i in range((count - 1) // 3):
        yield f"  - Conv2D: {{name: left_{i}, from: sum_{i}, filters: 8, kernel_size: 3, padding: same}}"
        yield f"  - Conv2D: {{name: right_{i}, from: sum_{i}, filters: 8, kernel_size: 1}}"
        yield f"  - Add: {{name: sum_{i + 1}, from: [left_{i}, right_{i}]}}"


def ops(count: int) -> Iterator[str]:
    """Functions of `keras.ops` with tensors and constants, on an image of unknown size."""
    yield from ("inputs: {image: [H, W, 8]}", "layers:")
    kinds = (
        "ops.multiply: {x2: 0.5}",
        "ops.concatenate: {from: [image, image], axis: 1}",
        'ops.get_item: {key: [":", "1:"]}',
        "ops.mean: {axis: [1, 2], keepdims: true}",
        "ops.softmax",
        "ops.add: {x2: [1, 2, 3, 4, 5, 6, 7, 8]}",
    )
    for i in range(count):
        yield f"  - {kinds[i % 6]}"


def models(count: int) -> Iterator[str]:
    """Models of ten layers, each of which calls the one before it."""
    yield "models:"
    for i in range(count // 10):
        yield from (f"  model_{i}:", "    inputs: {x: [16]}", "    layers:")
        yield from ["      - Dense: {units: 16}"] * (9 if i else 10)
        if i:
            yield f"      - model_{i - 1}"


def faulty(count: int) -> Iterator[str]:
    """Every layer has a fault: an unknown argument, layer, name or value."""
    yield from ("inputs: {image: [64, 64, 8]}", "layers:")
    for i in range(count):
        yield (
            "  - Conv2D: {filters: 8, kernal_size: 3}",
            f"  - Convv2D: {{name: odd_{i}, filters: 8, kernel_size: 3}}",
            f"  - Dense: {{units: no, from: nothing_{i}}}",
            "  - Conv2D: {filters: 8.0, kernel_size: 3, name: same}",
        )[i % 4]


def misfits(count: int) -> Iterator[str]:
    """Half a chain, then layers that its end does not fit, each with a cause to search for."""
    yield from ("inputs: {x: [64]}", "layers:", "  - Dense: {name: d_0, units: 64}")
    half = count // 2
    for i in range(1, half):
        yield f"  - Activation: {{name: d_{i}, activation: relu}}"
    for i in range(count - half):
        yield f"  - Reshape: {{name: r_{i}, from: d_{half - 1}, target_shape: [7, 7]}}"


KINDS: dict[str, Callable[[int], Iterator[str]]] = {
    one.__name__: one for one in (chain, named, branches, ops, models, faulty, misfits)
}


def text(kind: str, count: int) -> str:
    """A spec of about `count` layers."""
    return "\n".join(("specgraph: 1", *KINDS[kind](count))) + "\n"
