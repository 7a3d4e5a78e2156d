"""Uses of functions of images."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from ops_cases import Case, Draw, case, family, floats, mostly_float, some

from specgraph.ir.tensor import TensorType

kinds = st.one_of(*[st.just("float32")] * 5, floats, mostly_float)
formats = st.sampled_from(("channels_last", "channels_first", None))


@st.composite
def images(draw: Draw, data_format: str | None, channels: int | None = None, space: int = 2) -> TensorType:
    axes = [draw(st.integers(2, 7)) for _ in range(space)]
    count = draw(st.sampled_from((1, 3, 2))) if channels is None else channels
    inner = [count, *axes] if data_format == "channels_first" else [*axes, count]
    batch = draw(st.sampled_from(((), (2,), (1,))))
    return TensorType((*batch, *inner), draw(kinds))


@family("image.rgb_to_grayscale", "image.rgb_to_hsv", "image.hsv_to_rgb")
def colour(name: str, draw: Draw) -> Case:
    data_format = draw(formats)
    return case(
        name, [draw(images(data_format, draw(st.sampled_from((3, 3, 1, 2)))))], data_format=data_format
    )


@family("image.resize")
def resize(name: str, draw: Draw) -> Case:
    data_format = draw(formats)
    size = [draw(st.integers(1, 6)), draw(st.integers(1, 6))]
    ways = st.sampled_from(("bilinear", "nearest", "bicubic", "lanczos3"))
    args = some(draw, interpolation=ways, antialias=st.booleans())
    if draw(st.integers(0, 2)) == 0:
        args |= some(draw, crop_to_aspect_ratio=st.booleans(), pad_to_aspect_ratio=st.booleans())
    return case(name, [draw(images(data_format))], size=size, data_format=data_format, **args)


@family("image.affine_transform")
def affine(name: str, draw: Draw) -> Case:
    data_format = draw(formats)
    x = draw(images(data_format))
    modes = st.sampled_from(("constant", "nearest", "wrap", "reflect"))
    args = some(draw, fill_mode=modes, interpolation=st.sampled_from(("bilinear", "nearest")))
    if draw(st.booleans()):
        numbers: Any = [1.0, 0, 0, 0, 1, 0, 0, 0]
        return case(
            name,
            [x],
            transform=numbers if x.rank == 3 else [numbers] * x.shape[0],
            data_format=data_format,
            **args,
        )
    shape = draw(st.sampled_from(((8,), (*x.shape[: x.rank - 3], 8))))
    return case(name, [x, TensorType(shape)], data_format=data_format, **args)


@family("image.perspective_transform")
def perspective(name: str, draw: Draw) -> Case:
    data_format = draw(formats)
    x = draw(images(data_format))
    lead = x.shape[: x.rank - 3] if draw(st.integers(0, 5)) else ()
    points = TensorType((*lead, 4, 2))
    return case(name, [x, points, points], data_format=data_format)


@family("image.extract_patches", "image.extract_patches_3d")
def patches(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    space = 3 if name.endswith("3d") else draw(st.sampled_from((2, 2, 3)))
    x = draw(images(data_format, space=space))
    several = st.lists(st.integers(1, 3), min_size=space, max_size=space)
    size = draw(several if space == 3 and not name.endswith("3d") else st.one_of(st.integers(1, 3), several))
    args = some(
        draw, strides=st.one_of(st.integers(1, 2), several), padding=st.sampled_from(("valid", "same"))
    )
    return case(name, [x], size=size, data_format=data_format, **args)


@family("image.map_coordinates")
def map_coordinates(name: str, draw: Draw) -> Case:
    x = draw(images("channels_last"))
    shape = (x.rank, *draw(st.lists(st.integers(1, 3), min_size=1, max_size=2)))
    modes = st.sampled_from(("constant", "nearest", "wrap", "mirror", "reflect"))
    return case(name, [x, TensorType(shape)], order=draw(st.integers(0, 1)), **some(draw, fill_mode=modes))


@family("image.pad_images", "image.crop_images")
def edges(name: str, draw: Draw) -> Case:
    data_format = draw(formats)
    x = draw(images(data_format))
    word, sign = ("padding", 1) if "pad" in name else ("cropping", -1)
    height, width = x.shape[-2:] if data_format == "channels_first" else x.shape[-3:-1]
    args: dict[str, Any] = {"data_format": data_format}
    for first, last, target, size in (("top", "bottom", "height", height), ("left", "right", "width", width)):
        a, b = draw(st.integers(0, 1)), draw(st.integers(0, 1))
        three = {f"{first}_{word}": a, f"{last}_{word}": b, f"target_{target}": size + sign * (a + b)}
        if draw(st.integers(0, 9)):
            three.pop(draw(st.sampled_from(sorted(three))))
        args |= {one: max(value + draw(st.sampled_from((0, 0, 0, 1))), 0) for one, value in three.items()}
    return case(name, [x], **args)


@family("image.gaussian_blur", "image.elastic_transform", "image.sobel_edges")
def same(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    options: dict[str, Any] = {
        "image.gaussian_blur": {
            "kernel_size": st.sampled_from(([3, 3], [1, 5])),
            "sigma": st.just([0.5, 1.0]),
        },
        "image.elastic_transform": {"alpha": st.just(2.0), "seed": st.just(3)},
    }
    return case(
        name, [draw(images(data_format))], data_format=data_format, **some(draw, **options.get(name, {}))
    )


@family("image.scale_and_translate")
def scale_and_translate(name: str, draw: Draw) -> Case:
    x = draw(images("channels_last"))
    dims = [x.rank - 3, x.rank - 2]
    shape = list(x.shape)
    for at in dims:
        shape[at] = draw(st.integers(1, 5))
    method = draw(st.sampled_from(("linear", "cubic", "lanczos3", "lanczos5")))
    args = {"output_shape": shape, "spatial_dims": dims, "method": method}
    if draw(st.booleans()):
        return case(name, [x], scale=[1.0, 2.0], translation=[0.0, 0.5], **args)
    return case(name, [x, TensorType((2,)), TensorType((2,))], **args)


@family("image.ssim")
def ssim(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    x = draw(images(data_format))
    return case(name, [x, x], filter_size=draw(st.integers(1, 4)), data_format=data_format)
