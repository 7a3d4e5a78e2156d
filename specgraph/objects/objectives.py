"""What a phase of training may aim at."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Int, Number, Optional
from specgraph.spec.record import Record

Steps: TypeAlias = Annotated[int, Int(minimum=1)]


class SupervisedArgs(Record):
    """Nothing: the loss is that of `compile`, the targets come from the data."""


class AutoencoderArgs(Record):
    """Nothing: the loss is that of `compile`, the targets are the inputs."""


class VaeArgs(Record):
    kl_weight: Annotated[float, Number(minimum=0), "What the layers' KL terms are multiplied by."] = 1.0
    warm_up: Annotated[
        float, Number(minimum=0), "Epochs over which that weight grows from 0, in equal steps."
    ] = 0.0


class AdversarialArgs(Record):
    generator: Annotated[str, "The model that makes examples from noise."] = "generator"
    discriminator: Annotated[str, "The model that tells them from real ones."] = "discriminator"
    loss: Annotated[Literal["non_saturating", "least_squares", "wasserstein"], "What the two play for."] = (
        "non_saturating"
    )
    gradient_penalty: Annotated[
        float | None,
        Optional(Number(minimum=0)),
        "Weight of the penalty on the critic's gradient; by default 10 for wasserstein, else 0.",
    ] = None
    label_smoothing: Annotated[
        float, Number(minimum=0, below=0.5), "By how much real examples' labels fall short of 1."
    ] = 0.0
    discriminator_steps: Annotated[Steps, "Steps of the discriminator for each round."] = 1
    generator_steps: Annotated[Steps, "Steps of the generator for each round."] = 1


OBJECTIVES = Catalog(
    "an objective",
    "objectives",
    (
        Entry("supervised", SupervisedArgs, (), "Brings outputs close to the targets that the data has."),
        Entry("autoencoder", AutoencoderArgs, (), "Brings outputs close to the inputs."),
        Entry("vae", VaeArgs, (), "Brings outputs close to the inputs and latent values to a normal (ELBO)."),
        Entry("adversarial", AdversarialArgs, (), "Trains a generator and a discriminator on each other."),
    ),
)
