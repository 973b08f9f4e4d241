"""Tables in text files: what their columns are, and datasets of their rows by name."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.data.paths import existing_files, matching_files
from bridge.errors import ArgumentError, FileError, expected
from bridge.values.dtypes import dtype_of
from bridge.values.numbers import whole_number

MISSING = "NA"
"""What stands in files for what is missing, beside nothing at all."""

_LOOKED_AT = 1000
"""Rows by which types are told."""

_LETTERS = {"i": "int32", "d": "float32", "n": "float32", "c": "string", "l": "bool", "D": "string", "t": "string"}
_WORDS = {
    "integer": "int32",
    "double": "float32",
    "numeric": "float32",
    "character": "string",
    "logical": "bool",
    "skip": "_",
    "_": "_",
    "?": "?",
}


@dataclass(frozen=True)
class RecordSpec:
    """The columns of a table in a text file.

    Attributes:
        names: what they are called.
        defaults: for each what stands for a missing value, a tensor of rank 1; an empty one where none may be missing.
        delim: what stands between columns.
        skip: lines before the first row.
        selected: positions, from 0, of the columns that are read.
        logicals: names of those that are TRUE or FALSE.
    """

    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    delim: str = ","
    skip: int = 0
    selected: tuple[int, ...] = ()
    logicals: tuple[str, ...] = ()


def record_spec(
    example_file: str | None = None,
    delim: str = ",",
    skip: Any = 0,
    names: Any = None,
    types: Any = None,
    defaults: Any = None,
) -> RecordSpec:
    """The columns of a table in a text file, told or as the first 1000 rows of a file show them.

    Args:
        example_file: a file to look at; not needed where `names` and `types` are given.
        delim: what stands between columns.
        skip: lines to leave out at the start, before the header.
        names: what columns are called; None reads the first line, which then is no row.
        types: a word for each column ("integer", "double", "character", a dtype), a letter for each in one string, with
            "?" for one to look at and "_" for one to leave out, or None.
        defaults: for each column what stands for missing values. By default NaN for float columns and "" for text;
            integers and logicals must not be missing.

    Raises:
        FileError: the file is not there, or is no table.
        ArgumentError: names, types and defaults are not as many; neither types nor a file.
    """
    rows: list[list[str]] = []
    head = whole_number(skip, "skip")
    if example_file is not None:
        rows = _rows(existing_files(example_file, "example_file")[0], delim, head)
    found = _names(names, rows)
    body = rows if names is not None else rows[1:]
    told = _types(types, len(found))
    if example_file is None and "?" in told:
        raise ArgumentError("Without `types`, `example_file` must be a file to tell them by.")
    types_ = [_guessed([row[i] for row in body]) if type_ == "?" else type_ for i, type_ in enumerate(told)]
    selected = [i for i, type_ in enumerate(types_) if type_ != "_"]
    kept = [types_[i] for i in selected]
    return RecordSpec(
        tuple(found[i] for i in selected),
        tuple(_defaults(defaults, kept)),
        delim,
        head + (names is None),
        tuple(selected),
        tuple(found[i] for i in selected if types_[i] == "bool"),
    )


def csv_spec(
    example_file: str | None = None, skip: Any = 0, names: Any = None, types: Any = None, defaults: Any = None
) -> RecordSpec:
    """The same for commas."""
    return record_spec(example_file, ",", skip, names, types, defaults)


def tsv_spec(
    example_file: str | None = None, skip: Any = 0, names: Any = None, types: Any = None, defaults: Any = None
) -> RecordSpec:
    """The same for tabulators."""
    return record_spec(example_file, "\t", skip, names, types, defaults)


def decoded(dataset: Any, record_spec: Any, parallel_records: Any = None) -> Any:
    """Lines of text as records: named lists of columns.

    TF: tf.io.decode_csv.
    """
    if not isinstance(record_spec, RecordSpec):
        raise expected("record_spec", "what `csv_record_spec()` or `delim_record_spec()` gives", record_spec)

    def decode(line: Any) -> Any:
        columns = tf.io.decode_csv(
            line, list(record_spec.defaults), record_spec.delim, na_value=MISSING, select_cols=list(record_spec.selected)
        )
        record = dict(zip(record_spec.names, columns, strict=True))
        return record | {name: _truth(record[name], name) for name in record_spec.logicals}

    return dataset.map(tf.autograph.experimental.do_not_convert(decode), parallel_records)


def _truth(words: Any, name: str) -> Any:
    """TRUE and FALSE, which TensorFlow reads as text, as logicals."""
    upper = tf.strings.upper(words)
    true = tf.logical_or(upper == "TRUE", upper == "T")
    known = tf.reduce_all(tf.logical_or(true, tf.logical_or(upper == "FALSE", upper == "F")))
    tf.debugging.Assert(known, [f"Column `{name}` has what is neither TRUE nor FALSE:", words])
    return true


def csv_batches(
    file_pattern: Any,
    batch_size: Any,
    column_names: Any = None,
    column_defaults: Any = None,
    label_name: str | None = None,
    select_columns: Any = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = MISSING,
    header: bool = True,
    num_epochs: Any = None,
    shuffle: bool = True,
    shuffle_buffer_size: Any = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = 1,
    num_parallel_reads: Any = 1,
    sloppy: bool = False,
    num_rows_for_inference: Any = 100,
) -> Any:
    """Batches of the rows of CSV files, by the names of their columns; with a label, pairs of the others and the label.

    TF: tf.data.experimental.make_csv_dataset.

    Raises:
        FileError: no such file, or no table in it.
        ArgumentError: there is no column of that name.
    """
    files = matching_files(file_pattern)
    looked_at = _LOOKED_AT if num_rows_for_inference is None else num_rows_for_inference
    rows = _rows(files[0], field_delim, 0, looked_at + 1)
    names = _names(column_names, rows if header else [])
    chosen = _columns(select_columns, names) if select_columns is not None else names
    if label_name is not None:
        _columns([label_name], chosen)
    body = rows[1:] if header else rows
    types = [_guessed([row[i] for row in body], na_value) for i, name in enumerate(names) if name in chosen]
    logicals = [name for name, type_ in zip((n for n in names if n in chosen), types, strict=True) if type_ == "bool"]
    batches = tf.data.experimental.make_csv_dataset(
        files,
        batch_size,
        names,
        _defaults(column_defaults, types),
        label_name,
        None if select_columns is None else sorted(chosen, key=names.index),
        field_delim,
        use_quote_delim,
        na_value,
        header,
        num_epochs,
        shuffle,
        shuffle_buffer_size,
        shuffle_seed,
        prefetch_buffer_size,
        num_parallel_reads,
        sloppy,
        looked_at,
    )

    def told(columns: Any, *label: Any) -> Any:
        read = {name: _truth(part, name) if name in logicals else part for name, part in columns.items()}
        labels = [_truth(part, str(label_name)) if label_name in logicals else part for part in label]
        return (read, *labels) if labels else read

    return batches.map(tf.autograph.experimental.do_not_convert(told)) if logicals else batches


def _rows(path: str, delim: str, skip: int, most: int = _LOOKED_AT + 1) -> list[list[str]]:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [row for row in islice(csv.reader(islice(file, skip, None), delimiter=delim), most) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"The file {path} is no table in UTF-8: {error}.") from None
    if not rows:
        raise FileError(f"The file {path} has no rows.")
    for i, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise FileError(f"Line {i + skip} of {path} has {len(row)} columns, but the first has {len(rows[0])}.")
    return rows


def _names(names: Any, rows: Sequence[Sequence[str]]) -> list[str]:
    if names is None and not rows:
        raise ArgumentError("Without names of columns, a file must have them in its first line.")
    found = [str(name).strip() for name in (rows[0] if names is None else np.ravel(np.asarray(names, dtype=object)))]
    if rows and len(rows[0]) != len(found):
        raise ArgumentError(f"There are {len(found)} names for {len(rows[0])} columns.")
    return found


def _columns(wanted: Any, names: Sequence[str]) -> list[str]:
    """Columns by their names, or by their positions from 1."""
    found = []
    for column in [wanted] if isinstance(wanted, (str, int, float)) else list(wanted):
        if isinstance(column, str) and column in names:
            found.append(column)
        elif not isinstance(column, str) and 1 <= column <= len(names):
            found.append(names[int(column) - 1])
        else:
            raise ArgumentError(f"There is no column `{column}`.", hints=["There are " + ", ".join(names) + "."])
    return found


def _types(types: Any, count: int) -> list[str]:
    """A dtype for each column, "?" for one that the file shows, "_" for one that is left out."""
    if types is None:
        return ["?"] * count
    if isinstance(types, str) and len(types) == count and all(letter in "?_-" or letter in _LETTERS for letter in types):
        return [_LETTERS.get(letter, "_" if letter == "-" else letter) for letter in types]
    given = [types] if isinstance(types, str) else list(types)
    if len(given) != count:
        raise ArgumentError(f"`types` has {len(given)} elements for {count} columns.")
    return [_WORDS.get(type_) or dtype_of(type_).name if isinstance(type_, str) else type_.name for type_ in given]


def _guessed(values: Sequence[str], missing: str = MISSING) -> str:
    """The dtype as which all values of a column can be read; with missing values numbers are floats, logicals text."""
    there = [value.strip() for value in values if value.strip() not in ("", missing)]
    for type_, read in (("int32", int), ("float32", float)):
        try:
            numbers = [read(value) for value in there]
        except ValueError:
            continue
        if there and (type_ == "float32" or (len(there) == len(values) and all(abs(n) < 2**31 for n in numbers))):
            return type_
    logical = there and len(there) == len(values) and set(there) <= {"TRUE", "FALSE"}
    return "bool" if logical else "string" if there else "float32"


def _defaults(defaults: Any, types: Sequence[str]) -> list[Any]:
    if defaults is None:
        stand_ins: dict[str, Any] = {"string": ""} | dict.fromkeys(("float32", "float64", "float16", "bfloat16"), math.nan)
        return [tf.constant([stand_ins[t]] if t in stand_ins else [], _decodable(t)) for t in types]
    given = list(defaults.values()) if isinstance(defaults, dict) else list(defaults)
    if len(given) != len(types):
        raise ArgumentError(f"There are {len(given)} defaults for {len(types)} columns.")
    return [
        tf.constant([] if value is None else np.ravel(value).tolist(), _decodable(t))
        for value, t in zip(given, types, strict=True)
    ]


def _decodable(type_: str) -> str:
    """The dtype that TensorFlow reads for a type; words for logicals stay words."""
    return "string" if type_ == "bool" else type_
