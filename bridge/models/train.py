"""compile, fit, evaluate, predict: R data in, plain results out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.backend import keras, tf
from bridge.catalog.identifiers import check_identifier
from bridge.catalog.roles import plain, whole
from bridge.errors import ArgumentError, expected, r_spelling
from bridge.models.checks import check_given, check_inputs, check_targets, warn_of_missing
from bridge.models.classes_of_targets import class_weights, classes, remember_levels
from bridge.models.generators import replace_generators
from bridge.models.heartbeat import heartbeat
from bridge.models.progress import loss_first, progress, view
from bridge.models.traces import fit_ranks, whole_traces
from bridge.models.training_data import check_lengths, prepare, validation
from bridge.values.arrays import as_array


def compile(model: Any, arguments: Mapping[str, Any]) -> None:
    """Configures training.

    Args:
        model: a Keras model.
        arguments: those that the user supplied: `optimizer`, `loss`, `metrics`, `loss_weights`, `weighted_metrics`,
            `run_eagerly`, `steps_per_execution`, `jit_compile`, `auto_scale_loss`. Vectors count as lists, named ones go
            by output.

    Keras: keras.Model.compile.
    """
    options = {name: plain(value, name) for name, value in arguments.items()}
    for name in ("metrics", "weighted_metrics"):
        if name in options and not isinstance(options[name], (list, dict, type(None))):
            options[name] = [options[name]]
    for name, kind in (("optimizer", "optimizer"), ("loss", "loss"), ("metrics", "metric"), ("weighted_metrics", "metric")):
        if name in options:
            check_identifier(kind, options[name], name)
    if "steps_per_execution" in options:
        options["steps_per_execution"] = whole(options["steps_per_execution"], "steps_per_execution")
    # Keras keeps the metrics of an earlier compile() when a later one has none.
    model._compile_metrics = None
    model.compile(**options)


def fit(
    model: Any,
    arguments: Mapping[str, Any],
    write: Any = None,
    live: bool = False,
    check: Any = None,
    levels: Sequence[str] | None = None,
    draw: Any = None,
) -> dict[str, Any]:
    """Trains the model.

    Args:
        model: compiled.
        arguments: those that the user supplied, under Keras' names.
        write: function that writes progress; None is silent.
        live: whether progress may redraw its line.
        check: function that is called now and then; when it fails, training stops. The model keeps its weights, and the
            epochs until then in `model.history`, for `history_of()`.
        levels: of the factor that `y` was, or None.
        draw: function that draws the history so far after each epoch, or None.

    Returns:
        `params` (of the run), `metrics`: a list of numbers, one an epoch, for each name, and `epoch`: their numbers.

    Raises:
        DataError: parts of different lengths.

    Keras: keras.Model.fit.
    """
    _require_compiled(model, "fit")
    options = _options(arguments)
    filling = replace_generators(options)
    if isinstance(options.get("x"), tf.data.Dataset):
        # Keras warns that it does not shuffle datasets, which nobody asked it to.
        options.setdefault("shuffle", False)
    _prepare_data(model, options)
    warn_of_missing(options)
    if "validation_data" in options:
        held_out = options["validation_data"] = validation(options["validation_data"])
        if isinstance(held_out, tuple):
            check_inputs(model, held_out[0], "validation_data[[1]]")
            check_targets(model, held_out[1], "validation_data[[2]]")
    if "class_weight" in options:
        options["class_weight"] = class_weights(options["class_weight"], options.get("y"), levels)
    remember_levels(model, levels)
    callbacks = [*filling, *options.pop("callbacks", [])]
    if write is not None:
        callbacks.append(progress(write, live=live))
    if draw is not None:
        callbacks.append(view(draw))
    if check is not None:
        callbacks.append(heartbeat(check))
    with whole_traces(model):
        return history_of(model.fit(**options, callbacks=callbacks, verbose=0))


def history_of(history: Any) -> dict[str, Any]:
    """What a `keras.callbacks.History` holds, with epochs counted from 1; see `fit()`."""
    params = {name: value for name, value in (history.params or {}).items() if value is not None}
    return {
        "params": params,
        "metrics": {name: [float(v) for v in values] for name, values in loss_first(history.history).items()},
        "epoch": [epoch + 1 for epoch in history.epoch],
    }


def evaluate(model: Any, arguments: Mapping[str, Any]) -> dict[str, float]:
    """Loss and metrics on data, the loss first.

    Keras: keras.Model.evaluate.
    """
    _require_compiled(model, "evaluate")
    options = _options(arguments)
    replace_generators(options)
    _prepare_data(model, options)
    with whole_traces(model):
        results = model.evaluate(**options, verbose=0, return_dict=True)
    return {name: float(value) for name, value in loss_first(results).items()}


def predict(model: Any, x: Any, arguments: Mapping[str, Any] | None = None, as_classes: bool = False) -> Any:
    """Predictions batch by batch: an array, or a list (a named one) of them; with `as_classes` what `classes()` makes of it.

    Keras: keras.Model.predict.
    """
    options = {"x": x, **_options(arguments or {})}
    replace_generators(options)
    x = prepare(options.pop("x"))
    check_inputs(model, x)
    with whole_traces(model):
        predicted = model.predict(x, verbose=0, **options)
    return classes(model, predicted) if as_classes else as_array(predicted)


_WHOLE = (
    "epochs",
    "batch_size",
    "initial_epoch",
    "steps_per_epoch",
    "steps",
    "validation_steps",
    "validation_batch_size",
    "validation_freq",
)


def _options(arguments: Mapping[str, Any]) -> dict[str, Any]:
    options = dict(arguments)
    for name in _WHOLE:
        if options.get(name) is not None:
            options[name] = whole(options[name], name)
    for name in ("epochs", "batch_size"):
        if options.get(name) is not None and options[name] < 1:
            raise ArgumentError(f"`{name}` must be at least 1, not {options[name]}.")
    split = options.get("validation_split")
    if split is not None and not (isinstance(split, (int, float)) and 0 <= split < 1):
        raise expected("validation_split", "a number from 0 to less than 1", split)
    if "callbacks" in options:
        options["callbacks"] = _callbacks(options["callbacks"])
    return options


def _prepare_data(model: Any, options: dict[str, Any]) -> None:
    parts: dict[str, Any] = {name: prepare(options[name], name) for name in ("x", "y", "sample_weight") if name in options}
    check_lengths(parts)
    # A list of one, where the model has one: Keras takes it, and complains.
    if isinstance(parts.get("x"), list) and len(parts["x"]) == 1 and isinstance(getattr(model, "input_shape", None), tuple):
        parts["x"] = parts["x"][0]
    check_inputs(model, parts.get("x"))
    check_targets(model, parts.get("y"))
    check_given(model, parts)
    fit_ranks(model, parts)
    options.update(parts)


def _callbacks(value: Any) -> list[Any]:
    """Callbacks one by one; a class stands for its object."""
    items = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
    made = [item() if isinstance(item, type) else item for item in items]
    for item in made:
        if not hasattr(item, "set_model"):
            raise ArgumentError(
                f"`callbacks` has {r_spelling(item)}, which is no callback.",
                hints=["`callback_lambda(on_epoch_end = ...)` makes one of R functions."],
            )
    return made


def _require_compiled(model: Any, verb: str) -> None:
    if isinstance(model, keras.Model) and not model.compiled:
        raise ArgumentError(
            f"`{verb}()` needs a compiled model.", hints=["Call `compile(model, optimizer =, loss =)` first."]
        )
