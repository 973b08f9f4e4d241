"""What went wrong while elements were computed, in R's terms."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from bridge.backend import tf
from bridge.barrier.crossing import known_cause, own_words
from bridge.data.folders import damaged_file
from bridge.data.lengths import count, is_dataset
from bridge.errors import DataError, FileError
from bridge.upstream import KERAS_RAN_OUT

_NOISE = re.compile(
    r"Error in user-defined function passed to \S+ transformation with iterator: [\w:\[\]]+?: |"
    r"\{\{function_node [^}]*\}\} ?|\s*\[Op:\w+\]( name:.*)?|\s*\[\[\{\{node [^\]]*\]\]|^\w+: (?=\S)"
)
"""What TensorFlow adds for those who read graphs."""

_FIELD = re.compile(r"Field (\d+)")
_SHAPES = re.compile(r"Cannot (?:batch|add) tensor")


def told(error: Any, element: str = "An element of the dataset") -> Exception:
    """The error to raise for one of TensorFlow's while a dataset is walked through; R's own errors are their own.

    Args:
        error: what TensorFlow raised.
        element: which element it was.
    """
    known = known_cause(error)
    if isinstance(known, Exception):
        return known
    text = _NOISE.sub("", own_words(error)).strip()
    if "image" in text.lower() and (path := damaged_file()) is not None:
        return FileError(f"The file {path} is damaged, or no image.", details=[text])
    # TensorFlow counts columns from 0.
    text = _FIELD.sub(lambda found: f"Column {int(found[1]) + 1}", text)
    hints = ["`dataset_padded_batch()` pads what it puts into a batch to one shape."] if _SHAPES.search(text) else []
    return DataError(f"{element} could not be computed.", details=[text], hints=hints)


@contextmanager
def drawing(data: Any, steps: Any = None) -> Iterator[None]:
    """While it lasts, errors of TensorFlow that come from drawing elements are raised in R's terms.

    Args:
        data: what is drawn from. Of a dataset whose length is not known, Keras would warn that it ended; it was to.
        steps: how many batches are asked for; None for all that there are.
    """
    ends = steps is None and is_dataset(data) and math.isnan(count(data))
    try:
        with warnings.catch_warnings() if ends else nullcontext():
            if ends:
                warnings.filterwarnings("ignore", message=KERAS_RAN_OUT)
            yield
    except tf.errors.OpError as error:
        if "IteratorGetNext" not in str(error) or known_cause(error) is not None:
            raise
        raise told(error) from error
