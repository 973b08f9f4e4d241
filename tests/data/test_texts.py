from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.catalog.compute import compute
from bridge.data.texts import skipgrams
from bridge.errors import FileError


def test_tokenizers_number_words_by_frequency_and_are_kept_in_files(tmp_path: Path) -> None:
    texts = np.array(["the cat", "the dog sat"], dtype=object)
    tokenizer = compute("fit_text_tokenizer", {"object": compute("text_tokenizer", {"num_words": 10.0}), "x": texts})
    path = compute("save_text_tokenizer", {"object": tokenizer, "filename": str(tmp_path / "words.json")})
    again = compute("load_text_tokenizer", {"filename": path})
    for one in (tokenizer, again):
        assert compute("texts_to_sequences", {"tokenizer": one, "texts": "the sat"}) == [[1, 4]]
        assert compute("texts_to_matrix", {"tokenizer": one, "texts": texts}).shape == (2, 10)


def test_files_that_hold_no_tokenizer_are_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(FileError, match="damaged"):
        compute("load_text_tokenizer", {"filename": str(tmp_path / "bad.json")})
    with pytest.raises(FileError, match="There is no file"):
        compute("load_text_tokenizer", {"filename": str(tmp_path / "none.json")})


def test_sequences_are_padded_and_paired() -> None:
    padded = compute("pad_sequences", {"sequences": [np.arange(1, 4), np.array([7])], "maxlen": 2.0})
    assert padded.tolist() == [[2, 3], [0, 7]]
    pairs = compute("skipgrams", {"sequence": np.arange(1, 5), "vocabulary_size": 10.0, "window_size": 1.0})
    assert {tuple(pair) for pair, label in zip(pairs["couples"], pairs["labels"], strict=True) if label} >= {(1, 2), (2, 3)}


def test_classes_become_rows_with_a_single_one() -> None:
    assert compute("to_categorical", {"y": np.array([0.0, 2.0])}).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert compute("normalize", {"x": np.array([[3.0, 4.0]])}).tolist() == [[0.6, 0.8]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", [None, 1.0])
@pytest.mark.parametrize("number", [float, int, np.float64, np.int64], ids=lambda kind: kind.__name__)
def test_skipgrams_take_numbers_of_every_kind(number: Any, seed: Any) -> None:
    # Python 3.12 and newer refuse fractions of `random`, whole or not; older ones warn of it.
    pairs = skipgrams([number(word) for word in range(1, 7)], number(10), window_size=number(2), seed=seed)
    assert all(type(word) is int and 0 < word < 10 for couple in pairs["couples"] for word in couple)
    together = {tuple(couple) for couple, label in zip(pairs["couples"], pairs["labels"], strict=True) if label}
    assert together == {(a, b) for a in range(1, 7) for b in range(1, 7) if 0 < abs(a - b) <= 2}
