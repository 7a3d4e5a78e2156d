"""What a source says, held against what it gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from specgraph.ir.training import Facts


def agree(facts: Facts | None, parts: Any) -> None:
    """Holds what was said of columns against what was read."""
    assert facts is not None
    for part, count in ((parts.train, facts.examples), (parts.held_out, facts.held_out)):
        if part is None:
            assert count is None
            continue
        assert part.keys() == facts.columns.keys()
        for name, values in part.items():
            column = facts.columns[name]
            dtype = "string" if str(values.dtype).startswith(("<U", "|S", "str")) else str(values.dtype)
            assert (values.shape[1:], dtype) == (column.shape, column.dtype), name
            assert count in (None, values.shape[0])
            if hasattr(values, "read"):
                values = values.read(np.arange(values.shape[0]))
            if column.range is not None:
                low, high = column.range
                assert low - 1e-5 * abs(low) <= values.min() and values.max() <= high + 1e-5 * abs(high)
            if column.encoding == "index" and column.classes is not None:
                assert values.min() >= 0 and values.max() < column.classes
