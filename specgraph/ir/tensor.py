"""The type of a tensor."""

from __future__ import annotations

from typing import NamedTuple

from .dim import Dim


class TensorType(NamedTuple):
    """Shape, batch axis included, and dtype, as Keras declares them (`KerasTensor`)."""

    shape: tuple[Dim, ...]
    dtype: str = "float32"
    real: TensorType | None = None
    """What comes out when the layer runs, where Keras is wrong about it."""

    @property
    def rank(self) -> int:
        """How many axes, the batch among them."""
        return len(self.shape)

    @property
    def batch(self) -> Dim:
        return self.shape[0]

    @property
    def declared(self) -> TensorType:
        """The same without `real`."""
        return self if self.real is None else TensorType(self.shape, self.dtype)

    @property
    def truth(self) -> TensorType:
        """What comes out when the layer runs."""
        return self.real or self

    def but_really(self, dtype: str) -> TensorType:
        """The same declared, while values of another dtype come out."""
        return TensorType(self.shape, self.dtype, TensorType(self.shape, dtype))

    def with_shape(self, *shape: Dim) -> TensorType:
        """The same dtype with another shape."""
        return TensorType(shape, self.dtype)

    def __str__(self) -> str:
        return f"({', '.join(str(dim) for dim in self.shape)})"


def is_float(dtype: str) -> bool:
    """Whether a dtype is one of the floating-point ones (`bfloat16` among them)."""
    return "float" in dtype
