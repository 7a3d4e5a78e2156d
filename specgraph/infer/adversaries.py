"""How a generator and a discriminator fit together: what one makes for the other, conditions, noise."""

from __future__ import annotations

from typing import NamedTuple

from specgraph.infer.walk import ModelTypes


class Pairing(NamedTuple):
    """Which tensors of the two models go together, by the names of inputs and outputs."""

    made: tuple[str, ...]
    """For each output of the generator the discriminator's input that it goes into."""
    conditions: tuple[str, ...]
    """Inputs that both have: they get the same column of the data."""
    noise: tuple[str, ...]
    """The generator's other inputs."""
    unfed: tuple[str, ...]
    """Inputs of the discriminator that neither the generator makes nor the generator is given."""
    lost: tuple[str, ...]
    """Outputs of the generator that go nowhere."""


def pairing(generator: ModelTypes, discriminator: ModelTypes) -> Pairing:
    """An output goes into the input of its name; where none has its name, in order into those that are left.

    An input that both have is a condition, unless an output has its name.
    """
    outputs = [ref.node for ref in generator.graph.outputs]
    wanted, given = discriminator.graph.inputs, generator.graph.inputs
    named = {name: name for name in outputs if name in wanted}
    conditions = tuple(name for name in wanted if name in given and name not in named)
    free = [name for name in wanted if name not in named and name not in conditions]
    for name in outputs:
        if name not in named and free:
            named[name] = free.pop(0)
    return Pairing(
        tuple(named[name] for name in outputs if name in named),
        conditions,
        tuple(name for name in given if name not in conditions),
        tuple(free),
        tuple(name for name in outputs if name not in named),
    )
