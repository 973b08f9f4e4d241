"""Functions of the Keras surface that compute: from R's values to tensors, and from positions back to R's counting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.crossing import known_cause
from bridge.barrier.functions import RFunction
from bridge.barrier.notes import note_once
from bridge.catalog.construct import keras_arguments, too_many
from bridge.catalog.refusals import refuse
from bridge.catalog.roles import DATA_ROLES, FROM_ZERO
from bridge.catalog.rows import Row, row
from bridge.data.bundled import load_bundled
from bridge.errors import expected
from bridge.tensors.promotion import dtype_name
from bridge.values.arrays import as_array, as_tensor, is_tensor
from bridge.values.dtypes import dtype_of, has_nan, missing_at, na_dtype, refuse_missing
from bridge.values.shapes import shape


def compute(r_name: str, arguments: Mapping[str, Any] | None = None, operands: Sequence[Any] = ()) -> Any:
    """What a Keras function gives for R's values.

    R values that stand where a tensor is meant become tensors: beside a tensor they take its dtype when it holds them
    exactly (float32 when they have fractions and it is an integer one), alone that of their R type. What R has as a vector
    of length 1 is a scalar, and a vector where Keras takes no scalar.

    Args:
        r_name: such as "op_argmax".
        arguments: only those that the user supplied, under their R names; `zero_indexed` lets positions count from 0.
        operands: data given without a name.

    Raises:
        ArgumentError: an argument that does not exist, is missing, or has the wrong kind of value.
    """
    found = row(r_name)
    given = dict(arguments or {})
    if operands and found.kind != "operands":
        raise too_many(found)
    if found.family == "k":
        note_once(
            "The `k_*` functions are those of the former Keras backend; they stay for old scripts.",
            hints=["`op_*` functions have all of Keras."],
        )
    from_zero = bool(given.pop("zero_indexed", False)) if found.counts_positions else False
    data = [value for name, value in given.items() if found.arguments.get(name) != "axis"]
    _refuse_na([*data, *operands], given.get("dtype"))
    converted = _converted(found, given, operands, from_zero)
    try:
        result = _call(found, *converted)
    except Exception as error:
        vectors = {name: _vectors(value) if name in _data(found) else value for name, value in given.items()}
        if known_cause(error) is None and _scalars([*(given[name] for name in _data(found) if name in given), *operands]):
            converted = _converted(found, vectors, _vectors(list(operands)), from_zero)
            with suppress(Exception):
                return _told(found, _call(found, *converted), from_zero, converted[0])
        refuse(found, {**(arguments or {}), **({"...": list(operands)} if operands else {})}, error)
    return _told(found, result, from_zero, converted[0])


def _told(found: Row, result: Any, from_zero: bool, arguments: Mapping[str, Any]) -> Any:
    return _listed(RESULTS[found.result](result, from_zero, arguments))


def _converted(
    found: Row, given: Mapping[str, Any], operands: Sequence[Any], from_zero: bool
) -> tuple[dict[str, Any], list[Any]]:
    """The arguments and operands as Keras takes them."""
    reference = _reference([*given.values(), *operands])
    given = dict(given)
    for name, role in found.arguments.items():
        if name in given and role in DATA_ROLES:
            if isinstance(given[name], RFunction):
                raise expected(name, "a tensor or R values", given[name])
            value = DATA_ROLES[role](given[name], name)
            given[name] = _state(value, reference) if role == "state" else _beside(value, reference)
    roles = {name: FROM_ZERO[role] for name, role in found.arguments.items() if from_zero and role in FROM_ZERO}
    converted = keras_arguments(found, given, roles=roles)
    for name, role in found.arguments.items():
        if role == "sequences" and name in converted:
            default = found.parameters["dtype"].default if "dtype" in found.parameters else "int32"
            _refuse_nan(converted[name], converted.get("dtype", default))
    return converted, [_beside(item, reference) for item in operands]


def _data(found: Row) -> list[str]:
    return [name for name, role in found.arguments.items() if role in DATA_ROLES]


_R_SCALARS = {bool: "bool", int: "int32", float: "float64", str: "str"}


def _scalars(value: Any) -> bool:
    """Whether there is a value of length 1 that R would have as a vector."""
    return any(map(_scalars, value)) if isinstance(value, (list, tuple)) else type(value) in _R_SCALARS


def _vectors(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_vectors(item) for item in value]
    return np.array([value], _R_SCALARS[type(value)]) if type(value) in _R_SCALARS else value


def _call(found: Row, arguments: dict[str, Any], operands: list[Any]) -> Any:
    if found.family == "dataset":
        return load_bundled(found.target, arguments)
    if not operands:
        return found.target(**arguments)
    ahead = [arguments.pop(found.keras_name(name)) for name in found.parameters if found.keras_name(name) in arguments]
    if found.kind == "operands" and found.parameters and len(ahead) < len(found.required):
        return found.target(*operands, **arguments)
    return found.target(*ahead, *operands, **arguments)


def _refuse_na(values: Sequence[Any], dtype: Any) -> None:
    """Raises the error for NA alone beside tensors, or in a dtype, that have no NaN for it."""
    if all(na_dtype(value) is None for value in values):
        return
    dtypes = [dtype_of(dtype)] if dtype is not None else [dtype_of(dtype_name(tensor)) for tensor in _tensors(values)]
    if dtypes and not any(has_nan(one) for one in dtypes):
        raise refuse_missing(1, [1], dtypes[-1].name)


def _refuse_nan(sequences: Sequence[Sequence[Any]], dtype: Any) -> None:
    """The same for vectors that Keras makes integers of without a look."""
    flat = np.concatenate([np.ravel(sequence) for sequence in sequences]) if sequences else np.zeros(0)
    if flat.dtype.kind == "f" and not has_nan(dtype_of(dtype)):
        positions = np.flatnonzero(np.isnan(flat)) + 1
        if len(positions):
            raise refuse_missing(len(positions), positions, str(dtype))


def _reference(values: Sequence[Any]) -> Any:
    """The first tensor, else the first array of floats as one: what stands beside it takes its dtype."""
    arrays = [value for value in values if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim]
    return next(_tensors(values), None) if not arrays else next(_tensors([*values, as_tensor(arrays[0][:0])]))


def _tensors(values: Sequence[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _tensors(value)
        elif is_tensor(value):
            yield value


def _beside(value: Any, reference: Any) -> Any:
    """R data as a tensor that goes with `reference`; a single number stays one where Keras then keeps the tensor's dtype."""
    if value is None or is_tensor(value) or callable(value):
        return value
    if isinstance(value, (list, tuple)):
        return [_beside(item, reference) for item in value]
    if isinstance(value, Mapping):
        return {key: _beside(item, reference) for key, item in value.items()}
    if reference is None:
        return as_tensor(value)
    dtype = dtype_name(reference)
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind in "biOU"):
        has_na = isinstance(value, np.ndarray) and value.dtype == np.int32 and len(missing_at(value)) > 0
        return as_tensor(value, dtype if has_na else None)
    if "int" in dtype and np.all(np.asarray(value) == np.floor(np.asarray(value))):
        return int(value) if np.ndim(value) == 0 else as_tensor(value, dtype)
    if "float" in dtype or "complex" in dtype:
        return value if np.ndim(value) == 0 else as_tensor(value, dtype)
    return as_tensor(value, "float32")


def _state(value: Any, reference: Any) -> Any:
    """What goes from step to step of a loop: single numbers too have a dtype that the steps must keep."""
    if isinstance(value, (list, tuple)):
        return [_state(item, reference) for item in value]
    if isinstance(value, Mapping):
        return {key: _state(item, reference) for key, item in value.items()}
    value = _beside(value, reference)
    return as_tensor(value, dtype_name(reference)) if isinstance(value, float) else value


def _listed(result: Any) -> Any:
    """Several results as a list: a named tuple would stay a Python object in R, and count from 0."""
    if isinstance(result, (list, tuple)):
        return [_listed(part) for part in result]
    return result


def _from_one(result: Any, from_zero: bool, *_: Any) -> Any:
    if from_zero:
        return result
    if isinstance(result, (list, tuple)):
        return [_from_one(part, from_zero) for part in result]
    return result + 1


def _second(result: Any, from_zero: bool, *_: Any) -> Any:
    first, positions = result
    return [first, _from_one(positions, from_zero)]


def _unique(result: Any, from_zero: bool, arguments: Mapping[str, Any]) -> Any:
    """The values, and what was asked for beside them; counts are no positions."""
    if not isinstance(result, (list, tuple)):
        return result
    counts = [result[-1]] if arguments.get("return_counts") else []
    positions = result[1 : len(result) - len(counts)]
    return [result[0], *_from_one(positions, from_zero), *counts]


def _positions(result: Any, from_zero: bool, *_: Any) -> Any:
    """`where()` gives positions only when there is nothing to choose from."""
    return _from_one(result, from_zero) if isinstance(result, (list, tuple)) else result


def _best(result: Any, from_zero: bool, *_: Any) -> Any:
    values, positions = result
    return {"values": values, "indices": _from_one(positions, from_zero)}


def _arrays(result: Any, *_: Any) -> Any:
    if isinstance(result, (list, tuple)):
        return [_arrays(part) for part in result]
    if isinstance(result, Mapping):
        return {key: _arrays(part) for key, part in result.items()}
    return as_array(result) if is_tensor(result) or isinstance(result, (np.ndarray, keras.Variable)) else result


def _train_test(result: Any, *_: Any) -> Any:
    parts = [{name: _rows(values) for name, values in zip("xy", part, strict=True)} for part in result]
    return dict(zip(("train", "test"), parts, strict=True))


def _rows(values: Any) -> Any:
    """An array; sequences of different lengths as a list of them."""
    return [list(item) for item in values] if values.dtype == object else as_array(values)


def _shape(result: Any, *_: Any) -> Any:
    return shape(*result) if all(size is None or isinstance(size, int) for size in result) else tf.stack(result)


RESULTS: dict[str, Callable[..., Any]] = {
    "": lambda result, *_: result,
    "index": _from_one,
    "positions": _positions,
    "any,index": _best,
    "second_index": _second,
    "unique_index": _unique,
    "array": _arrays,
    "list": lambda result, *_: list(result),
    "shape": _shape,
    "train_test": _train_test,
    "invisible": lambda result, *_: result,
}
"""What becomes of the result, given whether positions count from 0 and the arguments: the `result=` of a row."""
