"""Typed graphs -> Keras models. Keras is imported here, in functions."""
