"""Texts as the former Keras prepared them: its tokenizer and its pairs of words."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bridge import files
from bridge.backend import tf
from bridge.errors import FileError
from bridge.values.numbers import whole_number


def fit_tokenizer(object: Any, x: Any) -> Any:
    """Lets a tokenizer count the words of texts; returns the tokenizer.

    TF: tf.keras.preprocessing.text.Tokenizer.fit_on_texts.
    """
    object.fit_on_texts([str(text) for text in np.ravel(np.asarray(x, dtype="O"))])
    return object


def texts_to_sequences(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """The word numbers of each text."""
    sequences: list[list[int]] = tokenizer.texts_to_sequences(texts)
    return sequences


def texts_to_matrix(tokenizer: Any, texts: Sequence[str], mode: str = "binary") -> Any:
    """One row a text, one column a word number."""
    return tokenizer.texts_to_matrix(texts, mode=mode)


def sequences_to_matrix(tokenizer: Any, sequences: Any, mode: str = "binary") -> Any:
    """One row a sequence of word numbers, one column a word number."""
    return tokenizer.sequences_to_matrix([[int(word) for word in sequence] for sequence in sequences], mode=mode)


def save_tokenizer(object: Any, filename: str) -> str:
    """Writes a tokenizer as JSON, whole or not at all; returns the path."""
    text = object.to_json()
    return files.write_file(files.free(filename), lambda partial: Path(partial).write_text(text, encoding="utf-8"))


def load_tokenizer(filename: str) -> Any:
    """The tokenizer that `save_tokenizer()` wrote.

    Raises:
        FileError: there is no such file, or it holds no tokenizer.
    """
    path = files.existing(filename)
    try:
        text = Path(path).read_text(encoding="utf-8")
        json.loads(text)
        return tf.keras.preprocessing.text.tokenizer_from_json(text)
    except (OSError, ValueError, KeyError):
        raise FileError(f"The file {path} is damaged, or holds no tokenizer.") from None


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> dict[str, Any]:
    """Pairs of word numbers and whether they stand together.

    TF: tf.keras.preprocessing.sequence.skipgrams.
    """
    couples, labels = tf.keras.preprocessing.sequence.skipgrams(
        [int(word) for word in sequence],
        whole_number(vocabulary_size, "vocabulary_size"),
        window_size=whole_number(window_size, "window_size"),
        negative_samples=negative_samples,
        shuffle=shuffle,
        categorical=categorical,
        sampling_table=sampling_table,
        # Without one Keras draws it up to a fraction, which Python 3.12 and newer refuse.
        seed=random.randrange(10**7) if seed is None else whole_number(seed, "seed"),  # noqa: S311
    )
    return {"couples": couples, "labels": labels}
