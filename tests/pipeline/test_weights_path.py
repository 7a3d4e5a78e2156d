"""`weights:` never leads out of the spec's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from specgraph.analysis import analyze

SPEC = "specgraph: 1\ninputs: {{x: [32, 32, 3]}}\nlayers:\n  - VGG16: {{include_top: false, weights: {}}}\n"


@pytest.mark.parametrize(
    "path", ["../w.h5", "/etc/w.h5", "a/../../w.h5", "~/w.h5", "http://h/w.h5", "'..\\w.h5'"]
)
def test_a_path_out_of_the_folder_is_refused(path: str) -> None:
    assert [one.code.rule for one in analyze(SPEC.format(path)).diagnostics] == ["unsafe-path"]


@pytest.mark.parametrize("path", ["w.weights.h5", "a/w.h5", "imagenet", "null"])
def test_a_path_in_the_folder_is_fine(path: str) -> None:
    assert analyze(SPEC.format(path)).ok


@pytest.mark.filterwarnings("default")
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    from specgraph.lower.build import WeightsError, lower

    (tmp_path / "out.h5").write_bytes(b"")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "w.h5").symlink_to(tmp_path / "out.h5")
    spec = tmp_path / "in" / "s.yaml"
    spec.write_text(SPEC.format("w.h5"))
    with pytest.raises(WeightsError, match="out of the spec's folder"):
        lower(analyze(spec).models)
