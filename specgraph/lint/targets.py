"""The rules that hold an output against its target, each told once."""

from __future__ import annotations

from .pairing import fault
from .view import View


def check_targets(view: View) -> None:
    """Labels' form, number of values, shape and range of every output's target."""
    for output in view.outputs:
        found = fault(output) if "softmax-one-unit" not in output.told else None
        if found is None:
            continue
        if found.rule == "label-encoding":
            from . import label_encoding

            label_encoding.say(output)
        elif found.rule == "output-units":
            from . import output_units

            output_units.say(output, found)
        else:
            from . import target_mismatch

            target_mismatch.say(output, found)
    known = [output.target for output in view.outputs if output.target is not None]
    if any(target.range is not None for target in known):
        from . import label_range

        label_range.check(view)
    if any(target.encoding in ("float", None) for target in known):
        from . import bounded_regression

        bounded_regression.check(view)
