"""Dtypes by name, and which R type becomes which."""

from __future__ import annotations

import difflib
import struct
from typing import Any, Final

import numpy as np

from bridge.backend import tf
from bridge.errors import ConversionError, DtypeError

NA_INTEGER: Final = -(2**31)
"""R's NA in an integer vector; the one int32 that R has no number for."""


NA_REAL: Final = float(np.array([0x7FF00000000007A2], np.uint64).view(np.float64)[0])
"""R's NA among doubles: a NaN of these bits."""


NA_ALONE: Final[dict[str, float]] = {of: struct.unpack("<d", struct.pack("<d", NA_REAL))[0] for of in ("bool", "int32")}
"""R's NA alone, of a logical or an integer, for which reticulate would send True or -2147483648: two NaN like any other to
whoever calculates, and known by identity to `na_dtype()`."""


def na_alone(of: str) -> float:
    """NA alone, of dtype "bool" or "int32"."""
    return NA_ALONE[of]


def na_dtype(value: Any) -> str | None:
    """Of which dtype a value is NA alone, None for all other values (NaN of doubles too)."""
    return next((of for of, missing in NA_ALONE.items() if value is missing), None)


R_NAMES: Final = {
    "double": "float64",
    "numeric": "float64",
    "integer": "int32",
    "logical": "bool",
    "character": "string",
    "raw": "uint8",
    "complex": "complex128",
    "float": "float32",
    "half": "float16",
}
"""R's own words for dtypes, accepted wherever a dtype is named."""


def dtype_of(dtype: Any) -> Any:
    """The `tf.DType` for a name ("float32", "double"), a NumPy or a TensorFlow dtype; None stays None.

    Raises:
        DtypeError: there is no such dtype; the nearest name is offered.
    """
    if dtype is None:
        return None
    name = R_NAMES.get(dtype, dtype) if isinstance(dtype, str) else dtype
    try:
        if isinstance(name, (int, float)):
            # TensorFlow would look it up among the numbers of its own enumeration.
            raise TypeError
        return tf.dtypes.as_dtype(name)
    except TypeError:
        known = [*R_NAMES, *(d.name for d in map(tf.dtypes.as_dtype, _COMMON))]
        close = difflib.get_close_matches(str(dtype), known, n=1)
        raise DtypeError(
            f"There is no dtype `{dtype}`.",
            hints=[f"Did you mean `{close[0]}`?"] if close else ["For example `float32`, `int64`, `bool`, `string`."],
        ) from None


_COMMON = ("float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool", "string")


def r_number(value: Any) -> str:
    """A number as R prints it: 3, 2.5, NaN, -Inf."""
    if np.isnan(value):
        return "NaN"
    return f"{'-' if value < 0 else ''}Inf" if np.isinf(value) else f"{value:.7g}"


def missing_at(values: Any) -> Any:
    """Positions (from 1, R's order) of NA in an int32 array that came from R."""
    return np.flatnonzero(np.ravel(values, order="F") == NA_INTEGER) + 1


def refuse_missing(count: int, positions: Any, dtype: str) -> ConversionError:
    """The error for NA where the dtype has none."""
    shown = ", ".join(str(p) for p in positions[:5]) + (", ..." if count > 5 else "")
    values = "1 value is" if count == 1 else f"{count} values are"
    hints = ['`dtype = "float32"` turns NA into NaN.'] if dtype != "string" else ['Replace them, e.g. by `""`.']
    return ConversionError(
        f"{values} NA (at {'position' if count == 1 else 'positions'} {shown}), and dtype {dtype} has no NA.",
        hints=hints,
    )


def has_nan(target: Any) -> bool:
    """Whether a tf.DType has a NaN, which NA becomes there; None has none."""
    return target is not None and bool(target.is_floating or target.is_complex)


def checked_cast(values: Any, target: Any) -> Any:
    """The NumPy array in `target` (a tf.DType), C order, nothing lost but digits of fractions.

    Raises:
        ConversionError: a fraction, NaN or an out-of-range value for an integer dtype, an out-of-range value for a
            float one; text for a number or the reverse.
    """
    if values.dtype.kind == "V":
        # NumPy does not know bfloat16 and the 8-bit floats as floats.
        with np.errstate(invalid="ignore"):
            values = values.astype(np.float32)
    source = values.dtype
    if (source.kind in "OSU") != (target == tf.string) or (source.kind == "c" and not target.is_complex):
        raise ConversionError(f"{_R_KINDS.get(source.kind, source.name)} values cannot become dtype {target.name}.")
    if target.is_integer and source.kind == "f":
        _refuse(values, ~np.isfinite(values), "is not finite", target)
        _refuse(values, values != np.floor(values), "has a fraction", target)
        # The largest integer itself may have no float, one more is a power of 2 and has.
        wide = values.astype(np.float64)
        _refuse(values, (wide < float(target.min)) | (wide >= float(int(target.max) + 1)), "is out of range", target)
    if target.is_integer and source.kind in "iu":
        _refuse(values, (values < target.min) | (values > target.max), "is out of range", target)
    if target == tf.bool and source.kind in "fiu":
        _refuse(values, (values != 0) & (values != 1), "is neither 0 nor 1", target)
    with np.errstate(over="ignore", invalid="ignore"):
        made = np.asarray(values, dtype=object if target == tf.string else target.as_numpy_dtype, order="C")
    if has_nan(target) and source.kind in "fciu" and not np.all(np.isfinite(made)):
        _refuse(values, np.isfinite(values) & ~np.isfinite(made), "is out of range", target)
    return made


_R_KINDS = {"O": "Character", "S": "Character", "U": "Character", "c": "Complex", "f": "Double", "i": "Integer"}


def _refuse(values: Any, wrong: Any, why: str, target: Any) -> None:
    if not np.any(wrong):
        return
    flat = np.ravel(values, order="F")
    at = int(np.flatnonzero(np.ravel(wrong, order="F"))[0])
    limits = ""
    if why == "is out of range" and not target.is_complex:
        least, most = (f"{float(end):.7g}" if target.is_floating else str(end) for end in (target.min, target.max))
        limits = f" ({least} to {most})"
    raise ConversionError(
        f"{r_number(flat[at])} at position {at + 1} {why}{limits}: it cannot become dtype {target.name}.",
        details=[f"{int(np.sum(wrong))} of {flat.size} values cannot."] if flat.size > 1 else [],
        hints=["Round the values first, or ask for a float dtype."] if "fraction" in why else [],
    )
