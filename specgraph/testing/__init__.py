"""Generators of layers, their arguments and inputs, and what Keras says of them; for tests, yours too.

    from hypothesis import given
    from specgraph.layers import LAYERS
    from specgraph.testing.oracle import declared, ours
    from specgraph.testing.strategies import cases

    @given(cases(LAYERS["Conv2D"]))
    def test_conv(case):
        assert ours(case) == declared(case)

Whole models are drawn, too: `graphs()` are specs that Keras builds, `missed_graphs()` have one thing changed
and may be refused, and `graphs(rows=[LAYERS["Dense"], LAYERS["Add"]])` have these layers alone.

    @given(graphs())
    def test_my_tool(graph):
        my_tool(graph.spec())

A new row is drawn from its kinds, rank and number of inputs; where arguments must fit each other or the
inputs, `hints` says how. Hypothesis is wanted by `strategies` alone, and Keras by `oracle`.
"""
