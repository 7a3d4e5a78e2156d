"""T15. Losses, weights or metrics that do not go over a model's outputs one by one.

Names that no output has, and lists of losses of another length, are told where `compile` is read.
"""

from __future__ import annotations

from specgraph.spec.catalog import Named

from .view import View


def check(view: View) -> None:
    """A model of several outputs."""
    compile_, section = view.compile, view.section
    if compile_ is None or section is None:
        return
    count = len(view.outputs)
    names = ", ".join(output.name for output in view.outputs)
    for setting in ("metrics", "weighted_metrics"):
        value, node = getattr(compile_, setting), section.get(setting)
        if node is not None and type(value) is tuple and value and len(value) != count:
            message = f"`{setting}` lists {len(value)} for {count} outputs"
            help = f"a list for each of {names}, or a mapping from outputs to metrics"
            view.say("output-loss-count", message, None, node.span, help=help)
    weights, node = compile_.loss_weights, section.get("loss_weights")
    if node is None or weights is None:
        return
    losses = compile_.loss
    if isinstance(losses, Named) and not isinstance(weights, (int, float)):
        message = f"`loss_weights` has {len(weights)} values, `loss` is one for all {count} outputs"
        first = f"{view.outputs[0].name}: {losses.alias or losses.name}"
        help = f"name the loss of each output: `loss: {{{first}, …}}`"
        view.say("output-loss-count", message, None, node.span, help=help)
    elif isinstance(losses, dict) and isinstance(weights, dict) and set(losses) != set(weights):
        odd = sorted(set(losses) ^ set(weights))
        message = f"`loss` and `loss_weights` differ in {', '.join(odd)}"
        view.say(
            "output-loss-count", message, None, node.span, help="give each output with a loss its weight"
        )
