"""Where Keras declares something else than what comes out, both are known."""

from __future__ import annotations

import textwrap

from specgraph.analysis import analyze


def found(text: str) -> list[tuple[str, str, str | None]]:
    analysis = analyze(textwrap.dedent(text))
    return [(one.code.rule, one.severity, one.layer) for one in analysis.diagnostics]


def test_ints_that_are_kept_are_a_warning_where_they_begin() -> None:
    text = """\
        specgraph: 1
        inputs:
          ids: {shape: [8], dtype: int32}
        layers:
          - RepeatVector: {n: 3}
          - Identity
        """
    assert found(text) == [("wrong-claim", "warning", "repeat_vector")]
    [model] = analyze(textwrap.dedent(text)).models.values()
    [kept] = model.types["repeat_vector"]
    assert (kept.dtype, kept.truth.dtype) == ("float32", "int32")
    assert kept.shape == kept.truth.shape


def test_floats_are_no_warning() -> None:
    assert found("specgraph: 1\ninputs: {x: [8]}\nlayers: [RepeatVector: {n: 3}]\n") == []


def test_what_would_fail_when_run_is_an_error() -> None:
    text = """\
        specgraph: 1
        inputs:
          ids: {shape: [8], dtype: int32}
        layers:
          - RepeatVector: {n: 3}
          - Conv1D: {filters: 2, kernel_size: 1}
        """
    assert ("dtype-mismatch", "error", "conv1d") in found(text)
