from __future__ import annotations

import gzip
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.catalog.compute import compute
from bridge.errors import FileError


def batch(path: Path, labels: dict[str, Any]) -> None:
    count = len(next(iter(labels.values())))
    path.parent.mkdir(exist_ok=True)
    content = {"data": np.zeros((count, 3072), "uint8")} | labels
    # Keys are bytes there.
    path.write_bytes(pickle.dumps({key.encode(): value for key, value in content.items()}))


def test_images_of_clothes_come_from_a_directory(tmp_path: Path) -> None:
    for name, count in (("train", 3), ("t10k", 2)):
        images = bytes(16) + bytes(count * 28 * 28)
        (tmp_path / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (tmp_path / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(8) + bytes(range(count))))
    loaded = compute("dataset_fashion_mnist", {"path": str(tmp_path)})
    assert loaded["train"]["x"].shape == (3, 28, 28)
    assert loaded["test"]["y"].tolist() == [0, 1]


def test_images_in_100_classes_come_from_a_directory_or_the_archive(tmp_path: Path) -> None:
    labels = {"fine_labels": [7, 8], "coarse_labels": [1, 2]}
    for name in ("train", "test"):
        batch(tmp_path / "cifar-100-python" / name, labels)
    archive = tmp_path / "cifar-100-python.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "cifar-100-python", "cifar-100-python")
    for path in (tmp_path, archive):
        loaded = compute("dataset_cifar100", {"path": str(path), "label_mode": "coarse"})
        assert loaded["train"]["x"].shape == (2, 32, 32, 3)
        assert loaded["test"]["y"].ravel().tolist() == [1, 2]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="There is no file"):
        compute("dataset_cifar10", {"path": str(tmp_path / "none")})
    wrong = tmp_path / "wrong.tar.gz"
    wrong.write_text("no archive")
    with pytest.raises(FileError, match="is no archive"):
        compute("dataset_cifar10", {"path": str(wrong)})
    with pytest.raises(FileError, match="cifar-10-batches-py"):
        compute("dataset_cifar10", {"path": str(tmp_path)})
