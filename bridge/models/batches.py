"""One batch: a step of training, a test, predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.errors import ArgumentError
from bridge.models.checks import check_samples
from bridge.models.classes_of_targets import class_weights, classes_of
from bridge.models.names import learning
from bridge.models.progress import numbers
from bridge.models.samples import Samples, read
from bridge.models.traces import fit_ranks, whole_traces
from bridge.values.arrays import as_array


def train_on_batch(model: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One training step on one batch; loss and metrics by name.

    Keras: keras.Model.train_on_batch.
    """
    batch = _batch(model, arguments, "fit")
    weights = class_weights(arguments.get("class_weight"), batch.y, batch.levels, classes_of(model))
    with learning(model, batch.names), whole_traces(model):
        results = model.train_on_batch(
            x=batch.x, y=batch.y, sample_weight=batch.sample_weight, class_weight=weights, return_dict=True
        )
    return numbers(results)


def test_on_batch(model: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Loss and metrics on one batch, by name.

    Keras: keras.Model.test_on_batch.
    """
    batch = _batch(model, arguments, "evaluate")
    with whole_traces(model):
        results = model.test_on_batch(x=batch.x, y=batch.y, sample_weight=batch.sample_weight, return_dict=True)
    return numbers(results)


def predict_on_batch(model: Any, arguments: Mapping[str, Any]) -> Any:
    """Predictions for one batch.

    Keras: keras.Model.predict_on_batch.
    """
    batch = _batch(model, arguments, "predict")
    with whole_traces(model):
        return as_array(model.predict_on_batch(x=batch.x))


def _batch(model: Any, arguments: Mapping[str, Any], verb: str) -> Samples:
    given = {role: arguments[role] for role in ("x", "y", "sample_weight") if arguments.get(role) is not None}
    if "x" not in given:
        raise ArgumentError("`x` is missing: there is no data.")
    batch = read(model, given)
    check_samples(model, batch, targets=verb != "predict")
    fit_ranks(model, batch, verb)
    return batch
