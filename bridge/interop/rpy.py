"""R objects held by rpy2, as tensors, and tensors as R objects.

    >>> import rpy2.robjects as ro
    >>> from bridge.interop import from_r, to_r
    >>> from_r(ro.r("matrix(1:4, 2)"))      # int32, shape (2, 2), elements in place
    >>> to_r(tensor)                        # an R array with the tensor's dim

What an R value becomes is decided in bridge.values; here R objects only take the form in which reticulate would bring them.
rpy2 is not needed for anything else, and not imported before one of these functions is called with its objects.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bridge.errors import ConversionError
from bridge.values.arrays import as_array, as_tensor
from bridge.values.dtypes import NA_INTEGER, na_alone
from bridge.values.r_classes import TIMES, refuse_text, refuse_time
from bridge.values.sparse import sparse_tensor


def from_r(value: Any, dtype: Any = None) -> Any:
    """The tensor for an R object; lists, and data frames that are not all numbers, become dicts or lists of tensors.

    Args:
        value: an rpy2 vector, array, factor, data frame, list, or matrix of the package Matrix.
        dtype: as for `bridge.as_tensor`.

    Raises:
        ConversionError: NA without a float dtype, dates and times, things that hold no data.
    """
    if value.typeof == _types().S4SXP:
        return _matrix(value, dtype)
    kind = "integer64" if "integer64" in value.rclass else _KINDS.get(value.typeof.name)
    return as_tensor(_crossed(value), dtype, kind=kind)


def to_r(value: Any) -> Any:
    """The R object for a tensor, or for a list or dict of them: of base types and with dim, sparse ones of Matrix."""
    interface = importlib.import_module("rpy2.rinterface")
    if isinstance(value, Mapping):
        made = interface.ListSexpVector([to_r(item) for item in value.values()])
        made.do_slot_assign("names", interface.StrSexpVector(list(value)))
        return made
    if isinstance(value, (list, tuple)):
        return interface.ListSexpVector([to_r(item) for item in value])
    return _held(as_array(value), interface)


def _held(held: Any, interface: Any) -> Any:
    """The R object for what `as_array()` makes of a tensor."""
    if isinstance(held, Mapping):
        make = _r("function(...) with(lapply(list(...), as.vector), Matrix::sparseMatrix(i, j, x = x, dims = dims))")
        return make(**{name: _held(part, interface) for name, part in held["sparse"].items()})
    if isinstance(held, list):
        if any(isinstance(item, list) for item in held):
            return interface.ListSexpVector([_held(item, interface) for item in held])
        return _r("as.vector")(_held(np.array(held), interface))
    array = np.asarray(held)
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


_KINDS = {"LGLSXP": "logical", "RAWSXP": "raw"}


def _crossed(value: Any) -> Any:
    """The R object as R's side sends it: scalars, arrays, NA among integers, lists and dicts of those."""
    types = _types()
    if TIMES.intersection(value.rclass):
        refuse_time(value.rclass[0])
    if value.typeof == types.S4SXP:
        return _matrix(value)
    if value.typeof == types.VECSXP:
        return _list(value)
    if "factor" in value.rclass:
        codes = np.array(value, dtype=np.int32)
        return _shaped(np.where(codes == NA_INTEGER, NA_INTEGER, codes - 1).astype(np.int32), value)
    return _shaped(_elements(value), value)


def _shaped(data: Any, value: Any) -> Any:
    """The elements with R's dim; one without it is a single value."""
    if "dim" in value.list_attrs():
        return data.reshape([int(size) for size in value.do_slot("dim")], order="F")
    if data.size != 1:
        return data
    one = data[0].item() if isinstance(data[0], np.generic) else data[0]
    if type(one) is int and one == NA_INTEGER:
        return na_alone("bool" if value.typeof == _types().LGLSXP else "int32")
    return one


def _list(value: Any) -> Any:
    """A list or dict; of a data frame of numbers the matrix."""
    plain = [_types().INTSXP, _types().REALSXP]
    columns = list(value)
    numbers = [column.typeof in plain and "class" not in column.list_attrs() for column in columns]
    if "data.frame" in value.rclass and columns and all(numbers):
        return _crossed(_r("function(x) unname(as.matrix(x))")(value))
    # Bits of integer64 and bytes are known by their class only, which elements of a list do not keep.
    items = [from_r(item) if {"integer64", "raw"} & set(item.rclass) else _crossed(item) for item in columns]
    names = [str(name) for name in value.names] if "names" in value.list_attrs() else None
    return dict(zip(names, items, strict=True)) if names else items


def _matrix(value: Any, dtype: Any = None) -> Any:
    """An object of the package Matrix."""
    if _r('function(x) methods::is(x, "sparseMatrix") || methods::is(x, "sparseVector")')(value)[0]:
        names = set(value.list_attrs()) - {"class", "Dimnames", "factors"}
        return sparse_tensor({name: _elements(value.do_slot(name)) for name in names}, dtype)
    if _r('function(x) methods::is(x, "Matrix")')(value)[0]:
        return from_r(_r("function(x) unname(as.matrix(x))")(value), dtype)
    raise _no_data(value)


def _logicals(value: Any) -> Any:
    missing = [type(item).__name__ == "NALogicalType" for item in value]
    if not any(missing):
        return np.array([bool(item) for item in value], dtype=np.bool_)
    return np.array([NA_INTEGER if na else int(item) for item, na in zip(value, missing, strict=True)], dtype=np.int32)


def _texts(value: Any) -> Any:
    missing = [i for i, item in enumerate(value, start=1) if type(item).__name__ == "NACharacterType"]
    if missing:
        refuse_text(len(missing), missing[0], True)
    try:
        return np.array([str(item) for item in value], dtype=object)
    except UnicodeDecodeError:
        valid = _r("validUTF8")(value)
        refuse_text(len(valid) - sum(valid), list(valid).index(False) + 1, False)


_READERS: dict[str, Callable[[Any], Any]] = {
    "LGLSXP": _logicals,
    "INTSXP": lambda value: np.array(value.memoryview(), dtype=np.int32),
    "REALSXP": lambda value: np.array(value.memoryview(), dtype=np.float64),
    "STRSXP": _texts,
    "CPLXSXP": lambda value: np.array(list(value), dtype=np.complex128),
    "RAWSXP": lambda value: np.frombuffer(bytes(value), dtype=np.uint8),
}
"""How the elements of R's vectors are read, by type."""


def _elements(value: Any) -> Any:
    read = _READERS.get(value.typeof.name)
    if read is None:
        raise _no_data(value)
    return read(value)


def _no_data(value: Any) -> ConversionError:
    return ConversionError(f"An R object of class {', '.join(value.rclass)} holds no data for a tensor.")


def _types() -> Any:
    return importlib.import_module("rpy2.rinterface_lib.sexp").RTYPES


def _r(code: str) -> Any:
    return importlib.import_module("rpy2.robjects").r(code)
