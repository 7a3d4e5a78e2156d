"""References by paths come to an end, whatever refers to what."""

from __future__ import annotations

from specgraph.resolve.names import MAX_TARGETS, Composite, Names, Target


def test_a_composite_of_itself_ends() -> None:
    names = Names()
    names.composites["r"] = Composite(("r",))
    assert names.as_composite(("r",)).outputs == ("r",)
    assert names.look_up(("r",)) is None and names.tangled


def test_branches_that_double_end() -> None:
    names = Names()
    names.layers.add("x")
    names.composites["b0"] = Composite(("x", "x"), spreads=True)
    for i in range(1, 40):
        names.composites[f"b{i}"] = Composite((f"b{i - 1}", f"b{i - 1}"), spreads=True)
    assert names.look_up(("b3",)) == [Target("x")] * 16 and not names.tangled
    assert MAX_TARGETS < 2**39
    assert names.look_up(("b39",)) is None and names.tangled
