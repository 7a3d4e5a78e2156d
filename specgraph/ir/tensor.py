"""The type of a tensor."""

from __future__ import annotations

from typing import NamedTuple

from .dim import Dim


class TensorType(NamedTuple):
    """Shape, batch axis included, and dtype.

    `dtype` is what Keras declares (`KerasTensor.dtype`).
    """

    shape: tuple[Dim, ...]
    dtype: str = "float32"

    @property
    def rank(self) -> int:
        """How many axes, the batch among them."""
        return len(self.shape)

    @property
    def batch(self) -> Dim:
        return self.shape[0]

    def with_shape(self, *shape: Dim) -> TensorType:
        """The same dtype with another shape."""
        return TensorType(shape, self.dtype)

    def __str__(self) -> str:
        return f"({', '.join(str(dim) for dim in self.shape)})"


def is_float(dtype: str) -> bool:
    """Whether a dtype is one of the floating-point ones (`bfloat16` among them)."""
    return "float" in dtype
