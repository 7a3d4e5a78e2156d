"""The generated indices of rows are those that would be generated now."""

from __future__ import annotations

import pytest

from specgraph.codegen.index import PACKAGES, index, index_path


@pytest.mark.parametrize("package", PACKAGES)
def test_the_index_is_fresh(package: str) -> None:
    assert index_path(package).read_text(encoding="utf-8") == index(package)
