"""Uses of linear algebra."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from ops_cases import Case, Draw, case, family, floats, mostly_float, shapes, sizes, some, tensors

from specgraph.ir.tensor import TensorType

rarely_other = st.one_of(*[st.just("float32")] * 3, floats, mostly_float)


def positive(x: TensorType) -> np.ndarray:  # type: ignore[type-arg]
    """Matrices that every decomposition takes."""
    n = x.shape[-1]
    assert isinstance(n, int)
    whole = np.broadcast_to(np.eye(n) * 2 + 0.1, x.shape)
    return whole.astype(x.dtype if x.dtype != "bfloat16" else "float32")


@family(
    "cholesky", "cholesky_inverse", "det", "eig", "eigh", "inv", "logdet", "lu_factor", "slogdet",
)  # fmt: skip
def square(name: str, draw: Draw) -> Case:
    n = draw(sizes)
    m = n if draw(st.integers(0, 9)) else draw(sizes)
    x = TensorType((*draw(shapes(0, 2)), n, m), draw(rarely_other))
    args = some(draw, upper=st.booleans()) if name.startswith("chol") else {}
    values = {0: positive(x)} if n == m and x.dtype != "bfloat16" else {}
    return case(name, [x], values=values, **args)


@family("matrix_rank", "pinv", "qr", "svd")
def matrix(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 4, rarely_other))
    options = {
        "qr": {"mode": st.sampled_from(("reduced", "complete"))},
        "svd": {"full_matrices": st.booleans(), "compute_uv": st.booleans()},
    }
    return case(name, [x], **some(draw, **options.get(name, {})))


@family("solve", "solve_triangular")
def solve(name: str, draw: Draw) -> Case:
    n, lead, dtype = draw(sizes), draw(shapes(0, 1)), draw(rarely_other)
    a = TensorType((*lead, n, n), dtype)
    shape = draw(st.sampled_from(((*lead, n, 2), (*lead, n, 2), (*lead, n), (n,), (n, 3))))
    b = TensorType(shape, draw(st.sampled_from((dtype, dtype, dtype, "float32"))))
    values = {0: positive(a)} if dtype != "bfloat16" else {}
    return case(name, [a, b], values=values, **(some(draw, lower=st.booleans()) if "tri" in name else {}))


@family("lstsq")
def lstsq(name: str, draw: Draw) -> Case:
    m, n, dtype = draw(sizes), draw(sizes), draw(rarely_other)
    shape = draw(st.sampled_from(((m,), (m, 2), (m, 1), (m + 1,))))
    return case(
        name, [TensorType((m, n), dtype), TensorType(shape, draw(st.sampled_from((dtype, dtype, "float32"))))]
    )


@family("cdist")
def cdist(name: str, draw: Draw) -> Case:
    d, lead = draw(sizes), draw(shapes(0, 2))
    made = []
    for _ in range(2):
        shape = (*lead[draw(st.integers(0, len(lead))) :], draw(sizes), d)
        made.append(TensorType(shape, draw(mostly_float)))
    return case(name, made)
