"""What `optimizer` may name."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.spec.catalog import Catalog, Entry, Named, OneOf
from specgraph.spec.kinds import Bad, Either, Int, ListOf, Number, Optional, Str
from specgraph.spec.record import Record


def _schedules() -> Catalog:
    from .schedules import SCHEDULES

    return SCHEDULES


LearningRate: TypeAlias = Annotated[
    float | Named,
    Either(
        Number(minimum=0),
        OneOf("a learning-rate schedule", _schedules),
        phrase="a number of at least 0 or a learning-rate schedule",
    ),
]
Decay: TypeAlias = Annotated[float, Number(minimum=0, below=1)]
"""Of a moving average; at 1 it would never move."""
Epsilon: TypeAlias = Annotated[float, Number(minimum=0)]
NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Clip: TypeAlias = Annotated[float | None, Optional(Number(above=0))]


_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


class OptimizerArgs(Record):
    """What all take; at most one of the three clips may be set."""

    learning_rate: LearningRate = 0.001
    weight_decay: Annotated[float | None, Optional(Number(minimum=0))] = None
    clipnorm: Clip = None
    clipvalue: Clip = None
    global_clipnorm: Clip = None
    use_ema: bool = False
    ema_momentum: Annotated[float, Number(minimum=0, maximum=1)] = 0.99
    ema_overwrite_frequency: Annotated[int | None, Optional(Int(minimum=1))] = None
    loss_scale_factor: Annotated[float | None, Optional(Number(above=0))] = None
    gradient_accumulation_steps: Annotated[int | None, Optional(Int(minimum=2))] = None

    def agree(self) -> None:
        set_ones = [name for name in _CLIPS if getattr(self, name) is not None]
        if len(set_ones) > 1:
            raise Bad(f"`{set_ones[0]}` and `{set_ones[1]}` exclude each other", (set_ones[1],))


class SGDArgs(OptimizerArgs):
    learning_rate: LearningRate = 0.01
    momentum: Annotated[float, Number(minimum=0, maximum=1)] = 0.0
    nesterov: bool = False


class RMSpropArgs(OptimizerArgs):
    rho: Decay = 0.9
    momentum: Decay = 0.0
    epsilon: Epsilon = 1e-7
    centered: bool = False


class MomentArgs(OptimizerArgs):
    """Of the optimizers that average gradients and their squares."""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7


class AdamArgs(MomentArgs):
    amsgrad: bool = False


class AdamWArgs(AdamArgs):
    weight_decay: NonNegative = 0.004


class ScheduleFreeArgs(MomentArgs):
    learning_rate: LearningRate = 0.0025
    epsilon: Epsilon = 1e-8
    warmup_steps: Annotated[int, Int(minimum=0)] = 0


class AdadeltaArgs(OptimizerArgs):
    rho: Decay = 0.95
    epsilon: Epsilon = 1e-7


class AdagradArgs(OptimizerArgs):
    initial_accumulator_value: NonNegative = 0.1
    epsilon: Epsilon = 1e-7


class AdafactorArgs(OptimizerArgs):
    beta_2_decay: Annotated[float, Number(maximum=0)] = -0.8
    epsilon_1: Epsilon = 1e-30
    epsilon_2: Epsilon = 0.001
    clip_threshold: Annotated[float, Number(above=0)] = 1.0
    relative_step: bool = True


class FtrlArgs(OptimizerArgs):
    learning_rate_power: Annotated[float, Number(maximum=0)] = -0.5
    initial_accumulator_value: NonNegative = 0.1
    l1_regularization_strength: NonNegative = 0.0
    l2_regularization_strength: NonNegative = 0.0
    l2_shrinkage_regularization_strength: NonNegative = 0.0
    beta: NonNegative = 0.0


class LionArgs(OptimizerArgs):
    beta_1: Annotated[float, Number(above=0, maximum=1)] = 0.9
    beta_2: Decay = 0.99


class MuonArgs(OptimizerArgs):
    adam_beta_1: Decay = 0.9
    adam_beta_2: Decay = 0.999
    adam_weight_decay: NonNegative = 0.004
    epsilon: Epsilon = 1e-7
    weight_decay: NonNegative = 0.004
    exclude_layers: Annotated[tuple[str, ...] | None, Optional(ListOf(Str()))] = None
    exclude_embeddings: bool = True
    muon_a: float = 3.4445
    muon_b: float = -4.775
    muon_c: float = 2.0315
    adam_lr_ratio: NonNegative = 1
    momentum: Decay = 0.95
    ns_steps: Annotated[int, Int(minimum=1)] = 5
    nesterov: bool = True
    rms_rate: NonNegative = 0.2


def _optimizers() -> Catalog:
    return OPTIMIZERS


class LossScaleArgs(Record):
    inner_optimizer: Annotated[Named, OneOf("an optimizer", _optimizers)]
    initial_scale: Annotated[float, Number(above=0)] = 32768.0
    dynamic_growth_steps: Annotated[int, Int(minimum=1)] = 2000


OPTIMIZERS = Catalog(
    "an optimizer",
    "optimizers",
    (
        Entry("SGD", SGDArgs, ("sgd",), "Gradient descent, with momentum if it is set."),
        Entry("RMSprop", RMSpropArgs, ("rmsprop",), "Divides gradients by a moving mean of their size."),
        Entry("Adam", AdamArgs, ("adam",), "Moving means of gradients and of their squares."),
        Entry("AdamW", AdamWArgs, ("adamw",), "Adam with weight decay apart from the gradient."),
        Entry(
            "Adadelta", AdadeltaArgs, ("adadelta",), "Steps as large as recent steps and gradients suggest."
        ),
        Entry("Adagrad", AdagradArgs, ("adagrad",), "Smaller steps for weights that have moved much."),
        Entry("Adamax", MomentArgs, ("adamax",), "Adam with the greatest gradient in place of squares."),
        Entry("Adafactor", AdafactorArgs, ("adafactor",), "Like Adam, with far less memory for matrices."),
        Entry("Ftrl", FtrlArgs, ("ftrl",), "Follows the regularized leader; for large sparse models."),
        Entry("Lamb", MomentArgs, (), "Adam with a step for each layer; for large batches."),
        Entry("Lion", LionArgs, ("lion",), "Steps by the sign of a moving mean."),
        Entry("Muon", MuonArgs, ("muon",), "Orthogonal steps for matrices, Adam for all else."),
        Entry("Nadam", MomentArgs, ("nadam",), "Adam with Nesterov momentum."),
        Entry("ScheduleFreeAdamW", ScheduleFreeArgs, ("schedulefreeadamw",), "AdamW that needs no schedule."),
        Entry(
            "LossScaleOptimizer", LossScaleArgs, (), "Scales the loss for float16 around another optimizer."
        ),
    ),
)
