"""Uses of ops that sort, sum as they go, and multiply."""

from __future__ import annotations

from hypothesis import strategies as st
from ops_cases import (
    Case,
    Draw,
    axis,
    broadcastable,
    case,
    family,
    mostly_float,
    shapes,
    sizes,
    some,
    tensors,
)

from specgraph.ir.tensor import TensorType


@family("sort", "argsort")
def sort(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    return case(name, [x], **some(draw, axis=st.one_of(st.none(), axis(x.rank))))


@family("argpartition")
def argpartition(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    return case(name, [x], kth=draw(st.integers(0, 2)), **some(draw, axis=st.one_of(st.none(), axis(x.rank))))


@family("cumsum", "cumprod", "nancumsum", "nancumprod")
def running(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    dtypes = st.sampled_from(("float32", "int32", "float64", "bool"))
    return case(name, [x], **some(draw, axis=st.one_of(st.none(), axis(x.rank)), dtype=dtypes))


@family("diff")
def diff(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    return case(name, [x], **some(draw, axis=axis(x.rank), n=st.integers(0, 3)))


@family("unique")
def unique(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    flags = {one: st.booleans() for one in ("sorted", "return_index", "return_inverse", "return_counts")}
    return case(name, [x], **some(draw, axis=axis(x.rank), size=sizes, fill_value=st.just(0), **flags))


@st.composite
def matrices(draw: Draw) -> list[TensorType]:
    """Two tensors that can be multiplied as matrices or vectors, mostly."""
    n, k, m = draw(sizes), draw(sizes), draw(sizes)
    first, second = draw(broadcastable(2))
    left = draw(st.sampled_from(((*first.shape, n, k), (*first.shape, n, k), (k,))))
    right = draw(st.sampled_from(((*second.shape, k, m), (*second.shape, k, m), (k,))))
    return [TensorType(left[-4:], first.dtype), TensorType(right[-4:], second.dtype)]


@family("matmul", "dot", "inner", "outer", "vdot")
def product(name: str, draw: Draw) -> Case:
    x1, x2 = draw(matrices())
    if name == "inner":
        x2 = TensorType((*draw(shapes(0, 2)), *x1.shape[-1:]), x2.dtype)
    if name == "vdot":
        x2 = TensorType(x1.shape[::-1], x2.dtype)
    if name in ("outer", "dot") and draw(st.booleans()):
        x1, x2 = draw(tensors(0, 3)), draw(tensors(0, 3))
    if draw(st.integers(0, 4)) == 0:
        constant = draw(st.sampled_from((2, 0.5, [1.0, 2.0], [[1, 2], [3, 4]])))
        return case(name, [draw(st.sampled_from((x1, TensorType((3, 2)))))], x2=constant)
    return case(name, [x1, x2])


@family("tensordot")
def tensordot(name: str, draw: Draw) -> Case:
    common = draw(shapes(0, 2))
    x1 = TensorType((*draw(shapes(0, 2)), *common), draw(mostly_float))
    x2 = TensorType((*common, *draw(shapes(0, 2))), draw(mostly_float))
    count = len(common)
    pairs = [[*range(x1.rank - count, x1.rank)], [*range(count)]]
    kinds = [st.just(count), st.just(count), st.integers(0, 2), *([st.just(pairs)] if count else [])]
    return case(name, [x1, x2], axes=draw(st.one_of(*kinds)))


@family("cross")
def cross(name: str, draw: Draw) -> Case:
    rest = draw(shapes(0, 2))
    made = []
    for _ in range(2):
        cut = draw(st.integers(0, len(rest)))
        size = draw(st.sampled_from((3, 3, 2, 4)))
        made.append(TensorType((*rest[cut:], size), draw(mostly_float)))
    return case(
        name, made, **some(draw, axisa=st.just(-1), axisc=st.integers(-2, 1), axis=st.integers(-1, 0))
    )


@family("correlate")
def correlate(name: str, draw: Draw) -> Case:
    made = [TensorType((draw(sizes),), draw(mostly_float)) for _ in range(2)]
    return case(name, made, **some(draw, mode=st.sampled_from(("valid", "same", "full"))))


FORMULAS = (
    "ij,jk->ik", "ij,jk", "ii->i", "ij->ji", "i,i->", "i,j->ij", "...ij,...jk->...ik", "bhqd,bhkd->bhqk", "ij->",
    "...i->...", "i...->...i", "a...b->ba...", "ij,kj,jl->ikl", "abc->cab", "bi,bi->b",
)  # fmt: skip


@family("einsum")
def einsum(name: str, draw: Draw) -> Case:
    formula = draw(st.sampled_from(FORMULAS))
    letters = {letter: draw(sizes) for letter in "abcdhijklq"}
    whole = draw(shapes(0, 2))
    made = []
    dtype = draw(mostly_float)
    for spec in formula.partition("->")[0].split(","):
        front, dots, back = spec.partition("...")
        middle = whole[draw(st.integers(0, len(whole))) :] if dots else ()
        shape = (*(letters[one] for one in front), *middle, *(letters[one] for one in back))
        made.append(TensorType(shape, draw(st.sampled_from((dtype, dtype, dtype, "float32")))))
    return case(name, made, subscripts=formula)


@family("rearrange")
def rearrange(name: str, draw: Draw) -> Case:
    h, w = draw(sizes), draw(sizes)
    pattern, shape, known = draw(
        st.sampled_from(
            (
                ("b (h w) c -> b h w c", (2, h * w, 3), {"h": h}),
                ("b (h w) c -> b h w c", (2, h * w, 3), {"h": h, "w": w}),
                ("b (h w) c -> b h w c", (2, h * w, 3), {"h": 7}),
                ("b h w c -> b (h w) c", (2, h, w, 3), {}),
                ("a b -> b a", (h, w), {}),
                ("(a b) c -> a (c b)", (h * w, 3), {"b": w}),
                ("(a b) c -> a (c b)", (h * w, 3), {}),
            )
        )
    )
    return case(name, [TensorType(shape, draw(mostly_float))], pattern=pattern, axes_lengths=known)
