"""Images as arrays and files."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from bridge import files
from bridge.backend import keras, tf
from bridge.data.listed_images import listed_images
from bridge.errors import ArgumentError, FileError


def save(img: Any, path: str, data_format: str | None = None, file_format: str | None = None, scale: bool = True) -> str:
    """Writes an image to a file, whole or not at all; returns the path.

    Keras: keras.utils.save_img.

    Args:
        img: array of shape (height, width, channels).
        path: file, its ending says the format unless `file_format` does.
        scale: whether values are stretched to 0 to 255.
    """
    path = files.free(path)
    ending = file_format or os.path.splitext(path)[1].lstrip(".")
    if not ending:
        raise ArgumentError("`path` has no ending that says the format.", hints=['Give `file_format`, for example "png".'])

    def write(partial: str) -> None:
        keras.utils.save_img(partial, img, data_format=data_format, file_format=file_format, scale=scale)

    return files.write_file(path, write, f"image.{ending}")


def resize(img: Any, height: Any, width: Any, data_format: str | None = None) -> Any:
    """An image, or an array of them, resized by the nearest pixels.

    TF: tf.image.resize.
    """
    images = np.asarray(img)
    first = (data_format or keras.config.image_data_format()) == "channels_first"
    order = [*range(images.ndim - 3), images.ndim - 2, images.ndim - 1, images.ndim - 3]
    images = np.transpose(images, order) if first else images
    resized = tf.image.resize(images, (height, width), method="nearest").numpy()
    return np.transpose(resized, np.argsort(order)) if first else resized


def fit_generator(object: Any, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> Any:
    """Lets a generator learn the statistics that it centres and scales by; returns the generator."""
    object.fit(x, augment=augment, rounds=rounds, seed=seed)
    return object


def flow_from_data(
    x: Any,
    y: Any = None,
    generator: Any = None,
    batch_size: int = 32,
    shuffle: bool = True,
    sample_weight: Any = None,
    seed: int | None = None,
    save_to_dir: str | None = None,
    save_prefix: str = "",
    save_format: str = "png",
    subset: str | None = None,
) -> Any:
    """Batches of changed images from arrays.

    TF: tf.keras.preprocessing.image.ImageDataGenerator.flow.
    """
    options = {"save_to_dir": save_to_dir, "save_prefix": save_prefix, "save_format": save_format, "subset": subset}
    return _generator(generator).flow(
        x, y, batch_size=batch_size, shuffle=shuffle, sample_weight=sample_weight, seed=seed, **options
    )


def flow_from_directory(
    directory: str,
    generator: Any = None,
    target_size: Any = (256, 256),
    color_mode: str = "rgb",
    classes: Any = None,
    class_mode: str | None = "categorical",
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | None = None,
    save_to_dir: str | None = None,
    save_prefix: str = "",
    save_format: str = "png",
    follow_links: bool = False,
    subset: str | None = None,
    interpolation: str = "nearest",
) -> Any:
    """Batches of changed images from a directory that holds one for each class.

    TF: tf.keras.preprocessing.image.ImageDataGenerator.flow_from_directory.
    """
    given = {name: value for name, value in locals().items() if name not in ("directory", "generator")}
    return _generator(generator).flow_from_directory(os.path.expanduser(directory), **given)


def flow_from_dataframe(
    dataframe: Any,
    directory: str | None = None,
    x_col: str = "filename",
    y_col: Any = "class",
    generator: Any = None,
    target_size: Any = (256, 256),
    color_mode: str = "rgb",
    classes: Any = None,
    class_mode: str | None = "categorical",
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | None = None,
    subset: str | None = None,
    interpolation: str = "nearest",
) -> Any:
    """Batches of changed images by a data frame of file names.

    TF: tf.keras.preprocessing.image.ImageDataGenerator.flow_from_dataframe, which needs pandas.

    Raises:
        ArgumentError: a column is not there, or does not fit `class_mode`.
        FileError: a file is not there.
    """
    columns = {name: np.ravel(np.asarray(values, dtype=object)).tolist() for name, values in dict(dataframe).items()}
    targets = [y_col] if isinstance(y_col, str) else list(y_col or [])
    for name in [x_col, *(targets if class_mode not in ("input", None) else [])]:
        if name not in columns:
            raise ArgumentError(f"The data frame has no column `{name}`.", hints=["It has " + ", ".join(columns) + "."])
    place = "" if directory is None else os.path.expanduser(directory)
    paths = [os.path.join(place, str(name)) for name in columns[x_col]]
    for path in paths:
        if not os.path.isfile(path):
            raise FileError(f"There is no file {path}.")
    return listed_images(
        paths,
        [columns[name] for name in targets] if class_mode not in ("input", None) else [],
        class_mode,
        classes,
        _generator(generator),
        target_size=target_size,
        color_mode=color_mode,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        subset=subset,
        interpolation=interpolation,
    )


def _generator(generator: Any) -> Any:
    return tf.keras.preprocessing.image.ImageDataGenerator() if generator is None else generator
