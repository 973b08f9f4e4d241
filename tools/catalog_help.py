"""The help of generated wrappers: title, arguments with their types, value, example, and where Keras' own text comes in."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from bridge.catalog.families import FAMILIES
from bridge.catalog.rows import Row

TYPES = {
    "whole": "a whole number",
    "ints": "whole numbers",
    "shape": "`NA` where a size is not known",
    "newshape": "whole numbers",
    "axis": "counted from 1, negative from the end",
    "index": "counted from 1, negative from the end",
    "sections": "counted from 1",
    "tensor": "a tensor or R values",
    "dtype": 'such as `"float32"`',
    "array": "an array",
}
"""What an argument's role says to the user."""

POSITIONS = "Positions count from 1, or from 0 with `zero_indexed = TRUE`."

NOTES = {
    "k": "Axes count from 1; positions count from 0, as they always did in these functions.",
    "model_verb": "",
}


def help_lines(row: Row, names: list[str]) -> list[str]:
    """Roxygen lines for a wrapper with these formals."""
    symbol = row.symbol or row.function
    lines = [row.title, ""]
    if symbol.startswith("bridge."):
        symbol = ""
    else:
        lines += [f"R's way to write `{symbol.replace('.', '$').replace('tensorflow$', 'tf$')}()`.", ""]
    if row.counts_positions:
        lines += [POSITIONS, ""]
    elif NOTES.get(row.family):
        lines += [NOTES[row.family], ""]
    lines += [f"@param {name} {argument_help(row, name)}" for name in names]
    value = row.traits.value.format(first=names[0] if names else "object")
    lines += [f"@returns {value}", f"@seealso [{row.traits.title}][tfbridge-{row.family}] lists them all."]
    if symbol:
        lines.append(
            f'@rawRd \\section{{From Keras}}{{\\Sexpr[stage=render,results=rd]{{tfbridge:::keras_help("{symbol}")}}}}'
        )
    code = example(row)
    if code:
        lines += ["@examplesIf tfbridge::is_ready()", *code.split("; ")]
    return [*lines, "@export"]


def index_page(family: str, rows: list[Row]) -> list[str]:
    """The page that lists a family: one line a function."""
    listed = [f"* [{row.r_name}()]: {row.title[0].lower()}{row.title[1:]}" for row in rows]
    return [FAMILIES[family].title, "", *listed, "", f"@name tfbridge-{family}", "@keywords internal"]


def argument_help(row: Row, name: str) -> str:
    """What an argument is, and of what type."""
    if name == "...":
        return _dots(row)
    if name == "zero_indexed":
        return "whether positions count from 0, as in Python."
    if name in ("object", "inputs") and row.traits.makes == "layer":
        return "a model, a tensor or nothing: see the value."
    told = arguments().get(name, {}).get("help", "")
    role = row.arguments.get(name, "any")
    kind = TYPES.get(role, "")
    if role == "index" and not row.counts_positions:
        kind = "counted from 1"
    parameter = row.parameters.get(name)
    if parameter is not None and isinstance(parameter.default, bool):
        kind = "`TRUE` or `FALSE`"
    text = (
        told
        if told and (kind in told or (role == "tensor" and "tensor" in told))
        else "; ".join(part for part in (told, kind) if part)
    )
    return (text or f"passed to Keras as `{row.keras_name(name)}`") + "."


def example(row: Row) -> str:
    """R code that runs: the row's own, or a call with the least arguments. "none" where no call can run here."""
    if row.example:
        return "" if row.example == "none" else row.example
    given = [f"{name} = {arguments().get(name, {}).get('value') or 'c(1, 2, 3)'}" for name in row.required]
    if row.family == "activation":
        given = ["c(-1, 0, 2)", *given]
    positional = [
        text.split(" = ", 1)[1] if name in ("x", "x1", "x2", "xs", "inputs", "shape") else text
        for name, text in zip(row.required, given, strict=False)
    ]
    return f"{row.r_name}({', '.join(positional if row.family != 'activation' else given)})"


@functools.cache
def arguments() -> dict[str, dict[str, str]]:
    """Help and an example value for each argument name."""
    path = Path(__file__).resolve().parent.parent / "bridge" / "catalog" / "arguments.tsv"
    with open(path, encoding="utf-8") as file:
        return {line["name"]: line for line in csv.DictReader(file, delimiter="\t", restval="", quoting=csv.QUOTE_NONE)}


def _dots(row: Row) -> str:
    if row.kind == "merge":
        return "further inputs, and options by name, such as `name` and `dtype`."
    if row.kind == "operands":
        return "tensors."
    if row.traits.makes == "result" and not row.open_ended:
        return "not used: an argument of another name is an error."
    if row.traits.makes == "layer":
        return "options by name, such as `name`, `dtype` and `trainable`."
    return "options by name."
