"""Every op, drawn at random: what the row says is what Keras declares, and what comes out.

SPECGRAPH_FUZZ=long draws a hundred times as many, and runs each of them.
"""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ops_cases import Case, cases
from ops_families import CASES
from ops_oracle import asked, declared, ours, real, sample, shown
from ops_profile import FUZZ, MANY

from specgraph.ir.dim import SymDim, named, substitute, variables
from specgraph.ir.tensor import TensorType
from specgraph.ops import OPS
from specgraph.rows.base import Reject

pytestmark = pytest.mark.tensorflow

QUICK = settings(
    max_examples=2 * MANY if MANY == 1 else 3 * MANY,
    deadline=None,
    derandomize=not FUZZ,
    database=None,
    suppress_health_check=list(HealthCheck),
)

STRICTER = {
    "ops.argpartition": "of several axes it runs at times, by chance, with wrong places",
    "ops.cross": "whether vectors of open size have 2 or 3 values decides the number of axes",
    "ops.einsum": "only some formulas join a size of 1 with others",
    "ops.nonzero": "a scalar has no axes, so there would be no outputs",
    "ops.select": "mixed dtypes run, but by the promotions of NumPy, not of Keras",
    "ops.solve_triangular": "it broadcasts what `solve` does not, where vectors are many",
    "ops.trace": "an offset runs for some matrices that are not square",
    "ops.unfold": "a window larger than the image runs, and leaves nothing",
    "ops.tile": "a dtype without a kernel does no harm where every count is 1",
    "ops.geomspace": "some complex numbers run",
    "ops.logspace": "some complex numbers run",
    "ops.average_pool": "a list of one size runs for several axes",
    "ops.max_pool": "a list of one size runs for several axes",
    "ops.depthwise_conv": "strides and dilation that fail for most sizes run for some",
    "ops.separable_conv": "strides and dilation that fail for most sizes run for some",
    "ops.batch_normalization": "some numbers run that are no floats",
    "ops.binary_crossentropy": "some mixed dtypes run",
    "ops.categorical_crossentropy": "some mixed dtypes run",
    "ops.normalize": "integers run, but for the order 2",
    "ops.extract_sequences": "a sequence that is too short runs, and leaves nothing",
    "ops.rms_normalization": "a scale for another axis runs where sizes are alike",
    "ops.stft": "a signal that is too short runs, and leaves nothing",
    "ops.layer_normalization": "a scale of size 1 runs, too",
    "ops.image.extract_patches": "int32 runs for images, though not for volumes",
    "ops.image.scale_and_translate": "more numbers than axes run, and are not read",
    "ops.image.perspective_transform": "corners for one image run for a batch of one",
    "ops.cdist": "some integers run",
    "ops.image.elastic_transform": "of a batch of open size it gives one image",
    "ops.meshgrid": "bools among numbers run, and are not told apart from them",
}
"""Ops of which rows refuse more than fails."""


DTYPE_BY_SIZE = {"ops.searchsorted"}
"""Ops of which the dtype depends on whether a size is known."""


def opened(case: Case, choices: list[int]) -> tuple[Case, dict[str, int]]:
    """The case with some sizes named, two sizes of one number not always by one name."""
    sizes: dict[str, int] = {}
    left = iter(choices)

    def dim(size: int) -> Any:
        choice = next(left, 0)
        if choice == 0 or size < 1:
            return size
        name = f"{'NMK'[choice - 1]}{size}"
        sizes[name] = size
        return named(name)

    def type_(one: TensorType) -> TensorType:
        return TensorType(tuple(dim(size) for size in one.shape), one.dtype)

    inputs = tuple(type_(one) for one in case.inputs)
    ports = {name: type_(one) for name, one in case.ports.items()}
    return Case(case.row, case.args, inputs, ports, case.values), sizes


def check_sizes_known(case: Case, run: bool) -> None:
    mine = ours(case.row, case.args, case.inputs, case.ports)
    keras = declared(case.row, case.args, case.inputs, case.ports)
    if isinstance(keras, Exception):
        assert isinstance(mine, Reject), f"Keras refuses: {keras}"
        return
    if isinstance(mine, Reject):
        run = run or mine.rule != "fails-when-run"
    else:
        assert shown(mine) == keras
    if run:
        check_run(case, mine, keras)


def values(case: Case) -> tuple[list[Any], dict[str, Any]]:
    """Arrays for the inputs."""
    arrays = [case.values.get(i, None) for i in range(len(case.inputs))]
    arrays = [
        sample(x, i) if a is None else a for i, (x, a) in enumerate(zip(case.inputs, arrays, strict=True))
    ]
    return arrays, {name: case.values.get(name, sample(x)) for name, x in case.ports.items()}


def check_run(case: Case, mine: Any, keras: Any) -> None:
    if isinstance(mine, Reject) and mine.facts.get("crashes"):
        return
    arrays = [case.values.get(i, None) for i in range(len(case.inputs))]
    arrays = [
        sample(x, i) if a is None else a for i, (x, a) in enumerate(zip(case.inputs, arrays, strict=True))
    ]
    ports = {name: case.values.get(name, sample(x)) for name, x in case.ports.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = real(case.row, case.args, case.inputs, arrays, case.ports, ports)
    if isinstance(mine, Reject):
        if case.row.name not in STRICTER:
            assert isinstance(out, Exception) or out != keras, f"it runs, but: {mine.message}"
        return
    assert not isinstance(out, Exception), f"it fails when run: {out}"
    assert out == [(one.truth.shape, one.truth.dtype) for one in mine if True] or unknown(mine, out)


def run_open(case: Case, named_case: Case) -> Any:
    arrays, ports = values(case)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return real(case.row, case.args, named_case.inputs, arrays, named_case.ports, ports)


def unknown(mine: Any, out: Any) -> bool:
    """Whether the two agree but for sizes that depend on values."""
    for one, (shape, dtype) in zip(mine, out, strict=True):
        sizes = zip(one.truth.shape, shape, strict=True)
        if one.truth.dtype != dtype or any(isinstance(a, int) and a != b for a, b in sizes):
            return False
    return any(isinstance(dim, SymDim) for one in mine for dim in one.truth.shape)


def check_sizes_named(case: Case, choices: list[int]) -> None:
    named_case, sizes = opened(case, choices)
    if not sizes:
        return
    whole = ours(case.row, case.args, case.inputs, case.ports)
    mine = ours(named_case.row, named_case.args, named_case.inputs, named_case.ports)
    keras = declared(named_case.row, named_case.args, named_case.inputs, named_case.ports)
    if isinstance(mine, Reject):
        builds = not isinstance(keras, Exception) and not isinstance(whole, Reject)
        if builds and mine.rule == "fails-when-run":
            known = not FUZZ or case.row.name in STRICTER
            assert known or isinstance(run_open(case, named_case), Exception), f"it runs, but: {mine.message}"
            return
        assert not builds or case.row.name in STRICTER, f"Keras builds it: {mine.message}"
        return
    assert not isinstance(keras, Exception), f"Keras refuses: {keras}"
    assert shown(mine) == keras
    found = asked(named_case.row, named_case.args, named_case.inputs, named_case.ports)
    if isinstance(whole, Reject):
        assert found or whole.rule in ("fails-when-run", "window-too-large"), (
            f"no condition for: {whole.message}"
        )
        return
    if FUZZ:
        out = run_open(case, named_case)
        assert not isinstance(out, Exception), f"it fails when run: {out}"
    for one, known in zip(mine, whole, strict=True):
        assert one.truth.dtype == known.truth.dtype or case.row.name in DTYPE_BY_SIZE
        if one.truth.rank != known.truth.rank:
            assert found, "another rank, but no condition"
            continue
        for dim, size in zip(one.truth.shape, known.truth.shape, strict=True):
            if not any(var.unknown for var in variables(dim)):
                assert substitute(dim, sizes) == size


@pytest.mark.parametrize("name", sorted(CASES))
def test_sizes_known(name: str) -> None:
    first = True

    @QUICK
    @given(cases(name))
    def check(case: Case) -> None:
        nonlocal first
        check_sizes_known(case, run=bool(FUZZ) or first)
        first = False

    check()


@pytest.mark.parametrize("name", sorted(CASES))
def test_sizes_named(name: str) -> None:
    @QUICK
    @given(cases(name), st.lists(st.integers(0, 3), min_size=12, max_size=12))
    def check(case: Case, choices: list[int]) -> None:
        check_sizes_named(case, choices)

    check()


def test_every_op_is_drawn() -> None:
    assert {f"ops.{name}" for name in CASES} == set(OPS)
