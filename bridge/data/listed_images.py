"""Batches of images whose files and targets stand in lists, for which Keras' own class needs pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import ArgumentError

MODES = ("binary", "categorical", "input", "multi_output", "raw", "sparse", None)


def listed_images(
    paths: Sequence[str],
    targets: Sequence[Sequence[Any]],
    mode: str | None,
    classes: Any,
    generator: Any,
    *,
    target_size: Any,
    color_mode: str,
    batch_size: int,
    shuffle: bool,
    seed: int | None,
    subset: str | None,
    interpolation: str,
) -> Any:
    """An endless iterator over batches of the images.

    Args:
        paths: of the files.
        targets: the columns of targets, each as long as `paths`.
        mode: one of `MODES`: what becomes of the targets.
        classes: the classes in the order of their numbers, or None for alphabetical order; images of others are left out.
        generator: changes the images; an `ImageDataGenerator`.
        target_size, color_mode, batch_size, shuffle, seed, subset, interpolation: as for `flow_from_directory()`.

    Raises:
        ArgumentError: targets that do not fit `mode`.
    """
    if mode not in MODES:
        words = ", ".join(f'"{word}"' for word in MODES if word)
        raise ArgumentError(f"`class_mode` must be NULL or one of {words}, not {mode!r}.".replace("'", '"'))
    found, numbers, kept = _classes(mode, targets, classes, len(paths))
    images = _iterator_class()(
        [paths[i] for i in kept],
        [np.asarray([column[i] for i in kept]) for column in targets],
        generator,
        target_size=target_size,
        color_mode=color_mode,
        class_mode=mode,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        subset=subset,
        interpolation=interpolation,
        classes=found,
        numbers=[numbers[i] for i in kept] if numbers else [],
    )
    if images.samples == 0:
        raise ArgumentError("There are no images.", hints=["`classes` or `subset` may leave all of them out."])
    return images


def _classes(
    mode: Any, targets: Sequence[Sequence[Any]], classes: Any, count: int
) -> tuple[list[str], list[int], list[int]]:
    """The classes, the number of each image's, and which images are of them."""
    if mode not in ("binary", "categorical", "sparse"):
        return [], [], list(range(count))
    labels = [str(label) for label in targets[0]]
    found = sorted(set(labels)) if classes is None else [str(name) for name in np.ravel(np.asarray(classes, dtype=object))]
    if mode == "binary" and len(found) != 2:
        raise ArgumentError(f'`class_mode = "binary"` is for 2 classes, not {len(found)}.')
    known = {name: number for number, name in enumerate(found)}
    return found, [known.get(label, -1) for label in labels], [i for i, label in enumerate(labels) if label in known]


def _iterator_class() -> Any:
    """Keras' iterator over files, told which they are in place of looking for them in a directory."""
    base = tf.keras.preprocessing.image.DirectoryIterator

    class ListedImages(base):  # type: ignore[misc,valid-type]
        def __init__(self, paths: Any, targets: Any, generator: Any, *, classes: Any, numbers: Any, **settings: Any) -> None:
            self.set_processing_attrs(
                generator,
                settings["target_size"],
                settings["color_mode"],
                keras.config.image_data_format(),
                None,
                "",
                "png",
                settings["subset"],
                settings["interpolation"],
                False,
            )
            first, last = (int(share * len(paths)) for share in self.split or (0, 1))
            self.class_mode = settings["class_mode"]
            self.dtype = keras.config.floatx()
            self.class_indices = {name: number for number, name in enumerate(classes)}
            self.num_classes = len(classes)
            self.filenames = self._filepaths = list(paths[first:last])
            self.classes = np.asarray(numbers[first:last], "int32")
            self._columns = [column[first:last] for column in targets]
            self.samples = len(self.filenames)
            super(base, self).__init__(self.samples, settings["batch_size"], settings["shuffle"], settings["seed"])

        @property
        def labels(self) -> Any:
            if self.class_mode == "multi_output":
                return self._columns
            raw = self._columns[0] if len(self._columns) == 1 else np.stack(self._columns, axis=1)
            return raw if self.class_mode == "raw" else self.classes

    return ListedImages
