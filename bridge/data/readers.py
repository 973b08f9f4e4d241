"""Datasets of what stands in files: lines, records, rows of a database."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.catalog.kinds import dataset as dataset_of
from bridge.data.delimited import RecordSpec, decoded
from bridge.data.lengths import is_dataset
from bridge.data.mappers import mapper
from bridge.data.paths import existing_files, matching_files
from bridge.errors import ArgumentError, FileError, expected
from bridge.values.dtypes import dtype_of
from bridge.values.numbers import whole_number


def file_list(file_pattern: Any, shuffle: bool | None = None, seed: Any = None) -> Any:
    """The dataset of the paths that patterns match.

    TF: tf.data.Dataset.list_files.
    """
    return tf.data.Dataset.list_files(matching_files(file_pattern), True if shuffle is None else shuffle, seed)


def text_lines(
    filenames: Any, compression_type: str | None = None, record_spec: Any = None, parallel_records: Any = None
) -> Any:
    """The dataset of the lines of text files; with a specification of records, of these by name.

    TF: tf.data.TextLineDataset.
    """
    paths = existing_files(filenames)
    compression = _compression(compression_type)
    if record_spec is None:
        return tf.data.TextLineDataset(paths, compression)
    if not isinstance(record_spec, RecordSpec):
        raise expected("record_spec", "what `csv_record_spec()` or `delim_record_spec()` gives", record_spec)

    def lines(path: Any) -> Any:
        return tf.data.TextLineDataset(path, compression).skip(record_spec.skip)

    # Every file has its own header.
    files = paths if is_dataset(paths) else tf.data.Dataset.from_tensor_slices(tf.reshape(paths, [-1]))
    return decoded(files.flat_map(tf.autograph.experimental.do_not_convert(lines)), record_spec, parallel_records)


def tfrecords(
    filenames: Any, compression_type: str | None = None, buffer_size: Any = None, num_parallel_reads: Any = None
) -> Any:
    """The dataset of the records of TFRecord files, as strings of bytes.

    TF: tf.data.TFRecordDataset.
    """
    return tf.data.TFRecordDataset(
        existing_files(filenames), _compression(compression_type), buffer_size, num_parallel_reads
    )


def fixed_length_records(
    filenames: Any, record_bytes: Any, header_bytes: Any = None, footer_bytes: Any = None, buffer_size: Any = None
) -> Any:
    """The dataset of the records of binary files, each so many bytes long.

    TF: tf.data.FixedLengthRecordDataset.
    """
    return tf.data.FixedLengthRecordDataset(existing_files(filenames), record_bytes, header_bytes, footer_bytes, buffer_size)


def _compression(name: str | None) -> str | None:
    return None if name is None or name.lower() == "auto" else name.upper()


@dataclass(frozen=True)
class SqlSpec:
    """The columns that a query gives.

    Attributes:
        names: what they are called.
        types: their TensorFlow dtypes.
    """

    names: tuple[str, ...]
    types: tuple[Any, ...]


def sql_spec(names: Any, types: Any) -> SqlSpec:
    """The columns of a query.

    Args:
        names: what they are called.
        types: a dtype for each: its name, or a tensorflow.DType.

    Raises:
        ArgumentError: not one type for each name.
    """
    names = [str(name) for name in np.ravel(np.asarray(names, dtype=object))]
    types = list(types) if isinstance(types, (list, tuple)) else np.ravel(np.asarray(types, dtype=object)).tolist()
    if len(names) != len(types):
        raise ArgumentError(f"`names` has {len(names)} elements, but `types` has {len(types)}.")
    return SqlSpec(tuple(names), tuple(dtype_of(type_) for type_ in types))


def sql(driver_name: str, data_source_name: str, query: str, record_spec: Any) -> Any:
    """The dataset of the rows that a query gives, by the names of the columns.

    TF: tf.data.experimental.SqlDataset.
    """
    if not isinstance(record_spec, SqlSpec):
        raise ArgumentError("`record_spec` must be the columns of the query, as `sql_record_spec()` says them.")
    source = os.path.expanduser(data_source_name)
    if driver_name == "sqlite" and not os.path.isfile(source):
        raise FileError(f"There is no file {source}.")
    rows = tf.data.experimental.SqlDataset(driver_name, source, query, record_spec.types)

    def named(*values: Any) -> Any:
        return dict(zip(record_spec.names, values, strict=True))

    return rows.map(tf.autograph.experimental.do_not_convert(named))


def sqlite(filename: str, query: str, record_spec: Any) -> Any:
    """The same for a file of SQLite."""
    return sql("sqlite", filename, query, record_spec)


def read_files(
    files: Any,
    reader: Any,
    parallel_files: Any = 1,
    parallel_interleave: Any = 1,
    num_shards: Any = None,
    shard_index: Any = None,
) -> Any:
    """The elements of several files, some files at a time, each read by a function that makes a dataset of a path.

    TF: tf.data.Dataset.interleave.
    """
    paths = files if is_dataset(files) else tf.data.Dataset.from_tensor_slices(matching_files(files, "files"))
    if num_shards is not None:
        if shard_index is None or not 1 <= shard_index <= num_shards:
            raise ArgumentError(f"`shard_index` must be one of the shards 1 to {num_shards}, not {shard_index}.")
        paths = paths.shard(num_shards, shard_index - 1)
    read: Callable[..., Any] = mapper(reader, "reader")

    def open_file(path: Any) -> Any:
        return dataset_of(read(path), "reader")

    return paths.interleave(
        tf.autograph.experimental.do_not_convert(open_file),
        cycle_length=whole_number(parallel_files, "parallel_files"),
        block_length=whole_number(parallel_interleave, "parallel_interleave"),
    )
