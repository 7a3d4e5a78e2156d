"""What `metrics` may name."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Bad, Either, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

Part: TypeAlias = Annotated[float, Number(minimum=0, maximum=1)]
Count: TypeAlias = Annotated[int, Int(minimum=1)]
ClassId: TypeAlias = Annotated[int | None, Optional(Int(minimum=0))]
ClassIds: TypeAlias = Annotated[tuple[int, ...], ListOf(Int(minimum=0), least=1)]
_PART = Number(minimum=0, maximum=1)
Thresholds: TypeAlias = Annotated[
    float | tuple[float, ...] | None,
    Optional(Either(_PART, ListOf(_PART, least=1), phrase="a number from 0 to 1, or a list of them")),
]
Threshold: TypeAlias = Annotated[float | None, Optional(Number(above=0, maximum=1))]


class NoArgs(Record):
    pass


class BinaryAccuracyArgs(Record):
    threshold: Annotated[float, Number(above=0, below=1)] = 0.5


class TopKArgs(Record):
    k: Count = 5


class SparseTopKArgs(Record):
    k: Count = 5
    from_sorted_ids: bool = False


class BinaryCrossentropyArgs(Record):
    from_logits: bool = False
    label_smoothing: Part = 0


class CrossentropyArgs(Record):
    from_logits: bool = False
    label_smoothing: Part = 0
    axis: int = -1


class SparseCrossentropyArgs(Record):
    from_logits: bool = False
    ignore_class: int | None = None
    axis: int = -1


class AxisArgs(Record):
    axis: int = -1


class AxesArgs(Record):
    axis: Annotated[
        int | tuple[int, ...], Either(Int(), ListOf(Int(), least=1), phrase="an axis or a list of axes")
    ] = -1


class R2Args(Record):
    class_aggregation: Literal["uniform_average", "variance_weighted_average"] | None = "uniform_average"
    num_regressors: Annotated[int, Int(minimum=0)] = 0


class F1Args(Record):
    average: Literal["micro", "macro", "weighted"] | None = None
    threshold: Threshold = None


class FBetaArgs(Record):
    average: Literal["micro", "macro", "weighted"] | None = None
    beta: Annotated[float, Number(above=0)] = 1.0
    threshold: Threshold = None


class CountArgs(Record):
    thresholds: Thresholds = None


class PrecisionArgs(Record):
    thresholds: Thresholds = None
    top_k: Annotated[int | None, Optional(Int(minimum=1))] = None
    class_id: ClassId = None


class AtRecallArgs(Record):
    recall: Part
    num_thresholds: Count = 200
    class_id: ClassId = None


class AtPrecisionArgs(Record):
    precision: Part
    num_thresholds: Count = 200
    class_id: ClassId = None


class AtSpecificityArgs(Record):
    specificity: Part
    num_thresholds: Count = 200
    class_id: ClassId = None


class AtSensitivityArgs(Record):
    sensitivity: Part
    num_thresholds: Count = 200
    class_id: ClassId = None


class AUCArgs(Record):
    num_thresholds: Annotated[int, Int(minimum=2)] = 200
    curve: Literal["ROC", "PR", "PRGAIN"] = "ROC"
    summation_method: Literal["interpolation", "majoring", "minoring"] = "interpolation"
    thresholds: Annotated[tuple[float, ...] | None, Optional(ListOf(_PART, least=1))] = None
    multi_label: bool = False
    num_labels: Annotated[int | None, Optional(Int(minimum=1))] = None
    label_weights: Annotated[tuple[float, ...] | None, Optional(ListOf(Number(minimum=0), least=1))] = None
    from_logits: bool = False

    def agree(self) -> None:
        if self.num_labels is not None and not self.multi_label:
            raise Bad("needs `multi_label: true`", ("num_labels",))


class BinaryIoUArgs(Record):
    target_class_ids: Annotated[tuple[int, ...], ListOf(Int(minimum=0, maximum=1), least=1)] = (0, 1)
    threshold: Part = 0.5


def _check_ids(ids: tuple[int, ...], classes: int) -> None:
    if max(ids) >= classes:
        raise Bad(f"holds {max(ids)}, the classes are 0 to {classes - 1}", ("target_class_ids",))


class IoUArgs(Record):
    num_classes: Count
    target_class_ids: ClassIds
    ignore_class: int | None = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1

    def agree(self) -> None:
        _check_ids(self.target_class_ids, self.num_classes)


class MeanIoUArgs(Record):
    num_classes: Count
    ignore_class: int | None = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1


class OneHotIoUArgs(Record):
    num_classes: Count
    target_class_ids: ClassIds
    ignore_class: int | None = None
    sparse_y_pred: bool = False
    axis: int = -1

    def agree(self) -> None:
        _check_ids(self.target_class_ids, self.num_classes)


class OneHotMeanIoUArgs(Record):
    num_classes: Count
    ignore_class: int | None = None
    sparse_y_pred: bool = False
    axis: int = -1


_ACCURACY = (
    Entry(
        "Accuracy",
        NoArgs,
        ("accuracy", "acc"),
        "How often predictions equal labels; a bare name lets Keras pick the kind of accuracy by shape.",
    ),
    Entry("BinaryAccuracy", BinaryAccuracyArgs, ("binary_accuracy",), "How often yes-or-no is right."),
    Entry("CategoricalAccuracy", NoArgs, ("categorical_accuracy",), "How often the one-hot class is right."),
    Entry(
        "SparseCategoricalAccuracy",
        NoArgs,
        ("sparse_categorical_accuracy",),
        "How often the class number is right.",
    ),
    Entry(
        "TopKCategoricalAccuracy",
        TopKArgs,
        ("top_k_categorical_accuracy",),
        "How often the one-hot class is among the k likeliest.",
    ),
    Entry(
        "SparseTopKCategoricalAccuracy",
        SparseTopKArgs,
        ("sparse_top_k_categorical_accuracy",),
        "How often the class number is among the k likeliest.",
    ),
)

_LOSSES = (
    Entry(
        "BinaryCrossentropy",
        BinaryCrossentropyArgs,
        ("binary_crossentropy", "bce", "BCE"),
        "Cross-entropy of yes-or-no labels.",
    ),
    Entry(
        "CategoricalCrossentropy",
        CrossentropyArgs,
        ("categorical_crossentropy",),
        "Cross-entropy of one-hot labels.",
    ),
    Entry(
        "SparseCategoricalCrossentropy",
        SparseCrossentropyArgs,
        ("sparse_categorical_crossentropy",),
        "Cross-entropy of labels that are class numbers.",
    ),
    Entry("KLDivergence", NoArgs, ("kl_divergence",), "How far one distribution is from another."),
    Entry("Poisson", NoArgs, ("poisson",), "For counts, under a Poisson distribution."),
    Entry("CategoricalHinge", NoArgs, ("categorical_hinge",), "Whether the right class leads by 1."),
    Entry("Hinge", NoArgs, ("hinge",), "Whether the sign is right with a margin of 1."),
    Entry("SquaredHinge", NoArgs, ("squared_hinge",), "The hinge loss, squared."),
)

_REGRESSION = (
    Entry("MeanSquaredError", NoArgs, ("mean_squared_error", "mse", "MSE"), "The mean squared difference."),
    Entry(
        "RootMeanSquaredError",
        NoArgs,
        ("root_mean_squared_error",),
        "The root of the mean squared difference.",
    ),
    Entry(
        "MeanAbsoluteError", NoArgs, ("mean_absolute_error", "mae", "MAE"), "The mean absolute difference."
    ),
    Entry(
        "MeanAbsolutePercentageError",
        NoArgs,
        ("mean_absolute_percentage_error", "mape", "MAPE"),
        "The mean absolute difference in percent of the true value.",
    ),
    Entry(
        "MeanSquaredLogarithmicError",
        NoArgs,
        ("mean_squared_logarithmic_error", "msle", "MSLE"),
        "The mean squared difference of logarithms.",
    ),
    Entry("CosineSimilarity", AxesArgs, ("cosine_similarity",), "The cosine of the angle between vectors."),
    Entry("LogCoshError", NoArgs, ("log_cosh_error",), "The logarithm of the error's hyperbolic cosine."),
    Entry("R2Score", R2Args, ("r2_score",), "Which part of the variance is explained."),
    Entry("PearsonCorrelation", AxisArgs, ("pearson_correlation",), "The linear correlation."),
    Entry(
        "ConcordanceCorrelation",
        AxisArgs,
        ("concordance_correlation",),
        "The correlation, less what differs in mean and scale.",
    ),
)

_CONFUSION = (
    Entry("TruePositives", CountArgs, ("true_positives",), "Counts what is yes and found to be."),
    Entry("TrueNegatives", CountArgs, ("true_negatives",), "Counts what is no and found to be."),
    Entry("FalsePositives", CountArgs, ("false_positives",), "Counts what is no and taken for yes."),
    Entry("FalseNegatives", CountArgs, ("false_negatives",), "Counts what is yes and taken for no."),
    Entry("Precision", PrecisionArgs, ("precision",), "Which part of what was found is right."),
    Entry("Recall", PrecisionArgs, ("recall",), "Which part of what is right was found."),
    Entry("PrecisionAtRecall", AtRecallArgs, (), "The best precision at a given recall."),
    Entry("RecallAtPrecision", AtPrecisionArgs, (), "The best recall at a given precision."),
    Entry("SensitivityAtSpecificity", AtSpecificityArgs, (), "The best sensitivity at a given specificity."),
    Entry("SpecificityAtSensitivity", AtSensitivityArgs, (), "The best specificity at a given sensitivity."),
    Entry("AUC", AUCArgs, ("auc",), "The area under the ROC or precision-recall curve."),
    Entry("F1Score", F1Args, ("f1_score",), "The harmonic mean of precision and recall."),
    Entry("FBetaScore", FBetaArgs, ("f_beta_score",), "Precision and recall, the latter weighted by beta."),
)

_OVERLAP = (
    Entry("BinaryIoU", BinaryIoUArgs, ("binary_io_u",), "Intersection over union of two classes."),
    Entry("IoU", IoUArgs, (), "Intersection over union of some classes."),
    Entry("MeanIoU", MeanIoUArgs, (), "Intersection over union, the mean of all classes."),
    Entry("OneHotIoU", OneHotIoUArgs, (), "Intersection over union of some classes, for one-hot labels."),
    Entry("OneHotMeanIoU", OneHotMeanIoUArgs, (), "Mean intersection over union, for one-hot labels."),
)

_PLAIN = (
    Entry("Mean", NoArgs, ("mean",), "The mean of what it is given."),
    Entry("Sum", NoArgs, ("sum",), "The sum of what it is given."),
)

METRICS = Catalog(
    "a metric", "metrics", (*_ACCURACY, *_LOSSES, *_REGRESSION, *_CONFUSION, *_OVERLAP, *_PLAIN)
)
