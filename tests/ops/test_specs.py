"""Uses of ops written as specs: the analysis agrees with the row, and says what is wrong without falling over."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from ops_cases import Case, cases
from ops_families import CASES
from ops_oracle import ours
from ops_profile import FUZZ, MANY

from specgraph.analysis import analyze
from specgraph.ops.slicing import Cut
from specgraph.rows.base import Reject
from specgraph.rows.constants import Constant
from specgraph.rows.policy import DTYPES


def plain(value: Any) -> Any:
    """An argument as a spec has it."""
    if isinstance(value, Constant):
        return plain(value.value)
    if isinstance(value, Cut):
        return ":".join("" if end is None else str(end) for end in value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    assume(not (isinstance(value, float) and math.isinf(value)))
    return value


def spec(case: Case) -> str:
    types = {f"x{i}": one for i, one in enumerate(case.inputs)} | dict(case.ports)
    assume(all(one.rank and min(one.shape, default=1) and one.dtype in DTYPES for one in types.values()))
    inputs = {
        name: {"shape": list(one.shape[1:]), "batch_size": one.shape[0], "dtype": one.dtype}
        for name, one in types.items()
    }
    names = [f"x{i}" for i in range(len(case.inputs))]
    source: Any = names
    if case.ports:
        open_names = [one for one in case.row.tensors if one not in case.args.given]
        source = dict(zip(open_names, names, strict=True)) | {name: name for name in case.ports}
    elif case.row.takes == "lists":
        half = len(names) // 2
        source = {case.row.tensors[0]: names[:half], case.row.tensors[1]: names[half:]}
    args = {name: plain(value) for name, value in case.args.given_values()}
    item = {case.row.name: {"name": "op", "from": source, **args}}
    return json.dumps({"specgraph": 1, "inputs": inputs, "layers": [item], "outputs": "op.0"}) + "\n"


@pytest.mark.parametrize("name", sorted(CASES))
def test_as_a_spec(name: str) -> None:
    @settings(
        max_examples=2 if MANY == 1 else 5 * MANY,
        deadline=None,
        derandomize=not FUZZ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(name))
    def check(case: Case) -> None:
        text = spec(case)
        analysis = analyze(text)
        mine = ours(case.row, case.args, case.inputs, case.ports)
        errors = [one for one in analysis.diagnostics if one.severity == "error"]
        if isinstance(mine, Reject):
            assert [one.code.rule for one in errors] in ([mine.rule], ["batch-in-shape"])
            assert errors[0].code.rule != mine.rule or errors[0].message.startswith(case.row.name)
            return
        assert not errors, errors[0].message
        [model] = analysis.models.values()
        assert [(one.shape, one.dtype) for one in model.types["op"]] == [
            (one.shape, one.dtype) for one in mine
        ] or any("?" in str(one) for one in mine)

    check()
