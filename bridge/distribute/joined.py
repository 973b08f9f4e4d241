"""Training and evaluation by all workers: Keras runs in each as it would alone, and what must be one is put together.

What changes in a step stands in `step.py`, what becomes of metrics and logs in `logs.py`.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.notes import note_once
from bridge.distribute.group import Group, active, lost_workers, shard_rule
from bridge.distribute.logs import Tested
from bridge.distribute.shards import (
    as_parts,
    checksum,
    first_batch,
    refuse_unknown,
    split_off,
    test_batches,
    training_batches,
    with_class_weights,
)
from bridge.distribute.step import Step
from bridge.errors import ArgumentError, WorkerError
from bridge.upstream import (
    around_moments,
    around_reductions,
    around_results,
    around_updates,
    begin_with,
    build_for,
    compiled_with,
    first_epoch,
    python_code,
)


@contextmanager
def joined_training(model: Any, call: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments for `keras.Model.fit()`; where a group is active, those of this worker, and all train together.

    Args:
        model: compiled.
        call: arguments of `fit()`, read and checked.

    Raises:
        WorkerError: the workers do not do the same, or one has gone.
        DataError: data that cannot be shared.
    """
    group = active()
    if group is None:
        yield dict(call)
        return
    shared = shard_rule() == "rows"
    call = dict(call)
    size = int(call.pop("batch_size", None) or 32)
    data, held_out = _training_data(call)
    steps = call.get("steps_per_epoch")
    epoch = tf.Variable(0, dtype=tf.int32, trainable=False)
    with lost_workers():
        _build(model, data)
        facts = _facts("fit()", model, data, size, shared)
        batches = None if not isinstance(data, tf.data.Dataset) else int(data.cardinality())
        facts |= {
            "epochs": call.get("epochs", 1),
            "steps in an epoch": steps or (batches if batches is not None else -(-_length(data) // size)),
            "validation": held_out is not None,
        }
        if not shared and steps is None and batches is not None and batches < 0:
            raise ArgumentError('With `shard = "none"`, data of unknown length need `steps_per_epoch`.')
        group.agree(facts)
        seed = _seed_of_order(group)
        shuffled = bool(call.pop("shuffle", True))
        call["x"] = training_batches(group, data, size, shuffled, epoch, seed, shared=shared, ahead=steps is None)
        call["shuffle"] = False
        if held_out is not None:
            held_size = int(call.pop("validation_batch_size", None) or size)
            held_steps = call.pop("validation_steps", None)
            call["validation_data"] = test_batches(group, held_out, held_size, held_steps, shared=shared)
        _note_local_statistics(model)
        ranks = tuple(spec.shape.rank for spec in keras.tree.flatten(call["x"].element_spec))
        traced, tested = _traced(model, group, shared, ranks), Tested(group, shared)
        callbacks = [c for c in call.get("callbacks", ()) if group.rank == 0 or not isinstance(c, writers())]
        call["callbacks"] = [tested.callback(averages=True), *callbacks, _together(group, epoch, traced.step)]
        with _patched(model, traced, tested):
            yield call


@contextmanager
def joined_evaluation(model: Any, call: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments for `keras.Model.evaluate()`; where a group is active, those of this worker. See `joined_training()`."""
    group = active()
    if group is None:
        yield dict(call)
        return
    shared = shard_rule() == "rows"
    call = dict(call)
    size = int(call.pop("batch_size", None) or 32)
    refuse_unknown(call["x"], "x")
    data = as_parts(call.pop("x"), call.pop("y", None), call.pop("sample_weight", None))
    with lost_workers():
        _build(model, data)
        weights = zlib.crc32(b"".join(np.asarray(v).tobytes() for v in model.variables if "seed" not in v.path))
        facts = _facts("evaluate()", model, data, size, shared)
        group.agree(facts | {"weights": f"{weights:08x}"})
        call["x"] = test_batches(group, data, size, call.pop("steps", None), shared=shared)
        tested = Tested(group, shared)
        call["callbacks"] = [tested.callback(averages=False), *call.get("callbacks", ())]
        with around_results(model, tested.results):
            yield call


def _seed_of_order(group: Group) -> int:
    """The chief's, for all: by the seed of the script, whose random numbers stay where they are."""
    state = random.getstate()
    drawn = random.randrange(2**30)  # noqa: S311
    random.setstate(state)
    group.trainings += 1
    return int(group.sum([tf.constant(drawn + group.trainings if group.rank == 0 else 0)])[0])


def _training_data(call: dict[str, Any]) -> tuple[Any, Any]:
    """Takes the data out of the arguments: those to train on, and those held out or None."""
    refuse_unknown(call["x"], "x")
    data = as_parts(call.pop("x"), call.pop("y", None), call.pop("sample_weight", None))
    held_out, share = call.pop("validation_data", None), call.pop("validation_split", None)
    if held_out is not None:
        refuse_unknown(held_out, "validation_data")
        parts = held_out if isinstance(held_out, (tuple, list)) else (held_out,)
        held_out = as_parts(*[*parts, None, None][:3])
    elif share:
        if isinstance(data, tf.data.Dataset):
            raise ArgumentError("`validation_split` is for arrays, not for datasets.")
        data, held_out = split_off(data, share)
    weights = call.pop("class_weight", None)
    return (with_class_weights(data, weights) if weights else data), held_out


def _facts(verb: str, model: Any, data: Any, size: int, shared: bool) -> dict[str, Any]:
    """What all workers must have alike."""
    shapes = str([tuple(variable.shape) for variable in model.variables])
    optimizer = getattr(model, "optimizer", None)
    facts = {
        "call": verb,
        "parameters of the model": model.count_params() if model.built else "unknown",
        "shapes of its weights (checksum)": f"{zlib.crc32(shapes.encode()):08x}",
        "optimizer": type(optimizer).__name__,
        "shard": "rows" if shared else "none",
    }
    if shared:
        facts["first batch (checksum)"] = checksum(data, size)
        if not isinstance(data, tf.data.Dataset):
            facts |= {"batch size": size, "samples": _length(data)}
    return facts


def _length(data: Any) -> int:
    return int(keras.tree.flatten(data)[0].shape[0])


def _build(model: Any, data: Any) -> None:
    """Makes weights and metrics, where they are not there, so that the chief's can be sent to all."""
    if not model.built and isinstance(data, tf.data.Dataset) and python_code(data):
        raise WorkerError(
            "The model has no weights yet, and data that R code makes are not asked for them.",
            hints=["Give the model an `input_shape`, or call it on a batch first."],
        )
    if isinstance(data, tf.data.Dataset) and python_code(data):
        return
    # A model with a `train_step()` of its own may have no loss or call that could be tried.
    with suppress(Exception):
        build_for(model, first_batch(data))
    if not model.built:
        x = keras.utils.unpack_x_y_sample_weight(first_batch(data))[0]
        model(x)


def writers() -> tuple[type, ...]:
    """Callbacks that write: only the chief has them."""
    names = ("ModelCheckpoint", "BackupAndRestore", "CSVLogger", "TensorBoard", "RemoteMonitor")
    return tuple(getattr(keras.callbacks, name) for name in names)


def _note_local_statistics(model: Any) -> None:
    def layers(of: Any) -> Iterator[Any]:
        for layer in getattr(of, "layers", ()):
            yield layer
            yield from layers(layer)

    kind = keras.layers.BatchNormalization
    if any(isinstance(layer, kind) and not layer.synchronized for layer in layers(model)):
        note_once(
            "Each worker normalizes by the mean and variance of its own rows of a batch.",
            hints=["`layer_batch_normalization(synchronized = TRUE)` takes those of the whole batch."],
        )


def _together(group: Group, epoch: Any, step: Step) -> Any:
    """The last callback: all begin with what the chief has, and stop together."""

    class Together(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Any = None) -> None:
            # The chief may have restored a state by now.
            model = self.model
            step.stop.assign(0.0)
            step.any_stops.assign(0.0)
            if not model.optimizer.built:
                model.optimizer.build(model.trainable_variables)
            start = group.sum([tf.constant(first_epoch(model) if group.rank == 0 else 0)])[0]
            begin_with(model, int(start))
            variables = [*model.trainable_variables, *model.non_trainable_variables, *model.optimizer.variables]
            group.broadcast(variables)
            _spread_seeds(group, model.non_trainable_variables)

        def on_epoch_begin(self, number: int, logs: Any = None) -> None:
            epoch.assign(number)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            # Who wants to stop takes one more step, with which the others hear of it.
            if float(step.any_stops) > 0:
                self.model.stop_training = True
            elif self.model.stop_training:
                step.stop.assign(1.0)
                self.model.stop_training = False

        def on_epoch_end(self, number: int, logs: Any = None) -> None:
            wishes = float(self.model.stop_training) + float(step.stop)
            self.model.stop_training = bool(float(group.sum([tf.constant(wishes)])[0]) > 0)
            step.stop.assign(0.0)
            step.any_stops.assign(0.0)

    return Together()


def _spread_seeds(group: Group, variables: Sequence[Any]) -> None:
    """Lets random layers draw other numbers on each worker: all have the chief's seed, and add their place to it."""
    for variable in variables:
        if "uint" in str(variable.dtype) and "seed" in variable.path and tuple(variable.shape) == (2,):
            seed, count = np.asarray(variable).tolist()
            variable.assign(np.asarray([(seed + 7919 * group.rank) % 2**32, count], np.uint32))


@dataclass
class Traced:
    """The step of a model, kept with what Keras has traced of it for the next joined `fit()`."""

    step: Step
    compiled: Any
    ranks: tuple[Any, ...]
    function: Any = field(default=None, repr=False)


TRACED = "tfbridge_joined_step"
"""The attribute of a model that holds its `Traced`: it lives as long as the model."""


def _traced(model: Any, group: Group, shared: bool, ranks: tuple[Any, ...]) -> Traced:
    """What the last joined `fit()` has left, unless the model was compiled anew since, or its data have other ranks."""
    compiled = compiled_with(model)
    known: Traced | None = vars(model).get(TRACED)
    if (
        known is None
        or compiled is None
        or known.compiled is not compiled
        or (known.ranks, known.step.shared) != (ranks, shared)
    ):
        known = Traced(Step(group, shared), compiled, ranks)
        vars(model)[TRACED] = known
    return known


@contextmanager
def _patched(model: Any, traced: Traced, tested: Tested) -> Iterator[None]:
    """While it lasts, `fit()` of the model is a joined one."""
    step = tested.step = traced.step
    alone, jit, several = model.train_function, model.jit_compile, model.steps_per_execution
    if several != 1:
        model.test_function = None
    # XLA knows no sums over machines, nor can they stand in a loop of TensorFlow.
    model.train_function, model.jit_compile, model.steps_per_execution = traced.function, False, 1
    model.train_step = step.around(model, model.train_step)
    traced.function = None
    try:
        with ExitStack() as stack:
            stack.enter_context(around_updates(step.apply))
            stack.enter_context(around_reductions(step.reduce))
            stack.enter_context(around_moments(step.moments))
            stack.enter_context(around_results(model, tested.results))
            yield
        traced.function = model.train_function
    finally:
        del model.train_step
        model.train_function, model.jit_compile, model.steps_per_execution = alone, jit, several
        if several != 1:
            model.test_function = None
