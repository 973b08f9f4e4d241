"""Data compared with the model, before Keras meets a mismatch inside of a graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.notes import note_warning
from bridge.data.lengths import is_dataset
from bridge.errors import DataError
from bridge.models.inspect import loss_at, symbols
from bridge.models.samples import Samples
from bridge.models.training_data import samples_with
from bridge.upstream import MADE_UP_NAME
from bridge.values.shapes import r_shape


def check_inputs(model: Any, x: Any, argument: str = "x") -> None:
    """Refuses arrays whose shape is not that of the model's inputs; what Keras adjusts (a last axis of size 1) passes.

    Args:
        model: a model; one that does not know its inputs yet takes anything.
        x: prepared data.
        argument: what the user gave it as.

    Raises:
        DataError: names the part, its shape and the one that is needed.
    """
    inputs = symbols(model, "input")
    _check_structure(argument, x, inputs)
    for path, part, wanted in _pairs(argument, x, inputs):
        sizes, needed = tuple(part.shape[1:]), tuple(wanted.shape[1:])
        if _suits(sizes, needed):
            continue
        raise DataError(
            f"`{path}` has the shape {r_shape(part.shape)}, but the model takes {r_shape((None, *needed))}.",
            hints=[] if sizes else ["One sample is a row: `x[1, , drop = FALSE]`."],
        )


def check_batched(model: Any, dataset: Any, argument: str) -> None:
    """Refuses a dataset of single samples, whose shapes are the model's without the axis of the samples; other data pass.

    Raises:
        DataError: says how to make batches.
    """
    if not is_dataset(dataset):
        return
    x, _, _ = keras.utils.unpack_x_y_sample_weight(dataset.element_spec)
    pairs = list(_pairs(argument, x, symbols(model, "input")))
    shapes = [(tuple(part.shape), tuple(wanted.shape[1:])) for _, part, wanted in pairs]
    # Numbers in batches are of the shape that one sample of an input of one number has.
    if shapes and all(_fits(given, needed) and not _suits(given[1:], needed) for given, needed in shapes):
        raise DataError(
            f"`{argument}` is a dataset of single samples, not of batches.",
            hints=[f"`dataset_batch({argument}, 32)` makes batches of 32."],
        )


def _suits(sizes: tuple[Any, ...], needed: tuple[Any, ...]) -> bool:
    """Whether samples of a shape are what an input takes; Keras adds and drops a last axis of size 1."""
    return _fits(sizes, needed) or _fits((*sizes, 1), needed) or (sizes[-1:] == (1,) and _fits(sizes[:-1], needed))


def check_targets(model: Any, y: Any, argument: str = "y") -> None:
    """Refuses targets that the loss cannot be computed from: text, labels in place of scores, labels beyond the classes.

    Where Keras computes something of the latter, they are warned of.

    Raises:
        DataError: says what `y` holds and what the loss of its output needs.
    """
    for i, (path, part, output) in enumerate(_pairs(argument, y, symbols(model, "output"))):
        _check_target(model, path, part, output.shape, _loss_of(model, i, path.rpartition("$")[2]))


def check_samples(model: Any, samples: Samples, *, targets: bool = True) -> None:
    """Holds all parts of the data of a verb against the model.

    Args:
        model: a model.
        samples: its data, which is only read.
        targets: whether the verb computes a loss.

    Raises:
        DataError: shapes that do not match, targets that the loss cannot be computed from, or none where it needs some.
    """
    check_inputs(model, samples.x, samples.paths.get("x", "x"))
    if targets:
        path = samples.paths.get("y", "y")
        _check_outputs(model, path, samples.y)
        check_targets(model, samples.y, path)
        _warn_of_codes(model, path, samples)
        check_given(model, samples)


def _check_outputs(model: Any, name: str, y: Any) -> None:
    """Refuses lists of targets that are not those of the outputs, by their names or their number."""
    outputs = symbols(model, "output")
    if not isinstance(y, (Mapping, list, tuple)) or not outputs or _has_own_step(model):
        return
    if len(outputs) == 1 and MADE_UP_NAME.fullmatch(next(iter(outputs))) and (isinstance(y, Mapping) or len(y) != 1):
        raise DataError(f"`{name}` is a list, but the model has one output: give its targets as they are.")
    if not isinstance(y, Mapping):
        if len(y) != len(outputs):
            raise DataError(f"`{name}` is a list of {len(y)}, but the model has {len(outputs)} outputs.")
        return
    listed = ", ".join(f"`{key}`" for key in outputs)
    unknown = [key for key in y if key not in outputs]
    missing = [key for i, key in enumerate(outputs) if key not in y and loss_at(model, i, key) is not None]
    if unknown:
        raise DataError(
            f"`{name}` has the part `{unknown[0]}`, but the {'outputs are' if len(outputs) > 1 else 'output is'} {listed}.",
            hints=["The names of `y` are those of the model's outputs."],
        )
    if missing:
        raise DataError(f"`{name}` lacks the output `{missing[0]}`: the outputs are {listed}.")


def _warn_of_codes(model: Any, name: str, samples: Samples) -> None:
    """Warns of factors as targets of a loss that takes their codes for amounts."""
    outputs = symbols(model, "output") or {"": None}
    for i, output in enumerate(outputs):
        loss = loss_at(model, i, output)
        told = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
        for path in (name, f"{name}${output}", f"{name}[[{i + 1}]]"):
            if path in samples.factors and _AMOUNTS.get(told, told) in _AMOUNTS.values():
                note_warning(
                    f"`{path}` is a factor, but the loss {told} is for amounts: it takes the levels for 0, 1, 2 and so on.",
                    hints=["`sparse_categorical_crossentropy` and `binary_crossentropy` are for classes."],
                )


_AMOUNTS = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "huber": "huber_loss",
    "logcosh": "log_cosh",
    "cosine": "cosine_similarity",
    "Poisson": "poisson",
}
"""Names of the losses that take numbers for amounts; short ones and what they stand for."""


def _has_own_step(model: Any) -> bool:
    cls = type(model)
    return cls.train_step is not keras.Model.train_step or cls.test_step is not keras.Model.test_step


def check_given(model: Any, samples: Samples) -> None:
    """Refuses data without targets for a model whose loss is computed from them."""
    if samples.y is not None or _has_own_step(model) or getattr(model, "loss", None) is None:
        return
    if isinstance(samples.x, tf.data.Dataset):
        spec = samples.x.element_spec
        if not isinstance(spec, tuple) or len(spec) == 1:
            raise DataError(
                "The data gives `x` only, but the loss is computed from `y` too.",
                hints=["A generator gives `list(x, y)`; `tensor_slices_dataset(list(x, y))` makes a dataset of both."],
            )
        return
    if all(isinstance(part.array, np.ndarray) for part in samples.parts if part.role == "x"):
        raise DataError(f"`{samples.paths.get('y', 'y')}` is missing: the loss is computed from it.")


MISSING = {
    "fit": "training makes weights NaN, and the model useless, even if the loss looks fine",
    "evaluate": "the loss and the metrics mean nothing for them, even if they look fine",
    "predict": "predictions mean nothing for them, even if they look fine",
}
"""What comes of missing values, by verb."""


def warn_of_missing(samples: Samples, verb: str) -> bool:
    """Warns of NA and NaN, which nothing after them shows: many layers make plain numbers of them; says whether it did."""
    found = False
    for _, path, part in samples.parts:
        if tf.is_tensor(part) and hasattr(part, "numpy") and part.dtype.is_floating:
            part = part.numpy()
        if not isinstance(part, np.ndarray) or part.dtype.kind != "f" or part.size == 0 or not np.isnan(part.min()):
            continue
        note_warning(f"`{path}` has missing values in {samples_with(np.isnan(part))}: {MISSING[verb]}.")
        found = True
    return found


def warn_of_unseen(model: Any, samples: Samples, share: float) -> None:
    """Warns of classes that only the samples have which `validation_split` holds out: no training knows them then."""
    name, outputs = samples.paths.get("y", "y"), symbols(model, "output")
    # Models that do not know their outputs yet have one place for targets that are no list.
    pairs = _pairs(name, samples.y, outputs) if outputs else [(name, samples.y, None)]
    for i, (path, part, _) in enumerate(pairs):
        loss = _loss_of(model, i, path.rpartition("$")[2])
        labels = _labels(part.numpy() if hasattr(part, "numpy") else part, loss)
        if labels is None:
            continue
        # As Keras splits.
        start = math.floor(len(labels) * (1.0 - share))
        unseen = sorted(set(labels[start:].tolist()) - set(labels[:start].tolist()))
        if unseen and start:
            levels = samples.levels or ()
            shown = [f"`{levels[code]}`" if code < len(levels) else f"{code}" for code in unseen[:10]]
            note_warning(
                f"`validation_split` holds out the last {len(labels) - start} samples, and only they have the "
                f"{'class' if len(unseen) == 1 else 'classes'} {', '.join(shown)}{', ...' if len(unseen) > 10 else ''} "
                f"of `{path}`.",
                hints=["Shuffle the rows of `x` and `y` first: `i <- sample(nrow(x))`; `x[i, ]`, `y[i]`."],
            )


def _labels(y: Any, loss: str | None) -> Any:
    """The class of each sample, where the targets are classes."""
    if not isinstance(y, np.ndarray) or y.size == 0:
        return None
    if loss == "categorical_crossentropy" and y.ndim == 2 and y.shape[1] > 1:
        return np.argmax(y, axis=1)
    plain = y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1)
    if loss not in ("sparse_categorical_crossentropy", "binary_crossentropy") or not plain or np.any(y != np.floor(y)):
        return None
    return y.reshape(-1).astype(np.int64)


def _check_structure(name: str, x: Any, inputs: Mapping[str, Any]) -> None:
    listed = ", ".join(f"`{key}`" for key in inputs)
    if isinstance(x, Mapping) and inputs and not inputs.keys() <= x.keys():
        parts = ", ".join(f"`{key}`" for key in list(x)[:6])
        raise DataError(
            f"`{name}` has the parts {parts}, but the inputs of the model are {listed}.",
            hints=["`model.matrix()` makes one array of a data frame whose columns are not all numbers."],
        )
    if isinstance(x, (list, tuple)) and inputs and len(x) != len(inputs):
        raise DataError(f"`{name}` is a list of {len(x)}, but the model has {len(inputs)} inputs: {listed}.")


def _check_target(model: Any, path: str, y: Any, output: Sequence[int | None], loss: str | None) -> None:
    if loss is None:
        return
    if getattr(getattr(y, "dtype", None), "name", "") == "string":
        raise DataError(f"`{path}` is text, which no loss is computed from.", hints=["`factor()` makes classes of it."])
    if not isinstance(y, np.ndarray) or y.size == 0:
        return
    size = output[-1]
    one_of = len(output) == 2 and (size or 0) > 1
    columns = y.shape[1] if y.ndim == 2 else 1
    if loss == "categorical_crossentropy" and one_of and columns == 1:
        raise DataError(
            f"`{path}` holds labels, but the loss {loss} needs a column for each of the {size} classes.",
            hints=["`sparse_categorical_crossentropy` takes labels.", "`to_categorical()` makes columns of them."],
        )
    if loss == "sparse_categorical_crossentropy" and one_of and columns == size:
        raise DataError(
            f"`{path}` has a column for each class, but the loss {loss} needs labels.",
            hints=["`categorical_crossentropy` takes columns."],
        )
    limit = size if loss == "sparse_categorical_crossentropy" else 2 if loss == "binary_crossentropy" else None
    if limit is None:
        return
    low, high = y.min(), y.max()
    if low >= 0 and high <= limit - 1:
        return
    message = (
        f"`{path}` has {'the label' if low >= 0 else 'labels down to'} {(high if low >= 0 else low):g}, "
        f"but the labels of {limit} classes are 0 to {limit - 1}"
    )
    hints = ["Labels count from 0: take 1 away, or give a factor."] if low == 1 and high == limit else []
    if loss == "binary_crossentropy":
        note_warning(f"{message}: the loss has no meaning for others.", hints=hints)
    elif _computes_any_label(model):
        note_warning(f"{message}: the loss is NaN for others.", hints=hints)
    else:
        raise DataError(f"{message}.", hints=hints)


def _computes_any_label(model: Any) -> bool:
    """Whether TensorFlow gives NaN for labels beyond the classes: compiled by XLA and on GPUs; elsewhere it fails."""
    return bool(getattr(model, "jit_compile", False)) or bool(tf.config.list_logical_devices("GPU"))


def _loss_of(model: Any, position: int, name: str) -> str | None:
    """The name of the loss of an output, where it is one of those that are checked, and takes labels as they are."""
    loss = loss_at(model, position, name)
    if isinstance(loss, str):
        return loss
    checked = {
        "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
        "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
        "binary_crossentropy": keras.losses.BinaryCrossentropy,
    }
    for found, cls in checked.items():
        if type(loss) is cls and getattr(loss, "ignore_class", None) is None:
            return found
        if loss is getattr(keras.losses, found):
            return found
    return None


def _fits(sizes: tuple[Any, ...], needed: tuple[Any, ...]) -> bool:
    return len(sizes) == len(needed) and all(a is None or b is None or a == b for a, b in zip(sizes, needed, strict=True))


def _pairs(name: str, value: Any, symbols: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Arrays with the symbolic tensors that they are for: path, array, tensor. Where it is not plain, none."""
    if isinstance(value, Mapping):
        parts = [(f"{name}${key}", item, symbols[key]) for key, item in value.items() if key in symbols]
    elif isinstance(value, (list, tuple)):
        fits = len(value) == len(symbols)
        parts = [
            (f"{name}[[{i}]]", item, symbol)
            for i, (item, symbol) in enumerate(zip(value, symbols.values() if fits else (), strict=False), start=1)
        ]
    else:
        parts = [(name, value, symbol) for symbol in symbols.values() if len(symbols) == 1]
    for path, part, symbol in parts:
        shape = getattr(part, "shape", None)
        rank = getattr(shape, "rank", None) if hasattr(shape, "rank") else len(shape or ())
        if rank and not hasattr(part, "nested_row_splits"):
            yield path, part, symbol
