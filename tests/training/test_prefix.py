"""A frozen beginning that is computed once trains the same weights as plain Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from specgraph.limits import DEFAULT
from specgraph.training.batches import Examples
from specgraph.training.cut import Cut, cut
from specgraph.training.features import describe
from specgraph.training.prefix import Refused, Split, Store, packed

L = keras.layers
COUNT = 150
"""More than two chunks, the last of them not full."""


@pytest.fixture(autouse=True)
def seed() -> None:
    keras.utils.set_random_seed(7)


def conv_base(*, frozen: int | None = None, dropout: float = 0.0) -> keras.Model:
    """A network with a branch and two BatchNormalizations, its first layers frozen."""
    x = image = keras.Input((8, 8, 3))
    x = L.Conv2D(4, 3, name="c1")(x)
    x = L.BatchNormalization(name="b1")(x)
    y = L.Conv2D(4, 3, padding="same", name="c2")(x)
    x = L.Add(name="add")([x, y])
    x = L.Dropout(dropout, name="drop")(x)
    x = L.Conv2D(4, 3, name="c3")(x)
    x = L.BatchNormalization(name="b2")(x)
    base = keras.Model(image, x, name="base")
    for layer in base.layers if frozen is None else base.layers[:frozen]:
        layer.trainable = False
    for layer in base.layers:
        if isinstance(layer, L.BatchNormalization):  # not what is there at first, which does nothing
            layer.set_weights([np.random.rand(4) + 0.5 for _ in range(4)])
    return base


def whole(base: keras.Model) -> keras.Model:
    image = keras.Input((8, 8, 3), name="image")
    x = L.GlobalAveragePooling2D()(base(image))
    x = L.Dropout(0.3, seed=3)(x)
    return keras.Model(image, L.Dense(2, name="out")(x))


def examples(model: keras.Model, **columns: np.ndarray) -> Examples:
    given = {one.name: np.random.rand(COUNT, *one.shape[1:]).astype("float32") for one in model.inputs}
    given |= columns
    target = np.random.rand(COUNT, 2).astype("float32")
    return Examples({**given, "y": target}, {name: name for name in given}, {"out": "y"})


def seeds(model: keras.Model) -> list[keras.Variable]:
    return [one for one in model.variables if "seed_generator" in one.path]


def train(model: keras.Model, data: Examples, arrange, start: list[np.ndarray], epochs: int = 3):
    """The history, and the weights after it."""
    for variable, value in zip(WATCHED, start, strict=True):
        variable.assign(value)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    batches = data.batches(32, arrange=arrange, seed=1, epochs=epochs)
    history = model.fit(
        batches, epochs=epochs, steps_per_epoch=data.steps(32), shuffle=False, verbose=0
    ).history
    return history, [one.numpy() for one in WATCHED]


WATCHED: list[keras.Variable] = []


def plain(inputs, targets):
    return packed(list(inputs), inputs), targets["out"]


def check_same(model: keras.Model, data: Examples, layers: int) -> Cut:
    """Holds training on features against training the model; the cut."""
    WATCHED[:] = model.variables
    start = [one.numpy() for one in WATCHED]
    history, weights = train(model, data, plain, start)
    with Split(model) as split:
        assert split.cut.layers == layers
        for variable, value in zip(WATCHED, start, strict=True):
            variable.assign(value)
        features = split.features(data)
        same, others = train(split.rest, features, split.arrange(plain), start)
        assert any(np.any(a != b) for a, b in zip(start, weights, strict=True))
        for a, b in zip(weights, others, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
        for name, values in history.items():
            np.testing.assert_allclose(values, same[name], rtol=1e-4)
        assert describe(split, data).startswith("the output of")
        return split.cut


def test_a_frozen_network() -> None:
    model = whole(conv_base())
    made = check_same(model, examples(model), layers=8)
    assert list(made.inputs.values()) == [0]
    assert [one.name for one in made.rest.layers[1:]] == [one.name for one in model.layers[3:]]


def test_its_last_layers_are_trained() -> None:
    model = whole(conv_base(frozen=6))
    made = check_same(model, examples(model), layers=5)
    assert "base_rest" in [one.name for one in made.rest.layers]


def test_dropout_within_the_frozen_network() -> None:
    model = whole(conv_base(dropout=0.4))
    check_same(model, examples(model), layers=4)


def test_dropout_in_front() -> None:
    image = keras.Input((8, 8, 3), name="image")
    x = L.GlobalAveragePooling2D()(conv_base()(L.Dropout(0.1, name="noise")(image)))
    assert cut(keras.Model(image, L.Dense(2)(x))) == "`noise` draws at random"


def test_a_rate_of_zero_draws_nothing() -> None:
    image = keras.Input((8, 8, 3), name="image")
    x = L.GlobalAveragePooling2D()(conv_base()(L.Dropout(0.0, name="noise")(image)))
    assert isinstance(cut(keras.Model(image, L.Dense(2)(x))), Cut)


def test_several_inputs_and_a_shared_network() -> None:
    base = conv_base(frozen=6)
    left, right, plain_one = (keras.Input((8, 8, 3), name=name) for name in ("left", "right", "plain"))
    x = L.Subtract()([L.GlobalMaxPooling2D()(base(left)), L.GlobalMaxPooling2D()(base(right))])
    y = L.Dense(3)(L.GlobalAveragePooling2D()(L.Rescaling(2.0)(plain_one)))
    model = keras.Model([left, right, plain_one], L.Dense(2, name="out")(L.Concatenate()([x, y])))
    made = check_same(model, examples(model), layers=5)
    assert sorted(map(str, made.inputs.values())) == ["0", "1", "plain"]


def test_several_outputs_keep_their_names() -> None:
    base = conv_base()
    image = keras.Input((8, 8, 3), name="image")
    x = L.GlobalAveragePooling2D()(base(image))
    model = keras.Model(image, [L.Dense(2, name="a")(x), base(image)])
    made = cut(model)
    assert isinstance(made, Cut)
    assert made.rest.output_names == model.output_names == ["a", "base"]


def test_batch_normalization_that_is_not_frozen_ends_it() -> None:
    base = conv_base()
    base.get_layer("b1").trainable = True
    base.get_layer("b1").gamma.trainable = base.get_layer("b1").beta.trainable = False
    made = cut(whole(base))
    assert isinstance(made, Cut) and made.layers == 1


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (L.RandomFlip(name="x"), "`x` draws at random"),
        (L.GaussianNoise(0.1, name="x"), "`x` draws at random"),
        (L.Conv2D(3, 3, name="x"), "`x` is trained"),
        (L.BatchNormalization(scale=False, center=False, name="x"), "`x` averages over batches"),
        (L.Conv2D(3, 3, trainable=False, activity_regularizer="l2", name="x"), "`x` adds to the loss"),
        (L.Lambda(lambda x: x, name="x"), "`x` is no layer of Keras"),
    ],
)
def test_what_stands_in_front(layer: keras.Layer, why: str) -> None:
    image = keras.Input((8, 8, 3))
    x = L.GlobalAveragePooling2D()(conv_base()(L.ZeroPadding2D(4)(layer(image))[:, :8, :8]))
    assert cut(keras.Model(image, L.Dense(2)(x))) == why


def test_nothing_to_cut() -> None:
    image = keras.Input((8, 8, 3))
    model = keras.Model(image, conv_base()(image))
    assert cut(model) == "nothing is trained"
    assert cut(keras.Model(image, L.Dense(2, name="x")(L.Rescaling(0.5)(image)))) == "`x` is trained"
    fixed = keras.Input(batch_shape=(4, 8, 8, 3))
    assert cut(keras.Model(fixed, L.Dense(2)(conv_base()(fixed)))) == "the batch size is fixed"


def tokens() -> tuple[keras.Model, Examples]:
    text = keras.Input((6,), dtype="int32", name="text")
    x = L.Embedding(9, 4, mask_zero=True, trainable=False)(text)
    x = L.LSTM(3, trainable=False)(x)
    model = keras.Model(text, L.Dense(2, name="out")(x))
    return model, examples(model, text=np.random.randint(0, 9, (COUNT, 6)))


def test_a_mask_may_stay_within() -> None:
    model, data = tokens()
    check_same(model, data, layers=2)


def test_a_mask_may_not_go_over_the_cut() -> None:
    text = keras.Input((6,), dtype="int32", name="text")
    x = L.Embedding(9, 4, mask_zero=True, trainable=False)(text)
    assert cut(keras.Model(text, L.Dense(2)(L.LSTM(3)(x)))) == "a mask goes with what is frozen"


def test_what_mixes_examples_is_refused() -> None:
    image = keras.Input((4,), name="image")
    x = L.Dense(3, trainable=False)(image)
    model = keras.Model(image, L.Dense(2, name="out")(x - keras.ops.max(x, axis=0, keepdims=True)))
    assert cut(model).layers == 1  # the maximum has no batch axis
    x = keras.ops.cumsum(x, axis=0)
    model = keras.Model(image, L.Dense(2, name="out")(x))
    with Split(model) as split, pytest.raises(Refused, match="mixes examples"):
        split.features(examples(model))


def test_some_of_the_examples() -> None:
    model = whole(conv_base())
    data = examples(model)
    rows = [5, 3, 140]
    with Split(model) as split:
        some = split.features(data.select(rows), keep_inputs=True)
        inputs, targets = some.arrays()
        np.testing.assert_array_equal(targets["out"], data.columns["y"][rows])
        np.testing.assert_array_equal(inputs["image"], data.columns["image"][rows])
        [name] = split.cut.inputs
        want = split.cut.head.predict(data.columns["image"][rows], verbose=0)
        np.testing.assert_allclose(inputs[name], want, rtol=1e-4, atol=1e-5)


def test_files_where_memory_is_not_enough(tmp_path) -> None:
    model = whole(conv_base())
    data = examples(model)
    WATCHED[:] = model.variables
    with Split(model, tmp_path, DEFAULT._replace(feature_memory=100)) as split:
        features = split.features(data)
        [folder] = tmp_path.iterdir()
        assert [one.name for one in folder.iterdir()] == ["1.npy"]
        assert "on disk" in describe(split, data) and "memory" not in describe(split, data)
        train(split.rest, features, split.arrange(plain), [one.numpy() for one in WATCHED], epochs=1)
    assert not list(tmp_path.iterdir())
    limits = DEFAULT._replace(feature_memory=100, feature_disk=100)
    with Split(model, tmp_path, limits) as split, pytest.raises(Refused, match="would take 2,400 bytes"):
        split.features(data)


def test_bfloat16_on_disk(tmp_path) -> None:
    store = Store(tmp_path, DEFAULT._replace(feature_memory=1))
    [array] = store.arrays([((3, 2), keras.ops.zeros((1,), "bfloat16").numpy().dtype)])
    array[:] = 1.5
    assert array.dtype.name == "bfloat16" and array.sum() == 9
    store.close()
