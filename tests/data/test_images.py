from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.catalog.compute import compute
from bridge.data import images
from bridge.errors import ArgumentError, FileError

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


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for i in range(4):
        images.save(np.full((4, 4, 3), i * 10.0), str(tmp_path / f"{i}.png"), scale=False)
    return tmp_path


def flow(pictures: Path, **settings: Any) -> Any:
    table = {"filename": [f"{i}.png" for i in range(4)], "class": ["b", "a", "b", "a"], "y": [0.5, 1.5, 2.5, 3.5]}
    told = {"target_size": (4, 4), "batch_size": 3, "shuffle": False}
    return images.flow_from_dataframe(table, str(pictures), **told | settings)


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, [[0, 1], [1, 0], [0, 1]]),
        ({"class_mode": "binary"}, [1, 0, 1]),
        ({"class_mode": "sparse", "classes": ["b", "a"]}, [0, 1, 0]),
        ({"class_mode": "raw", "y_col": "y"}, [0.5, 1.5, 2.5]),
        ({"class_mode": "raw", "y_col": ["y", "y"]}, [[0.5, 0.5], [1.5, 1.5], [2.5, 2.5]]),
        ({"class_mode": "multi_output", "y_col": ["y"]}, [[0.5, 1.5, 2.5]]),
    ],
)
def test_a_data_frame_lists_pictures_and_targets(pictures: Path, settings: Any, wanted: Any) -> None:
    x, y = next(flow(pictures, **settings))
    assert x[:, 0, 0, 0].tolist() == [0, 10, 20]
    assert np.asarray(y).tolist() == wanted


def test_pictures_without_targets_and_parts_of_them(pictures: Path) -> None:
    assert next(flow(pictures, class_mode=None)).shape == (3, 4, 4, 3)
    assert flow(pictures, class_mode="sparse", classes=["a"]).filenames == [str(pictures / "1.png"), str(pictures / "3.png")]
    halves = tf.keras.preprocessing.image.ImageDataGenerator(validation_split=0.25)
    assert [len(flow(pictures, generator=halves, subset=part).filenames) for part in ("training", "validation")] == [3, 1]


def test_a_data_frame_that_does_not_fit_is_refused(pictures: Path) -> None:
    with pytest.raises(ArgumentError, match="has no column `kind`"):
        flow(pictures, y_col="kind")
    with pytest.raises(ArgumentError, match='`class_mode = "binary"` is for 2 classes, not 4'):
        flow(pictures, class_mode="binary", y_col="y")
    with pytest.raises(ArgumentError, match="`class_mode` must be NULL or one of"):
        flow(pictures, class_mode="nonsense")
    (pictures / "2.png").unlink()
    with pytest.raises(FileError, match=r"There is no file .*2\.png"):
        flow(pictures)
