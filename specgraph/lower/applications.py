"""A network of `keras.applications` as a layer of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .scopes import default_policy, own_names

if TYPE_CHECKING:
    import keras


def application(
    keras_name: str, arguments: dict[str, Any], shape: tuple[int | None, ...], name: str, policy: str | None
) -> keras.Model:
    """The network for images of this shape, without the batch axis.

    It gets its name when it is there: Keras looks up the published weights, and some blocks, by the name
    that the network is built with.
    """
    import keras

    build = getattr(keras.applications, keras_name.removeprefix("applications."))
    with own_names(), default_policy(policy):  # applications take no `dtype`
        made = build(**arguments, input_shape=shape)
    made.name = name
    return made
