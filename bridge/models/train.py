"""compile, fit, evaluate, predict: R data in, plain results out."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from typing import Any

from bridge.backend import keras, tf
from bridge.catalog.identifiers import check_identifier
from bridge.classes.config import formals_of
from bridge.data.faults import drawing
from bridge.distribute import joined_evaluation, joined_training, worker_number
from bridge.errors import ArgumentError
from bridge.models.checks import warn_of_missing, warn_of_unseen
from bridge.models.classes_of_targets import class_weights, classes, classes_of
from bridge.models.data import read_data
from bridge.models.heartbeat import watched
from bridge.models.inspect import summary_text
from bridge.models.names import kept_in_checkpoints, learning
from bridge.models.optimizers import own_optimizer
from bridge.models.progress import loss_first, number, numbers, progress, shown_to
from bridge.models.settings import read_settings
from bridge.models.traces import whole_traces
from bridge.upstream import COMPILED_METRICS
from bridge.values.arrays import as_array
from bridge.values.numbers import whole_number
from bridge.values.structures import vectors_as_lists


def compile(model: Any, arguments: Mapping[str, Any] | None = None) -> None:
    """Configures training.

    Args:
        model: a Keras model.
        arguments: those that the user supplied: `optimizer`, `loss`, `metrics`, `loss_weights`, `weighted_metrics`,
            `run_eagerly`, `steps_per_execution`, `jit_compile`, `auto_scale_loss`. Vectors count as lists, named ones go
            by output.

    Keras: keras.Model.compile.
    """
    options = {name: vectors_as_lists(value) for name, value in (arguments or {}).items()}
    known = formals_of(type(model).compile)
    for name in options:
        if name not in known and "kwargs" not in known:
            close = difflib.get_close_matches(name, known, n=1)
            raise ArgumentError(
                f"`compile()` has no argument `{name}`.", hints=[f"Did you mean `{close[0]}`?"] if close else []
            )
    for name in ("metrics", "weighted_metrics"):
        if name in options and not isinstance(options[name], (list, dict, type(None))):
            options[name] = [options[name]]
    for name, kind in (("optimizer", "optimizer"), ("loss", "loss"), ("metrics", "metric"), ("weighted_metrics", "metric")):
        if name in options:
            check_identifier(kind, options[name], name)
    if "steps_per_execution" in options:
        options["steps_per_execution"] = whole_number(options["steps_per_execution"], "steps_per_execution")
    if "optimizer" in options:
        options["optimizer"] = own_optimizer(model, options["optimizer"])
    if _keeps_metrics(model, options):
        options["metrics"] = []
    model.compile(**options)


def _keeps_metrics(model: Any, options: Mapping[str, Any]) -> bool:
    """Whether Keras would keep the metrics of an earlier `compile()`, because this one has none."""
    if any(options.get(name) is not None for name in ("metrics", "weighted_metrics")):
        return False
    parameters = inspect.signature(model.compile).parameters
    takes = "metrics" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return takes and any(metric.name == COMPILED_METRICS for metric in getattr(model, "metrics", ()))


def fit(
    model: Any,
    arguments: Mapping[str, Any] | None = None,
    write: Any = None,
    live: bool = False,
    check: Any = None,
    watch: Any = None,
) -> dict[str, Any]:
    """Trains the model.

    Args:
        model: compiled.
        arguments: those that the user supplied, under Keras' names.
        write: function that writes progress; None is silent.
        live: whether progress may redraw its line.
        check: function that is called now and then; when it fails, training stops. The model keeps its weights, and the
            epochs until then in `model.history`, for `history_of()`.
        watch: function that gets the history so far after each epoch, or None.

    Returns:
        `params` (of the run), `metrics`: a list of numbers, one an epoch, for each name, and `epoch`: their numbers.

    Raises:
        DataError: parts of different lengths.

    Keras: keras.Model.fit.
    """
    arguments = arguments or {}
    _require_compiled(model, "fit")
    settings = read_settings(arguments)
    data = read_data(model, arguments, settings, "fit")
    warn_of_missing(data.training, "fit")
    if data.held_out is not None:
        warn_of_missing(data.held_out, "evaluate")
    if settings.get("validation_split") and data.validation is None:
        warn_of_unseen(model, data.training, settings["validation_split"])
    # Keras warns that it does not shuffle datasets, which is not asked of it.
    unshuffled = {"shuffle": False} if isinstance(data.training.x, tf.data.Dataset) else {}
    weights = class_weights(arguments.get("class_weight"), data.training.y, data.training.levels, classes_of(model))
    callbacks = [*settings.get("callbacks", [])]
    if write is not None and worker_number() == 1:
        callbacks.append(progress(write, live=live))
    if watch is not None:
        callbacks.append(shown_to(watch))
    with (
        learning(model, data.training.names),
        kept_in_checkpoints(model, callbacks),
        whole_traces(model),
        drawing(data.training.x, settings.get("steps_per_epoch")),
        watched(callbacks, check) as watching,
        joined_training(
            model,
            {
                "x": data.training.x,
                "y": data.training.y,
                "sample_weight": data.training.sample_weight,
                "validation_data": data.validation,
                "class_weight": weights,
                **(unshuffled | {**settings, "callbacks": watching, "verbose": 0}),
            },
        ) as call,
    ):
        history = model.fit(**call)
    return history_of(history)


def history_of(history: Any) -> dict[str, Any]:
    """What a `keras.callbacks.History` holds, with epochs counted from 1; see `fit()`."""
    params = {name: value for name, value in (history.params or {}).items() if value is not None}
    return {
        "params": params,
        "metrics": {name: [number(v) for v in values] for name, values in loss_first(history.history).items()},
        "epoch": [epoch + 1 for epoch in history.epoch],
    }


def described(model: Any) -> dict[str, Any]:
    """What a record of a training says of a model: its summary, its optimizer's class and rate, its loss. None is not known.

    Keras: keras.Model.summary, keras.Model.optimizer, keras.Model.loss.
    """
    optimizer = getattr(model, "optimizer", None)
    rate = getattr(optimizer, "learning_rate", None)
    loss = getattr(model, "loss", None)
    return {
        "model": summary_text(model),
        "loss_function": loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", None),
        "optimizer": None if optimizer is None else type(optimizer).__name__,
        "learning_rate": None if rate is None else float(rate),
    }


def evaluate(model: Any, arguments: Mapping[str, Any] | None = None, check: Any = None) -> dict[str, Any]:
    """Loss and metrics on data, the loss first; several numbers for a metric that gives them. `check` is as for `fit()`.

    Keras: keras.Model.evaluate.
    """
    arguments = arguments or {}
    _require_compiled(model, "evaluate")
    settings = read_settings(arguments)
    data = read_data(model, arguments, settings, "evaluate")
    samples = data.training
    warn_of_missing(samples, "evaluate")
    drawn = drawing(data.training.x, settings.get("steps"))
    with (
        whole_traces(model),
        drawn,
        watched(settings.get("callbacks", []), check) as callbacks,
        joined_evaluation(
            model,
            {
                "x": samples.x,
                "y": samples.y,
                "sample_weight": samples.sample_weight,
                **{**settings, "callbacks": callbacks, "verbose": 0},
            },
        ) as call,
    ):
        results = model.evaluate(return_dict=True, **call)
    return numbers(results)


def predict(model: Any, arguments: Mapping[str, Any] | None = None, as_classes: bool = False, check: Any = None) -> Any:
    """Predictions batch by batch: an array, or a list (a named one) of them; with `as_classes` what `classes()` makes of it.

    `check` is as for `fit()`.

    Keras: keras.Model.predict.
    """
    arguments = arguments or {}
    settings = read_settings(arguments)
    data = read_data(model, arguments, settings, "predict")
    warn_of_missing(data.training, "predict")
    drawn = drawing(data.training.x, settings.get("steps"))
    with whole_traces(model), drawn, watched(settings.get("callbacks", []), check) as callbacks:
        predicted = model.predict(data.training.x, **{**settings, "callbacks": callbacks, "verbose": 0})
    return classes(model, predicted) if as_classes else as_array(predicted)


def _require_compiled(model: Any, verb: str) -> None:
    if isinstance(model, keras.Model) and not model.compiled:
        raise ArgumentError(
            f"`{verb}()` needs a compiled model.", hints=["Call `compile(model, optimizer =, loss =)` first."]
        )
