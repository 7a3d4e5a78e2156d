"""The table of applications is that of the installed Keras, with the published sizes."""

from __future__ import annotations

import math

import keras
import pytest

from specgraph.applications import APPLICATIONS
from specgraph.applications.base import Application
from specgraph.ir.tensor import TensorType

PARAMETERS = {
    "VGG16": 138_357_544,
    "VGG19": 143_667_240,
    "ResNet50": 25_636_712,
    "ResNet101": 44_707_176,
    "ResNet152": 60_419_944,
    "ResNet50V2": 25_613_800,
    "ResNet101V2": 44_675_560,
    "ResNet152V2": 60_380_648,
    "DenseNet121": 8_062_504,
    "DenseNet169": 14_307_880,
    "DenseNet201": 20_242_984,
    "MobileNet": 4_253_864,
    "MobileNetV2": 3_538_984,
    "MobileNetV3Small": 2_554_968,
    "MobileNetV3Large": 5_507_432,
    "EfficientNetB0": 5_330_571,
    "EfficientNetB1": 7_856_239,
    "EfficientNetB2": 9_177_569,
    "EfficientNetB3": 12_320_535,
    "EfficientNetB4": 19_466_823,
    "EfficientNetB5": 30_562_527,
    "EfficientNetB6": 43_265_143,
    "EfficientNetB7": 66_658_687,
    "EfficientNetV2B0": 7_200_312,
    "EfficientNetV2B1": 8_212_124,
    "EfficientNetV2B2": 10_178_374,
    "EfficientNetV2B3": 14_467_622,
    "EfficientNetV2S": 21_612_360,
    "EfficientNetV2M": 54_431_388,
    "EfficientNetV2L": 119_027_848,
    "ConvNeXtTiny": 28_589_128,
    "ConvNeXtSmall": 50_223_688,
    "ConvNeXtBase": 88_591_464,
    "ConvNeXtLarge": 197_767_336,
    "ConvNeXtXLarge": 350_196_968,
    "InceptionV3": 23_851_784,
    "InceptionResNetV2": 55_873_736,
    "Xception": 22_910_480,
    "NASNetMobile": 5_326_716,
    "NASNetLarge": 88_949_818,
}
"""With the top of 1000 classes, as Keras counts them."""


def test_keras_has_no_application_that_the_table_lacks() -> None:
    theirs = {name for name in dir(keras.applications) if callable(getattr(keras.applications, name))}
    assert theirs == set(APPLICATIONS) == set(PARAMETERS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_published_size(name: str) -> None:
    row = APPLICATIONS[name]
    assert isinstance(row, Application)
    size = max(row.images.trained, default=224)
    net = row.inside(row.args(), TensorType((1, size, size, 3)))
    assert net.output.type.shape == (1, 1000)
    assert sum(math.prod(one.shape) for one in net.weights()) == PARAMETERS[name]
