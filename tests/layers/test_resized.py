"""Of resizing by other ways than `nearest`, Keras must know the sizes: a warning says so, or nothing does."""

import pytest

from specgraph.analysis import analyze


@pytest.mark.parametrize(
    ("shape", "way", "warned"),
    [
        ("[H, W, 3]", "bilinear", True),
        ("[8, W, 3]", "lanczos5", True),
        ("[8, 8, 3]", "bilinear", False),
        ("[H, W, 3]", "nearest", False),
    ],
)
def test_a_warning_where_sizes_are_open(shape: str, way: str, warned: bool) -> None:
    text = f"specgraph: 1\ninputs: {{x: {shape}}}\nlayers:\n  - UpSampling2D: {{interpolation: {way}}}\n"
    found = analyze(text)
    assert found.ok
    assert [one.code.rule for one in found.diagnostics] == ["fails-when-run"] * warned
