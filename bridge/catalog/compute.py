"""Functions of the Keras surface that compute: from R's values to tensors, and from positions back to R's counting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.crossing import known_cause
from bridge.barrier.functions import RFunction
from bridge.barrier.notes import note_once
from bridge.catalog.construct import keras_arguments, too_many
from bridge.catalog.data_roles import DATA_ROLES
from bridge.catalog.distributions import refuse_distribution
from bridge.catalog.refusals import refuse
from bridge.catalog.roles import FROM_ZERO
from bridge.catalog.rows import Row, row
from bridge.data.bundled import load_bundled
from bridge.data.folders import remember
from bridge.errors import ArgumentError, expected
from bridge.tensors.overflow import exact_call
from bridge.tensors.promotion import cast, common, dtype_name, dtype_with
from bridge.values.arrays import as_array, as_tensor, is_tensor
from bridge.values.dtypes import checked_cast, dtype_of, has_nan, missing_at, na_dtype, refuse_missing
from bridge.values.shapes import shape
from bridge.values.structures import flat, map_leaves


def compute(r_name: str, arguments: Mapping[str, Any] | None = None, operands: Sequence[Any] = ()) -> Any:
    """What a Keras function gives for R's values.

    R values that stand where a tensor is meant become tensors: beside a tensor they take the dtype in which operators too
    let them meet, alone that of their R type. What R has as a vector of length 1 is a scalar, and a vector where Keras
    takes no scalar.

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
    if found.family == "distribution":
        refuse_distribution(r_name, given)
    if found.family == "k":
        note_once(
            "The `k_*` functions are those of the former Keras backend; they stay for old scripts.",
            hints=["`op_*` functions have all of Keras."],
        )
    from_zero = bool(given.pop("zero_indexed", False)) if found.counts_positions else False
    data = [value for name, value in given.items() if found.arguments.get(name) not in ("axis", "nan_omitted")]
    _refuse_na([*data, *operands], given.get("dtype"))
    converted = _converted(found, given, operands, from_zero)
    try:
        result = _call(found, *converted)
    except Exception as error:
        if known_cause(error) is None and _scalars([*(given[name] for name in _data(found) if name in given), *operands]):
            for names in (_data(found), _data(found, "index")):
                vectors = {name: _vectors(value) if name in names else value for name, value in given.items()}
                with suppress(Exception):
                    converted = _converted(found, vectors, _vectors(list(operands)), from_zero)
                    return _told(found, _call(found, *converted), from_zero, converted[0])
        refuse(found, {**(arguments or {}), **({"...": list(operands)} if operands else {})}, error)
    return _told(found, result, from_zero, converted[0])


def _told(found: Row, result: Any, from_zero: bool, arguments: Mapping[str, Any]) -> Any:
    # Several results are a list: a named tuple would stay a Python object in R, and count from 0.
    return map_leaves(lambda part: part, RESULTS[found.result](result, from_zero, arguments))


def _converted(
    found: Row, given: Mapping[str, Any], operands: Sequence[Any], from_zero: bool
) -> tuple[dict[str, Any], list[Any]]:
    """The arguments and operands as Keras takes them."""
    reference = _reference([*given.values(), *operands])
    given, like = dict(given), None
    for name, role in found.arguments.items():
        if name in given and role in DATA_ROLES:
            if isinstance(given[name], RFunction):
                raise expected(name, "a tensor or R values", given[name])
            value = DATA_ROLES[role](given[name], name)
            value = _made(value, given.get("dtype", like)) if role == "made" or _has_na(value) else value
            given[name] = _state(value, reference) if role == "state" else _beside(value, reference)
            like = dtype_name(given[name]) if is_tensor(given[name]) else like
    given |= _alike({name: given[name] for name, role in found.arguments.items() if role == "alike" and name in given})
    roles = {name: FROM_ZERO[role] for name, role in found.arguments.items() if from_zero and role in FROM_ZERO}
    converted = keras_arguments(found, given, roles=roles)
    for name, role in found.arguments.items():
        if role == "sequences" and name in converted:
            default = found.parameters["dtype"].default if "dtype" in found.parameters else "int32"
            padding = [] if converted.get("value") is None else [converted["value"]]
            _refuse_lossy([*converted[name], *padding], converted.get("dtype", default))
        if role in ("array", "start", "floats") and name in converted and converted.get("dtype") is not None:
            converted[name] = _lossless(converted[name], converted["dtype"])
        if role == "class_index" and name in converted:
            _refuse_beyond(converted[name], converted["num_classes"], name, from_zero)
    return converted, [_beside(item, reference) for item in operands]


def _data(found: Row, *others: str) -> list[str]:
    return [name for name, role in found.arguments.items() if role in (*DATA_ROLES, *others)]


_R_SCALARS = {bool: "bool", int: "int32", float: "float64", str: "str"}


def _scalars(value: Any) -> bool:
    """Whether there is a value of length 1 that R would have as a vector."""
    return any(type(leaf) in _R_SCALARS for leaf in flat(value))


def _vectors(value: Any) -> Any:
    return map_leaves(lambda leaf: np.array([leaf], _R_SCALARS[type(leaf)]) if type(leaf) in _R_SCALARS else leaf, value)


def _call(found: Row, arguments: dict[str, Any], operands: list[Any]) -> Any:
    if found.family == "dataset":
        return load_bundled(found.target, arguments)
    positional = list(operands)
    if operands:
        names = [keras_name for keras_name in map(found.keras_name, found.parameters) if keras_name in arguments]
        ahead = [arguments.pop(name) for name in names]
        if found.kind == "operands" and found.parameters and len(ahead) < len(found.required):
            ahead = []
        positional = [*ahead, *operands]
    # R's NA is a NaN of a kind that NumPy finds odd.
    with np.errstate(invalid="ignore"):
        result = found.target(*positional, **arguments)
    if found.exact and arguments.get("dtype") is None:
        return exact_call(f"`{found.r_name}()`", found.target, arguments, positional, result)
    return result


def _refuse_na(values: Sequence[Any], dtype: Any) -> None:
    """Raises the error for NA alone beside tensors, or any NA of R's in a dtype, that have no NaN for it."""
    dtypes = [dtype_of(dtype)] if dtype is not None else [dtype_of(dtype_name(tensor)) for tensor in _tensors(values)]
    if not dtypes or any(has_nan(one) for one in dtypes):
        return
    if any(na_dtype(value) is not None for value in values):
        raise refuse_missing(1, [1], dtypes[-1].name)
    for value in values if dtype is not None else ():
        if isinstance(value, (float, np.ndarray)) and np.asarray(value).dtype.kind == "f":
            positions = np.flatnonzero(np.isnan(np.ravel(value, order="F"))) + 1
            if len(positions):
                raise refuse_missing(len(positions), positions, dtypes[-1].name)


def _lossless(value: Any, dtype: Any) -> Any:
    """R's numbers in a dtype that is asked for, where Keras takes arrays and would wrap what does not fit."""
    numbers = isinstance(value, (bool, int, float)) or (isinstance(value, np.ndarray) and value.dtype.kind in "biuf")
    return checked_cast(np.asarray(value), dtype_of(dtype)) if numbers else value


def _refuse_beyond(offsets: Any, count: Any, argument: str, from_zero: bool) -> None:
    """The error for classes that there are not, which Keras makes rows of zeros of; counted from 0, -1 says that for it."""
    known = offsets.numpy() if hasattr(offsets, "numpy") else None if is_tensor(offsets) else np.asarray(offsets)
    if known is None or known.dtype.kind not in "iu" or not isinstance(count, int):
        return
    wrong = known[(known >= count) | ((known < 0) & (not from_zero))]
    if wrong.size:
        first = 0 if from_zero else 1
        raise ArgumentError(
            f"`{argument}` has the class {wrong[0] + (first if wrong[0] >= 0 else 0)}, "
            f"but the classes are {first} to {count - 1 + first}."
        )


def _refuse_lossy(sequences: Sequence[Any], dtype: Any) -> None:
    """The error for numbers that Keras would make those of another dtype without a look."""
    target = dtype_of(dtype)
    for numbers in map(np.ravel, sequences):
        if numbers.dtype.kind not in "iuf" or not numbers.size or not (target.is_integer or target.is_floating):
            continue
        positions = np.flatnonzero(np.isnan(numbers)) + 1
        if len(positions) and not has_nan(target):
            raise refuse_missing(len(positions), positions, target.name)
        checked_cast(numbers, target)


def _reference(values: Sequence[Any]) -> Any:
    """What R values take the dtype of: the first array of floats as a tensor, else the first tensor, masks last."""
    arrays = [value for value in values if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim]
    tensors = [*_tensors(values), *(as_tensor(array[:0]) for array in arrays[:1])]
    return next((tensor for tensor in tensors if dtype_name(tensor) != "bool"), next(iter(tensors), None))


def _tensors(values: Sequence[Any]) -> Iterator[Any]:
    return filter(is_tensor, flat(values))


def _beside(value: Any, reference: Any) -> Any:
    """R data as a tensor that goes with `reference`; a single number stays one where Keras then keeps the tensor's dtype."""
    if value is None or is_tensor(value) or callable(value):
        return value
    if isinstance(value, (list, tuple, dict)):
        return map_leaves(lambda leaf: _beside(leaf, reference), value)
    if reference is None:
        return as_tensor(value)
    dtype = dtype_name(reference)
    if isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind in "biOU"):
        return as_tensor(value, dtype if _has_na(value) else None)
    if isinstance(value, bool):
        return value
    if na_dtype(value) is not None or dtype in ("bool", "string"):
        return value if isinstance(value, int) else as_tensor(value, dtype if has_nan(dtype_of(dtype)) else "float32")
    wanted = dtype_with(dtype, value)
    if np.ndim(value) or wanted != dtype:
        return as_tensor(value, wanted)
    return int(value) if "int" in dtype else value


def _has_na(value: Any) -> bool:
    """Whether NA stands in a vector of R's integers."""
    return isinstance(value, np.ndarray) and value.dtype == np.int32 and len(missing_at(value)) > 0


def _alike(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Tensors that Keras takes of one dtype only, in that in which they meet."""
    found = {name: value for name, value in tensors.items() if is_tensor(value)}
    dtypes = {dtype_name(tensor) for tensor in found.values()}
    if len(dtypes) < 2:
        return {}
    dtype = reduce(common, sorted(dtypes))
    return {name: cast(tensor, dtype) for name, tensor in found.items()}


def _made(value: Any, dtype: Any) -> Any:
    """What a tensor is made of: R's values in the dtype that is asked for, nothing lost; tensors are Keras' to cast."""
    if dtype is None or value is None or callable(value) or next(_tensors([value]), None) is not None:
        return value
    return as_tensor(value, dtype)


def _state(value: Any, reference: Any) -> Any:
    """What goes from step to step of a loop: single numbers too have a dtype that the steps must keep."""

    def state(leaf: Any) -> Any:
        leaf = _beside(leaf, reference)
        return as_tensor(leaf, dtype_name(reference)) if isinstance(leaf, float) else leaf

    return map_leaves(state, value)


def _from_one(result: Any, from_zero: bool, *_: Any) -> Any:
    return result if from_zero else map_leaves(lambda positions: positions + 1, result)


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
    def array(part: Any) -> Any:
        return as_array(part) if is_tensor(part) or isinstance(part, (np.ndarray, keras.Variable)) else part

    return map_leaves(array, result)


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
    "pictures": lambda result, *_: remember(result),
    "invisible": lambda result, *_: result,
}
"""What becomes of the result, given whether positions count from 0 and the arguments: the `result=` of a row."""
