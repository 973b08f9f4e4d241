"""Python functions with the formals of R ones.

Keras reads the signatures of `__init__`, `build` and `call` in more than one way (by `inspect.signature`, through wrappers,
by `getfullargspec`), so a method gets a real signature, compiled as dataclasses compile theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.barrier.functions import is_python_name
from bridge.errors import ClassDefinitionError


class _RDefault:
    """Stands for an argument that Python did not give: R evaluates its own default."""

    def __repr__(self) -> str:
        return "<R's default>"


R_DEFAULT = _RDefault()

Run = Callable[[Any, Sequence[Any], Mapping[str, Any]], Any]


def with_signature(run: Run, name: str, parameters: Sequence[Sequence[Any]]) -> Callable[..., Any]:
    """A method with these formals that calls `run(self, extra, named)`.

    Args:
        run: gets what `...` collected by position, and all other arguments by name (`R_DEFAULT` where not given).
        name: of the method.
        parameters: R's formals without `self`, as `(name, has_default)` pairs; `...` becomes `*args, **kwargs`.

    Raises:
        ClassDefinitionError: a name that Python cannot have.
    """
    names = [parameter for parameter, _ in parameters]
    for parameter in names:
        if parameter != "..." and not is_python_name(parameter):
            raise ClassDefinitionError(
                f"`{parameter}` cannot be an argument of `{name}()`: Python has no such names.",
                hints=[f"For example `{parameter.replace('.', '_').strip('_') + '_'}`."],
            )
    heads, defaulted = ["self"], False
    for parameter, has_default in parameters:
        if parameter == "...":
            heads.append("*args")
            continue
        defaulted = ("*args" not in heads and defaulted) or bool(has_default)
        heads.append(f"{parameter}=R_DEFAULT" if defaulted else parameter)
    if "..." in names:
        heads.append("**kwargs")
    given = [f"{parameter!r}: {parameter}" if parameter != "..." else "**kwargs" for parameter in names]
    extra = "args" if "..." in names else "()"
    scope: dict[str, Any] = {"R_DEFAULT": R_DEFAULT, "run": run}
    exec(f"def {name}({', '.join(heads)}):\n    return run(self, {extra}, {{{', '.join(given)}}})", scope)  # noqa: S102
    made: Callable[..., Any] = scope[name]
    return made
