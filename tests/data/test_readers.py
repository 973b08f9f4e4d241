from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.barrier.functions import RFunction
from bridge.catalog.compute import compute
from bridge.data.iterators import Arrays
from bridge.data.readers import read_files
from bridge.errors import ArgumentError, FileError


def drawn(dataset: Any) -> list[Any]:
    return list(Arrays(dataset))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "cab":
        (tmp_path / f"{name}.txt").write_text(f"{name}1\n{name}2\n")
    return tmp_path


def test_lines_of_files(folder: Path) -> None:
    files = np.array([str(folder / "b.txt"), str(folder / "a.txt")], dtype=object)
    assert drawn(compute("text_line_dataset", {"filenames": files})) == ["b1", "b2", "a1", "a2"]
    packed = folder / "packed.gz"
    packed.write_bytes(gzip.compress(b"x\ny"))
    assert drawn(compute("text_line_dataset", {"filenames": str(packed), "compression_type": "gzip"})) == ["x", "y"]


def test_files_that_patterns_match(folder: Path) -> None:
    found = compute("file_list_dataset", {"file_pattern": str(folder / "*.txt"), "shuffle": False})
    assert [Path(path).name for path in drawn(found)] == ["a.txt", "b.txt", "c.txt"]
    with pytest.raises(FileError, match=r"No file matches `file_pattern`, .*\.png"):
        compute("file_list_dataset", {"file_pattern": str(folder / "*.png")})


def test_binary_records(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_bytes(b"head" + np.arange(3, dtype="int32").tobytes())
    told = {"filenames": str(path), "record_bytes": 4.0, "header_bytes": 4.0}
    records = compute("fixed_length_record_dataset", told).map(lambda record: tf.io.decode_raw(record, "int32")[0])
    assert drawn(records) == [0, 1, 2]
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(b"one")
        writer.write(b"two")
    assert drawn(compute("tfrecord_dataset", {"filenames": str(path)})) == ["one", "two"]


def test_rows_of_a_database(tmp_path: Path) -> None:
    path = str(tmp_path / "people.db")
    with sqlite3.connect(path) as database:
        database.execute("create table people (name text, age integer)")
        database.executemany("insert into people values (?, ?)", [("ann", 30), ("bob", 40)])
    spec = compute("sql_record_spec", {"names": ["name", "age"], "types": ["string", "int32"]})
    rows = compute("sqlite_dataset", {"filename": path, "query": "select * from people", "record_spec": spec})
    assert drawn(rows) == [{"name": "ann", "age": 30}, {"name": "bob", "age": 40}]
    with pytest.raises(ArgumentError, match="`names` has 1 elements, but `types` has 2"):
        compute("sql_record_spec", {"names": ["name"], "types": ["string", "int32"]})
    with pytest.raises(FileError, match="There is no file"):
        compute("sqlite_dataset", {"filename": path + "x", "query": "select 1", "record_spec": spec})


def test_several_files_at_a_time(folder: Path) -> None:
    reader = RFunction(lambda path: tf.data.TextLineDataset(path), "reader", [["path", False]])
    assert drawn(read_files(str(folder / "*.txt"), reader, 2, 1)) == ["a1", "b1", "a2", "b2", "c1", "c2"]
    assert drawn(read_files(str(folder / "*.txt"), reader, 1, 1, 3, 2)) == ["b1", "b2"]
    with pytest.raises(ArgumentError, match="`shard_index` must be one of the shards 1 to 3"):
        read_files(str(folder / "*.txt"), reader, 1, 1, 3, 0)


@pytest.mark.parametrize("verb", ["text_line_dataset", "tfrecord_dataset"])
def test_a_file_that_is_not_there_is_named(verb: str, folder: Path) -> None:
    files = np.array([str(folder / "a.txt"), str(folder / "none.txt")], dtype=object)
    with pytest.raises(FileError, match=r"There is no file .*none\.txt"):
        compute(verb, {"filenames": files})
