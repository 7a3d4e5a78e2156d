"""D07. A Dropout that drops most of what comes in."""

from __future__ import annotations

from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes

LAYERS = frozenset(
    ["Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "AlphaDropout"]
)
HIGH, EXTREME = 0.5, 0.8
_SHARES = {0.8: "four of five", 0.9: "nine of ten", 0.75: "three of four"}


def check(model: ModelTypes, report: Report) -> None:
    """Every dropout layer of a model."""
    for node in model.graph.nodes.values():
        if node.target not in LAYERS:
            continue
        args: Any = node.args
        rate = args.rate
        if rate <= HIGH:
            continue
        share = _SHARES.get(rate, f"{rate * 100:g} % of the")
        message = f"a rate of {rate:g} drops {share} values in training"
        place = node.argument("rate") or node.key
        report.via = node.via
        report.say(
            "extreme-dropout", message, place.span, help="rates from 0.2 to 0.5 are usual", layer=node.name,
            severity="warning" if rate >= EXTREME else "info",
        )  # fmt: skip
        report.via = ()
