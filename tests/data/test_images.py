from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.catalog.compute import compute
from bridge.errors import ArgumentError

IMAGE = np.asfortranarray(np.arange(48).reshape(4, 4, 3).astype("float64"))


def test_images_are_saved_and_loaded(tmp_path: Path) -> None:
    path = str(tmp_path / "an image.png")
    compute("image_array_save", {"img": IMAGE, "path": path, "scale": False})
    back = compute("image_to_array", {"img": compute("image_load", {"path": path})})
    assert np.array_equal(back, IMAGE)
    assert [p.name for p in tmp_path.iterdir()] == ["an image.png"]


def test_nothing_is_left_behind_when_an_image_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no ending"):
        compute("image_array_save", {"img": IMAGE, "path": str(tmp_path / "image")})
    with pytest.raises(Exception, match="channel number"):
        compute("image_array_save", {"img": np.zeros((2, 2, 7)), "path": str(tmp_path / "image.png")})
    assert list(tmp_path.iterdir()) == []


def test_images_are_resized() -> None:
    assert compute("image_array_resize", {"img": IMAGE, "height": 2.0, "width": 8.0}).shape == (2, 8, 3)
    first = np.transpose(IMAGE, (2, 0, 1))
    resized = compute("image_array_resize", {"img": first, "height": 2.0, "width": 8.0, "data_format": "channels_first"})
    assert resized.shape == (3, 2, 8)
    assert compute("image_smart_resize", {"img": IMAGE, "size": np.array([2.0, 2.0])}).shape == (2, 2, 3)


def test_directories_of_images_become_datasets_and_generators(tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for i in range(3):
            compute("image_array_save", {"img": IMAGE, "path": str(tmp_path / name / f"{i}.png")})
    dataset = compute("image_dataset_from_directory", {"directory": str(tmp_path), "image_size": np.array([4.0, 4.0])})
    images, labels = next(iter(dataset))
    assert (tuple(images.shape), sorted(labels.numpy().tolist())) == ((6, 4, 4, 3), [0, 0, 0, 1, 1, 1])
    generator = compute("image_data_generator", {"rescale": 1 / 255})
    given: dict[str, Any] = {"directory": str(tmp_path), "generator": generator, "target_size": np.array([4.0, 4.0])}
    images, labels = next(compute("flow_images_from_directory", given | {"class_mode": "binary"}))
    assert images.shape == (6, 4, 4, 3)
    assert images.max() <= 1
    batch = next(compute("flow_images_from_data", {"x": IMAGE[None], "y": np.array([1.0]), "generator": generator}))
    assert batch[0].shape == (1, 4, 4, 3)
