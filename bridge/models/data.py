"""All data of a verb: what it trains or is tested on, and what `fit()` holds out; read and checked before Keras sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction
from bridge.data.lengths import check_end
from bridge.errors import ArgumentError
from bridge.models.checks import check_batched, check_given, check_samples
from bridge.models.generators import Feed, Generator, batches_of
from bridge.models.names import names_of, warn_of_unlearned
from bridge.models.samples import ROLES, Samples, read, read_validation
from bridge.models.traces import fit_ranks


@dataclass(frozen=True, slots=True)
class Data:
    """The data of a verb.

    Attributes:
        training: what the verb works on.
        held_out: `validation_data` where it is arrays, or None.
        validation: `validation_data` as Keras takes it, or None.
    """

    training: Samples
    held_out: Samples | None = None
    validation: Any = None


def read_data(model: Any, arguments: Mapping[str, Any], settings: Mapping[str, Any], verb: str) -> Data:
    """Reads and checks the data among the arguments of a verb.

    Args:
        model: what it is for.
        arguments: of the verb; only read.
        settings: of the verb; only read.
        verb: "fit", "evaluate" or "predict".

    Raises:
        DataError: data that does not fit the model, or whose parts do not fit each other.
        ArgumentError: a generator together with `y` or `validation_split`; no data.
    """
    arguments = {role: value.function if isinstance(value, Generator) else value for role, value in arguments.items()}
    given = {role: arguments[role] for role in ROLES if arguments.get(role) is not None}
    if "x" not in given:
        raise ArgumentError("`x` is missing: there is no data.")
    steps = "steps_per_epoch" if verb == "fit" else "steps"
    if hasattr(given["x"], "__next__") and not isinstance(given["x"], (GeneratorType, keras.utils.PyDataset)):
        given["x"] = RFunction(batches_of(given["x"]), "generator")
    if isinstance(given["x"], RFunction):
        if "y" in given or settings.get("validation_split"):
            raise ArgumentError("A generator gives `y` with `x`: `y` and `validation_split` do not go with it.")
        feed = Feed(given["x"], "x", settings.get(steps) is not None, model, names_of(model), verb)
        training = Samples(feed.dataset(), paths={}, names=feed.names, levels=feed.levels)
        if verb != "predict":
            check_given(model, training)
    else:
        check_end(given["x"], "x", settings.get(steps), steps)
        check_batched(model, given["x"], "x")
        training = read(model, given)
        if verb == "evaluate":
            warn_of_unlearned(model, training.names)
        check_samples(model, training, targets=verb != "predict")
        fit_ranks(model, training, verb)
    value, held_out = arguments.get("validation_data"), None
    if isinstance(value, RFunction):
        is_endless = settings.get("validation_steps") is not None
        value = Feed(value, "validation_data", is_endless, model, training.names, "evaluate").dataset()
    elif value is not None and not isinstance(value, (tf.data.Dataset, keras.utils.PyDataset)):
        held_out = read_validation(model, value, training.names)
        check_samples(model, held_out)
        fit_ranks(model, held_out, "evaluate")
        value = held_out.for_keras()
    check_end(value, "validation_data", settings.get("validation_steps"), "validation_steps")
    check_batched(model, value, "validation_data")
    return Data(training, held_out, value)
