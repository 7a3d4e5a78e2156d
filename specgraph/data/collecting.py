"""Examples that come one by one, gathered into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .source import DataError, Place, too_large


def collected(examples: Iterable[Mapping[str, Any]], place: Place, argument: str) -> dict[str, Any]:
    """An array for each column; `DataError` for examples that are not alike, or too many for memory."""
    import numpy as np

    columns: dict[str, list[Any]] = {}
    size = 0
    for number, example in enumerate(examples):
        if not isinstance(example, Mapping):
            raise DataError(f"example {number} is no mapping of columns to values", (argument,))
        if not number:
            columns = {str(name): [] for name in example}
        if example.keys() != columns.keys():
            raise DataError(f"example {number} has other columns than the first", (argument,))
        for name, values in columns.items():
            value = np.asarray(example[name])
            if values and value.shape != values[0].shape:
                message = f"column `{name}` of example {number} is {value.shape}, and was {values[0].shape}"
                raise DataError(message, (argument,), help="all examples must have one shape")
            values.append(value)
            size += value.nbytes
        if size > place.limits.data_bytes:
            raise too_large(size, place, (argument,))
    if not columns:
        raise DataError("there are no examples", (argument,))
    return {name: _stacked(values) for name, values in columns.items()}


def _stacked(values: list[Any]) -> Any:
    import numpy as np

    if values[0].dtype.kind == "O":  # bytes, as `tfds` gives strings
        return np.array([one.item().decode("utf-8", "replace") for one in values])
    return np.stack(values)
