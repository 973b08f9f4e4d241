from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.catalog.compute import compute
from bridge.data.iterators import Arrays
from bridge.errors import ArgumentError, BridgeError, DataError, FileError


def records(dataset: Any) -> list[Any]:
    return list(Arrays(dataset))


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.csv"
    path.write_text('x,n,"text",l\n1.5,1,"a,b",TRUE\nNA,2,NA,FALSE\n,3,c,TRUE\n')
    return str(path)


def test_columns_are_told_by_the_file(table: str) -> None:
    spec = compute("csv_record_spec", {"example_file": table})
    assert (spec.names, spec.skip, spec.logicals) == (("x", "n", "text", "l"), 1, ("l",))
    rows = records(compute("text_line_dataset", {"filenames": table, "record_spec": spec}))
    assert rows[0] == {"x": 1.5, "n": 1, "text": "a,b", "l": True}
    assert math.isnan(rows[1]["x"]) and math.isnan(rows[2]["x"])
    assert [row["text"] for row in rows] == ["a,b", "", "c"]


def test_types_are_words_or_letters(table: str) -> None:
    for types in ("d?_c", ["double", "integer", "skip", "character"], ["float32", tf.int32, "_", "string"]):
        spec = compute("csv_record_spec", {"example_file": table, "types": types})
        assert spec.names == ("x", "n", "l")
        assert [default.dtype.name for default in spec.defaults] == ["float32", "int32", "string"]
    spec = compute(
        "delim_record_spec", {"delim": ";", "names": ["a", "b"], "types": "ic", "defaults": {"a": 7, "b": "none"}}
    )
    lines = tf.data.Dataset.from_tensor_slices(["1;x", ";"])
    assert records(compute("dataset_decode_delim", {"dataset": lines, "record_spec": spec})) == [
        {"a": 1, "b": "x"},
        {"a": 7, "b": "none"},
    ]


def test_every_file_has_its_own_header(table: str) -> None:
    spec = compute("csv_record_spec", {"example_file": table})
    both = compute("text_line_dataset", {"filenames": np.array([table, table], dtype=object), "record_spec": spec})
    assert [row["n"] for row in records(both)] == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": ["a"], "types": None}, "Without `types`, `example_file` must be a file"),
        ({}, "must have them in its first line"),
        ({"names": ["a", "b"], "types": "i"}, "`types` has 1 elements for 2 columns"),
        ({"names": ["a"], "types": "i", "defaults": [1, 2]}, "There are 2 defaults for 1 columns"),
        ({"names": ["a"], "types": ["nonsense"]}, "nonsense"),
        ({"example_file": "none.csv"}, "There is no file none.csv"),
    ],
)
def test_what_does_not_fit_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(BridgeError, match=message):
        compute("csv_record_spec", arguments)


def test_files_that_are_no_tables_are_named(tmp_path: Path) -> None:
    short = (b"a,b\n1,2\n3\n", "Line 3 of .* has 1 columns")
    for text, message in (short, (b"", "has no rows"), (b"\xff\xfe,b", "in UTF-8")):
        path = tmp_path / "damaged.csv"
        path.write_bytes(text)
        with pytest.raises(FileError, match=message):
            compute("csv_record_spec", {"example_file": str(path)})


def test_missing_integers_are_errors_of_their_column(tmp_path: Path) -> None:
    path = tmp_path / "missing.csv"
    path.write_text("n\n1\nNA\n")
    spec = compute("csv_record_spec", {"example_file": str(path), "types": "i"})
    with pytest.raises(DataError, match="Element 2") as caught:
        records(compute("text_line_dataset", {"filenames": str(path), "record_spec": spec}))
    assert "Column 1" in caught.value.details[0]


def test_batches_of_csv_files_are_those_of_python(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b,c\n" + "\n".join(f"{i},{i / 2},t{i}" for i in range(20)))
    told = {"batch_size": 6, "label_name": "b", "num_epochs": 2, "shuffle_seed": 5}
    ours = compute("make_csv_dataset", {"file_pattern": str(tmp_path / "*.csv")} | told)
    theirs = tf.data.experimental.make_csv_dataset(str(path), **told)
    for (x, y), (x2, y2) in zip(ours, theirs, strict=True):
        assert (x["a"].numpy().tolist(), y.numpy().tolist()) == (x2["a"].numpy().tolist(), y2.numpy().tolist())
    some = compute("make_csv_dataset", {"file_pattern": str(path), "batch_size": 2, "select_columns": [3.0, 1.0]})
    assert list(some.element_spec) == ["a", "c"]
    with pytest.raises(ArgumentError, match="There is no column `q`"):
        compute("make_csv_dataset", {"file_pattern": str(path), "batch_size": 2, "label_name": "q"})


def test_missing_values_in_csv_files(table: str) -> None:
    [batch] = records(
        compute("make_csv_dataset", {"file_pattern": table, "batch_size": 3, "num_epochs": 1, "shuffle": False})
    )
    assert np.isnan(batch["x"]).tolist() == [False, True, True]
    assert batch["l"].tolist() == [True, False, True]
