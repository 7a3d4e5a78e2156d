"""The searches, by the rule of the refusal."""

from __future__ import annotations

from collections.abc import Callable

from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .axis import axis
from .concat import concat, concat_rank
from .features import features
from .finding import Finding
from .groups import groups
from .inputs import arity, stateful
from .merge import merge
from .pairs import dot, shared
from .rank import rank
from .reshape import reshape
from .search import Search
from .state import state
from .stride import stride_dilation
from .types import dtype
from .window import crop, window

SEARCHES: dict[str, Callable[[Reject, GraphNode, Search, Finding], None]] = {
    "axis-out-of-range": axis,
    "rank-mismatch": rank,
    "window-too-large": window,
    "undefined-features": features,
    "merge-mismatch": merge,
    "concat-mismatch": concat,
    "concat-rank": concat_rank,
    "reshape-count": reshape,
    "groups-divisible": groups,
    "stride-dilation": stride_dilation,
    "state-mismatch": state,
    "dot-axes": dot,
    "crop-too-large": crop,
    "stateful-batch": stateful,
    "shared-weights-shape": shared,
    "dtype-mismatch": dtype,
    "merge-arity": arity,
}
