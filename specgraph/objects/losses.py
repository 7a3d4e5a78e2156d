"""What `loss` may name."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Either, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

Part: TypeAlias = Annotated[float, Number(minimum=0, maximum=1)]
NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Axes: TypeAlias = Annotated[
    int | tuple[int, ...] | None,
    Optional(Either(Int(), ListOf(Int(), least=1), phrase="an axis or a list of axes")),
]


class LossArgs(Record):
    reduction: Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"] | None = (
        "sum_over_batch_size"
    )


class CrossentropyArgs(LossArgs):
    from_logits: bool = False
    label_smoothing: Part = 0.0
    axis: int = -1


class SparseArgs(LossArgs):
    from_logits: bool = False
    ignore_class: int | None = None
    axis: int = -1


class BinaryFocalArgs(CrossentropyArgs):
    apply_class_balancing: bool = False
    alpha: NonNegative = 0.25
    gamma: NonNegative = 2.0


class CategoricalFocalArgs(CrossentropyArgs):
    alpha: Annotated[
        float | tuple[float, ...],
        Either(
            Number(minimum=0), ListOf(Number(minimum=0), least=1), phrase="a number, or one for each class"
        ),
    ] = 0.25
    gamma: NonNegative = 2.0


class GeneralizedArgs(LossArgs):
    q: Annotated[float, Number(above=0, below=1)] = 0.5


class CircleArgs(LossArgs):
    gamma: Annotated[float, Number(above=0)] = 80.0
    margin: float = 0.4
    remove_diagonal: bool = True


class CosineArgs(LossArgs):
    axis: Annotated[
        int | tuple[int, ...], Either(Int(), ListOf(Int(), least=1), phrase="an axis or a list of axes")
    ] = -1


class DiceArgs(LossArgs):
    axis: Axes = None


class HuberArgs(LossArgs):
    delta: Annotated[float, Number(above=0)] = 1.0


class TverskyArgs(LossArgs):
    alpha: NonNegative = 0.5
    beta: NonNegative = 0.5
    axis: Axes = None


LOSSES = Catalog(
    "a loss",
    "losses",
    (
        Entry(
            "BinaryCrossentropy",
            CrossentropyArgs,
            ("binary_crossentropy", "bce", "BCE"),
            "Cross-entropy of yes-or-no labels.",
        ),
        Entry(
            "BinaryFocalCrossentropy",
            BinaryFocalArgs,
            ("binary_focal_crossentropy",),
            "Cross-entropy of yes-or-no labels that counts easy examples less.",
        ),
        Entry("CTC", LossArgs, ("ctc",), "Scores a sequence whose labels are not aligned to its steps."),
        Entry(
            "CategoricalCrossentropy",
            CrossentropyArgs,
            ("categorical_crossentropy",),
            "Cross-entropy of one-hot labels.",
        ),
        Entry(
            "CategoricalFocalCrossentropy",
            CategoricalFocalArgs,
            ("categorical_focal_crossentropy",),
            "Cross-entropy of one-hot labels that counts easy examples less.",
        ),
        Entry(
            "CategoricalGeneralizedCrossEntropy",
            GeneralizedArgs,
            (),
            "Between cross-entropy and absolute error, for labels that are partly wrong.",
        ),
        Entry(
            "CategoricalHinge",
            LossArgs,
            ("categorical_hinge",),
            "Wants the right class to lead every other by 1.",
        ),
        Entry("Circle", CircleArgs, ("circle",), "Pulls embeddings of one class together, others apart."),
        Entry("CosineSimilarity", CosineArgs, ("cosine_similarity",), "The angle between two vectors."),
        Entry("Dice", DiceArgs, ("dice",), "How little two masks overlap."),
        Entry("Hinge", LossArgs, ("hinge",), "Wants the sign of a label with a margin of 1."),
        Entry("Huber", HuberArgs, ("huber",), "Squares small errors, takes large ones as they are."),
        Entry(
            "KLDivergence",
            LossArgs,
            ("kl_divergence", "kld", "KLD"),
            "How far one distribution is from another.",
        ),
        Entry(
            "LogCosh", LossArgs, ("log_cosh",), "Like the squared error for small errors, absolute for large."
        ),
        Entry(
            "MeanAbsoluteError",
            LossArgs,
            ("mean_absolute_error", "mae", "MAE"),
            "The mean absolute difference.",
        ),
        Entry(
            "MeanAbsolutePercentageError",
            LossArgs,
            ("mean_absolute_percentage_error", "mape", "MAPE"),
            "The mean absolute difference in percent of the true value.",
        ),
        Entry(
            "MeanSquaredError", LossArgs, ("mean_squared_error", "mse", "MSE"), "The mean squared difference."
        ),
        Entry(
            "MeanSquaredLogarithmicError",
            LossArgs,
            ("mean_squared_logarithmic_error", "msle", "MSLE"),
            "The mean squared difference of logarithms.",
        ),
        Entry("Poisson", LossArgs, ("poisson",), "For counts, under a Poisson distribution."),
        Entry(
            "SparseCategoricalCrossentropy",
            SparseArgs,
            ("sparse_categorical_crossentropy",),
            "Cross-entropy of labels that are class numbers.",
        ),
        Entry("SquaredHinge", LossArgs, ("squared_hinge",), "The hinge loss, squared."),
        Entry("Tversky", TverskyArgs, ("tversky",), "Like Dice, with weights for the two ways to be wrong."),
    ),
)
