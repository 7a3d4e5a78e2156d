"""Dtype policies: which dtype a layer computes in, and which its variables have."""

from __future__ import annotations

POLICIES = {
    "float16": ("float16", "float16"),
    "bfloat16": ("bfloat16", "bfloat16"),
    "float32": ("float32", "float32"),
    "float64": ("float64", "float64"),
    "mixed_float16": ("float16", "float32"),
    "mixed_bfloat16": ("bfloat16", "float32"),
}
"""Policy -> (compute dtype, variable dtype)."""

DTYPES = (
    "float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64",
    "uint8", "uint16", "uint32", "bool", "string",
)  # fmt: skip
"""What an input may be declared as."""


def compute_dtype(policy: str | None) -> str:
    return POLICIES[policy or "float32"][0]


def variable_dtype(policy: str | None) -> str:
    return POLICIES[policy or "float32"][1]
