"""R objects held by rpy2, as tensors, and tensors as R objects.

    >>> import rpy2.robjects as ro
    >>> from bridge.interop import from_r, to_r
    >>> from_r(ro.r("matrix(1:4, 2)"))      # int32, shape (2, 2), elements in place
    >>> to_r(tensor)                        # an R array with the tensor's dim

rpy2 is not needed for anything else, and not imported before one of these functions is called with its objects.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.errors import ConversionError
from bridge.values.arrays import as_array, as_tensor
from bridge.values.dtypes import NA_INTEGER

_REFUSED = {"Date": "date", "POSIXct": "time", "POSIXlt": "time", "difftime": "time difference"}


def from_r(value: Any, dtype: Any = None) -> Any:
    """The tensor for an R object; lists, and data frames that are not all numbers, become dicts or lists of tensors.

    Args:
        value: an rpy2 vector, array, factor, data frame or list.
        dtype: as for `bridge.as_tensor`.

    Raises:
        ConversionError: NA without a float dtype, dates and times, things that hold no data.
    """
    classes = list(value.rclass) if hasattr(value, "rclass") else []
    for name in classes:
        if name in _REFUSED:
            raise ConversionError(
                f"A {_REFUSED[name]} has no unit that a tensor could keep.", hints=["`as.numeric()` makes it a number."]
            )
    if value.typeof == _types().VECSXP:
        return _from_list(value, dtype, is_frame="data.frame" in classes)
    if "factor" in classes:
        codes = np.array(value, dtype=np.int32)
        return as_tensor(np.where(codes == NA_INTEGER, NA_INTEGER, codes - 1).astype(np.int32), dtype)
    data, kind = _vector(value)
    dims = value.do_slot("dim") if "dim" in value.list_attrs() else None
    if dims is not None:
        return as_tensor(data.reshape([int(size) for size in dims], order="F"), dtype, kind=kind)
    if data.size == 1 and kind is None:
        return as_tensor(data[0].item() if isinstance(data[0], np.generic) else data[0], dtype)
    return as_tensor(data if data.size != 1 else data.reshape(()), dtype, kind=kind)


def to_r(value: Any) -> Any:
    """The R object for a tensor, or for a list or dict of them: base types, column-major, with dim."""
    interface = importlib.import_module("rpy2.rinterface")
    if isinstance(value, Mapping):
        made = interface.ListSexpVector([to_r(item) for item in value.values()])
        made.do_slot_assign("names", interface.StrSexpVector(list(value)))
        return made
    if isinstance(value, (list, tuple)):
        return interface.ListSexpVector([to_r(item) for item in value])
    array = np.asarray(as_array(value))
    vectors = {
        "b": interface.BoolSexpVector,
        "i": interface.IntSexpVector,
        "f": interface.FloatSexpVector,
        "c": interface.ComplexSexpVector,
    }
    made = vectors.get(array.dtype.kind, interface.StrSexpVector)(array.ravel(order="F").tolist())
    if array.ndim:
        made.do_slot_assign("dim", interface.IntSexpVector(list(array.shape)))
    return made


def _from_list(value: Any, dtype: Any, *, is_frame: bool) -> Any:
    names = [str(name) for name in value.names] if "names" in value.list_attrs() else None
    items = [from_r(item, dtype) for item in value]
    if is_frame and items and all(set(column.rclass) & {"numeric", "integer"} for column in value):
        wanted = dtype or ("float64" if any(item.dtype.is_floating for item in items) else "int32")
        return tf.stack([tf.cast(tf.reshape(item, (-1,)), wanted) for item in items], axis=1)
    return dict(zip(names, items, strict=True)) if names else items


def _vector(value: Any) -> tuple[Any, str | None]:
    types = _types()
    if value.typeof == types.LGLSXP:
        return np.array([NA_INTEGER if _is_na(item) else int(item) for item in value], dtype=np.int32), "logical"
    if value.typeof == types.INTSXP:
        return np.array(value.memoryview(), dtype=np.int32), None
    if value.typeof == types.REALSXP:
        return np.array(value.memoryview(), dtype=np.float64), None
    if value.typeof == types.STRSXP:
        if any(_is_na(item) for item in value):
            raise ConversionError("Some strings are NA, and dtype string has no NA.", hints=['Replace them, e.g. by `""`.'])
        return np.array([str(item) for item in value], dtype=object), None
    if value.typeof == types.CPLXSXP:
        return np.array(list(value), dtype=np.complex128), None
    if value.typeof == types.RAWSXP:
        return np.frombuffer(bytes(value), dtype=np.uint8), None
    raise ConversionError(f"An R object of class {', '.join(value.rclass)} holds no data for a tensor.")


def _is_na(item: Any) -> bool:
    return type(item).__name__ in ("NALogicalType", "NACharacterType")


def _types() -> Any:
    return importlib.import_module("rpy2.rinterface_lib.sexp").RTYPES
