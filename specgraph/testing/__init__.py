"""Generators of layers, their arguments and inputs, and what Keras says of them; for tests, yours too.

    from hypothesis import given
    from specgraph.layers import LAYERS
    from specgraph.testing.oracle import declared, ours
    from specgraph.testing.strategies import cases

    @given(cases(LAYERS["Conv2D"]))
    def test_conv(case):
        assert ours(case) == declared(case)

A new row is drawn from its kinds, rank and number of inputs; where arguments must fit each other or the
inputs, `hints` says how. Hypothesis is wanted by `strategies` alone, and Keras by `oracle`.
"""
