"""Every row against the installed Keras: random legal arguments and inputs, named dims, near misses, real runs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from specgraph.ir.dim import named, variables
from specgraph.ir.tensor import TensorType
from specgraph.layers import LAYERS
from specgraph.rows.base import Condition, Layer, Reject
from specgraph.spec.kinds import Bad
from specgraph.testing.agreement import compare_declared, compare_run
from specgraph.testing.oracle import Refusal, declared, open_shape, ran
from specgraph.testing.profile import examples
from specgraph.testing.rows import Case, at, draw_arguments, draw_inputs
from specgraph.testing.source import Source, random_source
from specgraph.testing.strategies import cases, drawn, missed_cases, named_cases
from specgraph.testing.values import prepares_data

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


def walked(row: Layer[Any]) -> bool:
    """`test_preprocessing` runs each layer that prepares data; here they take too long by default."""
    return not row.nested_only and (examples(1) > 1 or not prepares_data(row))


ROWS = [pytest.param(row, id=row.name) for row in LAYERS.values() if walked(row)]

BROADCASTING = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def fuzz(few: int) -> settings:
    """So many examples, the same in every run unless more are asked for."""
    count = examples(few)
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=count == few,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if phase is not Phase.explain],
    )


@pytest.mark.parametrize("row", ROWS)
@fuzz(8)
@given(data=st.data())
def test_what_we_infer_keras_declares(row: Layer[Any], data: st.DataObject) -> None:
    outcome = compare_declared(data.draw(cases(row)))
    assert outcome.fine, outcome.said


@pytest.mark.parametrize("row", ROWS)
@fuzz(8)
@given(data=st.data())
def test_named_dims_are_open_axes(row: Layer[Any], data: st.DataObject) -> None:
    case, sizes = data.draw(named_cases(row))
    outcome = compare_declared(case, sizes)
    assert outcome.fine, outcome.said


@pytest.mark.parametrize("row", ROWS)
@fuzz(12)
@given(data=st.data())
def test_a_near_miss_is_refused_by_both_or_by_none(row: Layer[Any], data: st.DataObject) -> None:
    case, sizes = data.draw(missed_cases(row))
    outcome = compare_declared(case, sizes)
    assert outcome.fine, outcome.said


@pytest.mark.parametrize("row", ROWS)
@fuzz(4)
@given(data=st.data())
def test_what_we_infer_comes_out(row: Layer[Any], data: st.DataObject) -> None:
    case = data.draw(cases(row))
    training = data.draw(st.booleans()) and row.name not in ("RandomCrop", "Pipeline")  # which then crop
    outcome = compare_run(case, training)
    assert outcome.fine, outcome.said


@pytest.mark.parametrize("row", ROWS)
@fuzz(12)
@given(data=st.data())
def test_named_dims_with_sizes_are_the_sizes(row: Layer[Any], data: st.DataObject) -> None:
    case, good = data.draw(named_cases(row))
    named = [var for x in case.inputs for dim in x.shape for var in variables(dim) if var.name in good]
    least = {var: -(-var.minimum // var.multiple_of) for var in named}
    others = {
        var.name: var.multiple_of * data.draw(st.integers(low, max(low, 9))) for var, low in least.items()
    }
    for sizes in (good, others):
        note(f"{case} at {sizes}")
        check_sizes(case, {**sizes, "batch": 3})


def check_sizes(case: Case, sizes: dict[str, int]) -> None:
    concrete = case.at(sizes)
    try:
        made, conditions = case.outputs()
        weights = case.weights()
    except Bad:
        return
    except Reject as refused:
        if "before it runs" in refused.message:
            return  # a size that is known at a call, and not in `fit`
        # Keras needs to know some sizes, and then refuses a name as we do; what never works works at no size.
        assert not concrete.accepted() or isinstance(declared(case), Refusal), refused.message
        return
    verdict = all(holds(condition, sizes) for condition in conditions)
    if "CenterCrop" in str(case) and not verdict:
        return  # an image known to be small is resized
    if concrete.accepted() and not verdict and case.row.name in BROADCASTING and 1 in sizes.values():
        return  # by chance: nobody means a name that stands beside a number to be 1 and spread
    assert concrete.accepted() == verdict, [condition.verdict.condition for condition in conditions]
    if verdict:
        for named, sized in zip(made, concrete.outputs()[0], strict=True):
            assert same(at(named, sizes), sized)
        assert weights == concrete.weights()


def same(a: TensorType, b: TensorType) -> bool:
    """Keras leaves some sizes open that are known, where we keep their names."""
    pairs = zip(a.shape, b.shape, strict=True)
    alike = all(
        x == y or not isinstance(y, int) or any(var.unknown for var in variables(x)) for x, y in pairs
    )
    return alike and a.dtype == b.dtype and a.truth.declared == b.truth.declared


def holds(condition: Condition, sizes: dict[str, int]) -> bool:
    """Whether the text of a condition is true of these sizes; the sizes behind it must say the same."""
    text = condition.verdict.condition
    said = bool(eval(python(text), {"min": min, "max": max}, sizes))
    for one in condition.verdict.sizes:
        if len(condition.verdict.sizes) == 1:
            assert said == any(
                start <= sizes[one.var.name] / one.unit <= end
                and sizes[one.var.name] // one.unit % period in residues
                for start, end, period, residues in one.pieces
                if sizes[one.var.name] % one.unit == 0
            ), text
    return said


def python(condition: str) -> str:
    """`H % 8 is 0, 1 or 2 and W is a multiple of 4` as an expression."""
    listed = r"(\d+(?:, \d+)*(?: or \d+)?)"
    text = re.sub(rf"(\w+ % \d+) is not {listed}", lambda m: f"{m[1]} not in [{comma(m[2])}]", condition)
    text = re.sub(rf"(\w+ % \d+) is {listed}", lambda m: f"{m[1]} in [{comma(m[2])}]", text)
    text = re.sub(r"(\w+) is not a multiple of (\d+)", r"\1 % \2 != 0", text)
    parts = re.split(r"( and | or )", text)
    return "".join(re.sub(r"^(\(?)(.+) is a multiple of (\d+)", r"\1(\2) % \3 == 0", part) for part in parts)


def comma(listed: str) -> str:
    return listed.replace(" or ", ", ")


@pytest.mark.parametrize(
    ("condition", "sizes", "true"),
    [
        ("H >= 3", {"H": 3}, True),
        ("H % 8 is 0, 1 or 2 and W is a multiple of 4", {"H": 10, "W": 8}, True),
        ("H % 8 is 0, 1 or 2 and W is a multiple of 4", {"H": 11, "W": 8}, False),
        ("H*W*3 is a multiple of 4", {"H": 2, "W": 2}, True),
        ("H*W*3 is a multiple of 4", {"H": 1, "W": 2}, False),
        ("(H == 3 or H is not a multiple of 2) and W <= 5", {"H": 4, "W": 2}, False),
        ("2 <= H <= 4", {"H": 4}, True),
    ],
)
def test_conditions_read_as_expressions(condition: str, sizes: dict[str, int], true: bool) -> None:
    assert bool(eval(python(condition), {}, sizes)) is true


@pytest.mark.parametrize("row", ROWS)
def test_nearly_all_that_is_drawn_is_accepted(row: Layer[Any]) -> None:
    """At the first attempt, before what is refused is drawn again."""
    source, count = random_source(row.name), 200
    drawn = [draw_arguments(source, row, draw_inputs(source, row)) for _ in range(count)]
    assert sum(case.accepted() for case in drawn) >= 0.9 * count


def test_a_row_without_a_hint_is_drawn() -> None:
    row = LAYERS["Conv2D"]
    bare = Layer(
        name="Bare", rank=4, args=row.args, infer=row.infer, weights=row.weights, floats_only=True, doc="", keras_name="Conv2D"
    )  # fmt: skip
    source = random_source(0)
    for _ in range(20):
        outcome = compare_declared(_first(source, bare))
        assert outcome.fine, outcome.said


def _first(source: Source, row: Layer[Any]) -> Case:
    from specgraph.testing.rows import draw_case

    return draw_case(source, row)


def case(
    name: str,
    values: dict[str, Any],
    *shapes: tuple[int, ...],
    dtype: str = "float32",
    policy: str | None = None,
) -> Case:
    from specgraph.testing.hints.hint import BATCH

    return Case(
        LAYERS[name], values, tuple(TensorType((BATCH, *shape), dtype) for shape in shapes), policy=policy
    )


MENDED = [
    # What was found by these tests: Keras builds each, and it fails when it runs or trains.
    ("the default initializer of states has no bfloat16", case("LSTM", {"units": 4}, (5, 3), policy="bfloat16")),
    ("an initializer for matrices", case("Conv2D", {"filters": 2, "kernel_size": 1, "bias_initializer": "identity"}, (4, 4, 2))),
    ("an initializer for spectrograms", case("Dense", {"units": 2, "kernel_initializer": "stft"}, (4,))),
    ("fans along axes that are not there", case("Dense", {"units": 2, "bias_initializer": {"HeNormal": {"input_axes": [0], "output_axes": [1]}}}, (4,))),
    ("a penalty for matrices", case("Conv1D", {"filters": 2, "kernel_size": 1, "kernel_regularizer": "orthogonal_regularizer"}, (4, 2))),
    ("a penalty on outputs of rank 3", case("Dense", {"units": 2, "activity_regularizer": "orthogonal_regularizer"}, (4, 3))),
    ("a penalty that computes in float32", case("Dense", {"units": 2, "kernel_regularizer": "orthogonal_regularizer"}, (3,), policy="float16")),
    ("a bound along an axis that is not there", case("Dense", {"units": 2, "kernel_constraint": {"MaxNorm": {"axis": 2}}}, (3,))),
    ("a penalty inside", case("Bidirectional", {"layer": {"LSTM": {"units": 2, "bias_regularizer": "orthogonal_regularizer"}}}, (3, 2))),
    ("a forget gate's bias without an initializer", case("LSTM", {"units": 2, "bias_initializer": None}, (3, 2))),
    ("a moving deviation without an initializer", case("BatchNormalization", {"renorm": True, "moving_variance_initializer": None}, (3,))),
    ("states kept and returned from both ends", case("Bidirectional", {"layer": {"GRU": {"units": 2, "stateful": True, "return_state": True}}}, (3, 2))._replace(inputs=(TensorType((2, 3, 2)),))),
    ("factors of an axis that is not the last", case("RMSNormalization", {"axis": 1}, (4, 3))),
    ("one axis twice", case("UnitNormalization", {"axis": [1, 1]}, (4, 3))),
    ("groups of the batch", case("GroupNormalization", {"axis": -3, "groups": -1}, (4, 3))._replace(inputs=(TensorType((2, 4, 3)),))),
    ("an output padding that leaves a row too few", case("Conv2DTranspose", {"filters": 2, "kernel_size": 2, "padding": "same", "output_padding": 0}, (4, 4, 2))),
    ("division by nothing left", case("GaussianDropout", {"rate": 1}, (3,))),
    ("division by nothing left, for selu", case("AlphaDropout", {"rate": 1}, (3,))),
    ("one channel behind a mask", case("BatchNormalization", {"axis": 1}, (1,))._replace(ports={"mask": TensorType((named("batch"),), "bool")})),
    ("noise of another shape", case("Dropout", {"rate": 0.5, "noise_shape": [None, 3, 1]}, (4, 2))),
    ("dropout on ints", case("Dropout", {"rate": 0.5}, (4, 2), dtype="int32")),
    ("dropout on the ints of a sequence", case("SimpleRNN", {"units": 2, "dropout": 0.5}, (4, 2), dtype="int32")),
    ("a function of floats on ints", case("Activation", {"activation": "gelu"}, (4,), dtype="int32")),
    ("a sum of bools", case("Add", {}, (4,), (4,), dtype="bool")),
    ("windows over uint32", case("MaxPooling1D", {}, (4, 2), dtype="uint32")),
    ("factors for an axis that is not there", case("Rescaling", {"scale": [1.0, 2.0, 3.0]}, (), dtype="float32")),
    ("lengths of ints", case("Dot", {"axes": 1, "normalize": True}, (4,), (4,), dtype="int32")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "wrong"), MENDED)
def test_what_fails_when_it_runs_is_refused(why: str, wrong: Case) -> None:
    assert not wrong.accepted()
    try:
        assert any(isinstance(ran(wrong, training), Refusal) for training in (False, True))
    except Bad:
        assert isinstance(declared(wrong), Refusal) or "division" in why


@pytest.mark.parametrize("name", ["AdaptiveAveragePooling2D", "AdaptiveMaxPooling2D"])
def test_adaptive_pooling_of_a_whole_axis_is_refused(name: str) -> None:
    """It is not run here: TensorFlow's maximum ends the process."""
    with pytest.raises(Reject, match="one window") as caught:
        case(name, {"output_size": 1}, (4, 4, 2)).outputs()
    assert caught.value.rule == "fails-when-run"
    with pytest.raises(Reject, match="two values"):
        case(name, {"output_size": 2}, (4, 1, 2)).outputs()
    assert case(name, {"output_size": 3}, (2, 4, 2)).accepted()


INTS = [
    (case("Add", {}, (4,), (4,), dtype="int16"), "int16"),
    (case("Average", {}, (4,), (4,), dtype="int32"), "float64"),
    (case("Average", {}, (4,), (4,), dtype="uint8"), "float32"),
    (case("Dot", {"axes": 1}, (4,), (4,), dtype="int8"), "int32"),
    (case("MaxPooling2D", {}, (4, 4, 1), dtype="uint8"), "uint8"),
    (case("GlobalAveragePooling1D", {}, (4, 1), dtype="int32", policy="float16"), "float32"),
    (case("LeakyReLU", {}, (4,), dtype="int32", policy="float64"), "float32"),
    (case("Activation", {"activation": "tanh"}, (4,), dtype="int64"), "float32"),
    (case("TimeDistributed", {"layer": "Flatten"}, (4, 2, 2), dtype="int32"), "int32"),
    (case("ZeroPadding1D", {}, (4, 2), dtype="bool"), "bool"),
]


@pytest.mark.parametrize(("use", "dtype"), INTS, ids=str)
def test_what_becomes_of_ints(use: Case, dtype: str) -> None:
    [made], _ = use.outputs()
    assert made.truth.dtype == dtype
    assert compare_declared(use).kind == compare_run(use).kind == "agreed"


def test_ints_of_several_dtypes_meet() -> None:
    inputs = tuple(TensorType((2, 3), dtype) for dtype in ("int8", "uint16", "bool"))
    use = Case(LAYERS["Concatenate"], {}, inputs)
    assert use.outputs()[0][0].truth.dtype == "int32"
    assert compare_run(use).kind == "agreed"


def test_a_nested_layer_has_the_policy_of_its_wrapper() -> None:
    use = case("Bidirectional", {"layer": {"GRU": {"units": 2}}}, (3, 2), policy="mixed_float16")
    assert compare_declared(use).kind == compare_run(use).kind == "agreed"


def test_sizes_that_agree_with_the_first_only_are_refused() -> None:
    """The first has a name where the others have numbers."""
    inputs = tuple(TensorType((2, size, 1)) for size in (named("H"), 5, 4))
    use = Case(LAYERS["Concatenate"], {}, inputs)
    assert not use.accepted()
    assert isinstance(declared(use), Refusal)


def test_open_axes_are_none() -> None:
    [x] = case("Dense", {"units": 1}, (3,)).inputs
    assert open_shape(x) == (None, 3)


@given(drawn(lambda source: [source.integer(0, 9) for _ in range(source.integer(0, 3))]))
def test_a_generator_is_a_strategy(numbers: list[int]) -> None:
    assert len(numbers) <= 3 and all(0 <= number <= 9 for number in numbers)
