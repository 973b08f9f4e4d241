"""What is not ours and not promised: private attributes of Keras, and the English of what Keras, TensorFlow and h5py say.

Nothing outside of this file and `rpkg/R/upstream.R` may rely on such a thing (`make lint` looks). Each of them says why,
since when it is so, and what would be lost if it were gone. tests/test_upstream.py provokes the real attribute or message,
on the newest Keras and, by `make oldest`, on the oldest that runs here.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

# Private attributes


def served_variables(optimizer: Any) -> Sequence[Any]:
    """The variables that a built optimizer trains.

    Why: Keras refuses others ("Unknown variable") during training, without a word before. Since 3.0. If it were
    gone: `compile()` could not give a second model its own optimizer.
    """
    variables: Sequence[Any] = optimizer._trainable_variables
    return variables


def calls_of(layer: Any) -> Sequence[Any]:
    """The calls of a layer on symbolic tensors, each with `input_tensors` and `output_tensors`.

    Why: `get_config()` of a model has them as descriptions only, and fails where a layer has none. Since 3.0. If it were
    gone: plots of models would show no shapes.
    """
    calls: Sequence[Any] = getattr(layer, "_inbound_nodes", ())
    return calls


def extended(model: Any, layer: Any) -> bool:
    """Adds a layer to a Sequential model whose input is known, by one call of that layer; whether that went well.

    Why: `model.add()` calls all layers anew, which takes it 80 ms when there are 400. `add(rebuild=)`, `_functional` and the
    structures that it goes on from since 3.0. If one were gone, or the layer does not take what the model gives: the model
    is as before, and `add()` has its way.
    """
    known: Any = getattr(model, "_functional", None)
    last, first = getattr(known, "_outputs_struct", None), getattr(known, "_inputs_struct", None)
    if not hasattr(last, "_keras_history") or not hasattr(first, "_keras_history") or hasattr(layer, "_keras_history"):
        return False
    count = len(model._layers)
    try:
        model.add(layer, rebuild=False)
        model._functional = type(known)(inputs=first, outputs=layer(last))
    except Exception:
        if len(model._layers) > count:
            model.pop(rebuild=False)
        model._functional, model.built = known, True
        return False
    model.built = True
    return True


def calls_by_depth(model: Any) -> dict[int, list[Any]] | None:
    """The calls that a functional model makes, the last at depth 0; None for other models. Each has `parent_nodes`.

    Why: a layer knows all of its calls, those in other models too. Since 3.0. If it were gone: plots would have no arrows.
    """
    calls: dict[int, list[Any]] | None = getattr(model, "_nodes_by_depth", None)
    return calls


def reading(loader: Any, path: str) -> Callable[..., Any]:
    """A function like a loader of keras.datasets that reads this file, or those in this directory, and downloads nothing.

    Why: the loaders take the name of a file in their cache, refuse a directory in it and check its hash; `KERAS_HOME` is
    read once, when Keras is imported. Since 3.0 they call `get_file`, imported by name. If it were gone: they would
    download.
    """

    def get_file(name: str = "", *_: Any, fname: str = "", **__: Any) -> str:
        inside = os.path.join(path, name or fname)
        return inside if os.path.isfile(inside) else path

    scope = {**loader.__globals__, "get_file": get_file}
    return FunctionType(loader.__code__, scope, loader.__name__, loader.__defaults__, loader.__closure__)


def compiled_with(model: Any) -> dict[str, Any] | None:
    """What `compile()` was given, as a model keeps it for files; None for one that was not compiled.

    Why: writing HDF5 takes the optimizer out of it, and later files lack it. Since 3.0. If it were gone: they would lack it.
    """
    compiled: dict[str, Any] | None = getattr(getattr(model, "_compile_config", None), "config", None)
    return compiled


def ask_for_interrupts(pending: Callable[[int], int]) -> None:
    """Has the signal handler of reticulate 1.28 ask this function whether R has been interrupted, in place of its own.

    Why: its own looks by R code that can jump out through Python's frames. Since 1.28; 1.41 has none. If it were gone:
    interrupts that come while Python computes could end the session.
    """
    signals = sys.modules.get("rpytools.signals")
    if signals is not None and hasattr(signals, "_callback"):
        signals._callback = pending  # type: ignore[attr-defined]


def scratch_graph() -> Any:
    """A graph in which code can be traced to see what it gives, and which is then thrown away.

    Why: what a loop or a branch gives must be known before TensorFlow is given it. Since 2.3. If it were gone: branches
    of which one gives an R number, and variables first defined in a loop, could not be traced.
    """
    from tensorflow import __internal__ as internal

    return internal.FuncGraph("scratch")


def before_r_functions(check: Callable[[], None]) -> None:
    """Has reticulate 1.28 call this before each R function that it has made a Python function of, whenever that was.

    Why: it runs R on whatever thread calls. Since 1.28; versions without its own signal handler see to that themselves. If
    it were gone: a thread of Python's that calls such a function would end the session.
    """
    module = sys.modules.get("rpycall")
    if not hasattr(sys.modules.get("rpytools.signals"), "_callback") or not hasattr(module, "call_r_function"):
        return
    call = module.call_r_function  # type: ignore[union-attr]

    def checked(*args: Any, **kwargs: Any) -> Any:
        check()
        return call(*args, **kwargs)

    module.call_r_function = checked  # type: ignore[union-attr]


ANY_CODE = "any"
"""In place of the names of Python code that a dataset reaches by a way that does not tell them."""


def python_code(dataset: Any) -> frozenset[str]:
    """The Python code that computes elements of a dataset, by TensorFlow's names; `ANY_CODE` where they cannot be told.

    Why: R's thread has to serve while such a dataset is walked through, and only then. `_inputs`, `_functions` and the
    registry of `py_function()` since 2.0. If they were gone: R functions in datasets would be refused.
    """
    registry = _python_functions()
    if not registry.size():
        return frozenset()
    found = _python_code.get(dataset)
    if found is None:
        found = _python_code[dataset] = frozenset(_python_code_of(dataset))
    return found


def code_running() -> str | None:
    """The name of the Python code that TensorFlow has called on this thread, None for another caller.

    Why: it tells which dataset asks. Since 2.0. If it were gone: any walk through a dataset would be taken for the one.
    """
    called = type(_python_functions()).__call__.__code__
    frame = sys._getframe(1)
    while frame is not None and frame.f_code is not called:
        frame = frame.f_back  # type: ignore[assignment]
    return None if frame is None else str(frame.f_locals["token"])


_python_code: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()


def _python_functions() -> Any:
    return importlib.import_module("tensorflow.python.ops.script_ops")._py_funcs


def _python_code_of(dataset: Any) -> Iterator[str]:
    for function in dataset._functions():
        graph = function.function.graph
        definition = graph.as_graph_def()
        for node in (*definition.node, *(node for called in definition.library.function for node in called.node_def)):
            if node.op in ("PyFunc", "PyFuncStateless", "EagerPyFunc"):
                yield node.attr["token"].s.decode()
        # Another dataset, say.
        if any(captured.dtype == "variant" for captured in graph.external_captures if hasattr(captured, "dtype")):
            yield ANY_CODE
    for source in dataset._inputs():
        yield from _python_code_of(source)


# What several processes that train together change while they do


@contextmanager
def around_updates(apply: Callable[..., Any]) -> Iterator[None]:
    """While it lasts, `apply(original, optimizer, gradients, variables)` stands in the place of `Optimizer.apply()`.

    Why: there gradients are whole, and not yet clipped, accumulated or unscaled. The classes that define `apply()` since
    3.0. If gradients took another way: each worker would train by its own.
    """
    keras = importlib.import_module("keras")
    kinds = (keras.optimizers.Optimizer, keras.optimizers.LossScaleOptimizer)
    classes = {cls: vars(cls)["apply"] for kind in kinds for cls in kind.__mro__ if "apply" in vars(cls)}

    def wrapped(original: Any) -> Any:
        def method(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
            return apply(original, self, grads, trainable_variables)

        return method

    with ExitStack() as stack:
        for cls, original in classes.items():
            stack.enter_context(_set(cls, "apply", wrapped(original)))
        yield


@contextmanager
def around_reductions(reduce: Callable[..., Any]) -> Iterator[None]:
    """While it lasts, losses are reduced by `reduce(original, divisor, values, sample_weight, mask, reduction, dtype)`.

    `divisor(sample_weight, mask, dtype)` is what masks and weights let the mean of a loss be divided by.

    Why: a mean over what is not masked is one over that of all workers. `reduce_weighted_values()` and `apply_mask()`
    since 3.5. If they were gone: losses with masks, and sums, would be weighted by rows.
    """
    module: Any = importlib.import_module("keras.src.losses.loss")
    original = module.reduce_weighted_values

    def divisor(sample_weight: Any, mask: Any, dtype: Any) -> Any:
        return module.apply_mask(sample_weight, mask, dtype=dtype, reduction="sum")

    def reduced(
        values: Any, sample_weight: Any = None, mask: Any = None, reduction: Any = "sum_over_batch_size", dtype: Any = None
    ) -> Any:
        return reduce(original, divisor, values, sample_weight, mask, reduction, dtype)

    with _set(module, "reduce_weighted_values", reduced):
        yield


@contextmanager
def around_moments(moments: Callable[..., Any]) -> Iterator[None]:
    """While it lasts, layers with `synchronized = TRUE` take mean and variance from `moments(x, axes, keepdims)`.

    Why: Keras' own asks the strategy that a model lives in. Since 3.0. If it were gone: they would be those of a worker.
    """
    with _set(importlib.import_module("keras.src.backend.tensorflow.nn"), "_compute_moments_sync", moments):
        yield


@contextmanager
def around_results(model: Any, results: Callable[..., Any]) -> Iterator[None]:
    """While it lasts, `results(original, logs)` makes the logs of an epoch and of an evaluation, once each.

    Why: metrics are whole then, and not yet told. Since 3.7. If it were gone: logs would be those of one worker.
    """
    original = model._get_metrics_result_or_logs
    model._get_metrics_result_or_logs = lambda logs: results(original, logs)
    try:
        yield
    finally:
        del model._get_metrics_result_or_logs


def first_epoch(model: Any) -> int:
    """The epoch with which a callback wants training to begin, from 0; 0 if none does.

    Why: a restored state is one of an epoch. Since 3.0. If it were gone: workers would begin with different ones.
    """
    return int(getattr(model, "_initial_epoch", None) or 0)


def begin_with(model: Any, epoch: int) -> None:
    """Has training begin with this epoch, from 0; see `first_epoch()`."""
    model._initial_epoch = epoch or None


def build_for(model: Any, batch: Any) -> None:
    """Makes the weights, metrics and optimizer state of a compiled model for a batch `(x, y, sample_weight)` of tensors.

    Why: workers compare and send them before the first step. Since 3.4. If it were gone: only models that have their
    weights could be trained together.
    """
    model._symbolic_build(data_batch=batch)


@contextmanager
def _set(place: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


# Names that Keras gives

COMPILED_METRICS = "compile_metrics"
"""The one of `model.metrics` that holds what `compile()` was given.

Why: Keras keeps it when a later `compile()` has no metrics. Since 3.0. If it had another name: they would stay.
"""

CONFIG_IN_ARCHIVE = "config.json"
"""Where a `.keras` archive describes the model.

Why: which R classes it needs must be known before Keras reads it. Since 3.0. If it had another name: models with R classes
would not be loaded in sessions that do not define them.
"""

MADE_UP_NAME = re.compile(r"None|(keras_tensor|input_layer)(_\d+)?")
"""Names that Keras gives to tensors whose user gave them none.

Why: errors are to name only what the user named. Since 3.0. If they were others: errors would name them.
"""

TRAINING_STEP = "Trainer"
"""What is in the name of the function that Keras traces for a training step.

Why: it is traced anew for each model, which no user can help. Since 3.8. If it were another: users would be warned.
"""

# Messages: the first word says whose they are

KERAS_INPUT = re.compile(r"Input (\d+)(?: with name '([^']*)')? of layer ['\"]([^'\"]*)['\"]")
"""Says that an input of a layer does not fit: its number from 0, its name, the layer.

Why: R counts from 1. Since 3.0. If it read otherwise: R users would get Keras' number.
"""

KERAS_SYMBOLIC = re.compile(r"<KerasTensor shape=(\([^)]*\)), dtype=(\w+)[^>]*?(?:, name=(\w+))?>")
"""How a symbolic tensor is printed: shape, dtype, name.

Why: R users do not meet the class KerasTensor. Since 3.0. If it read otherwise: it would be told as it is.
"""

KERAS_SHAPE = re.compile(r"[(\[](?:None|\d+)(?:, (?:None|\d+))*,?[)\]]")
"""How a shape is printed, by Keras and TensorFlow.

Why: an unknown size is NA in R. Since ever. If it read otherwise: it would be None.
"""

KERAS_UNCONNECTED = re.compile(r"Output with path `([^`]*)` is not connected to `inputs`")
"""Says that a model's output does not come from its inputs; the path is empty for the only one.

Why: R has `outputs$name`. Since a version after 3.8, which makes such models without a word. If
it read otherwise: it would be told as it is.
"""

FOR_READERS_OF_SOURCE = re.compile(
    r"\n*Arguments received by (?s:.*)|\{\{function_node [^}]*\}\} ?|\s*; NodeDef: (?s:.*)|\s*\[Op:\w+\]( name:.*)?"
)
"""What messages of Keras and TensorFlow have for those who read their source: arguments, nodes and names of operations.

Why: R users gave other arguments, and their call is shown. Since 3.0 and 2.0. If it read otherwise: it would stay.
"""

KERAS_NOT_GIVEN = re.compile(r"\n +\S \w+=<class 'inspect\._empty'>")
"""A line of "Arguments received" for an argument that was not given.

Why: it shows an object of Python that the user did not give. Since 3.0. If it read otherwise: it would stay.
"""

KERAS_NO_SUCH_NAME = "Could not interpret"
"""Says that no loss, optimizer, activation ... has a name.

Why: other ValueErrors of `get()` mean that there is one. Since 3.0. If it read otherwise: a name that does not exist would
be refused by Keras, later and in its words.
"""

KERAS_UNKNOWN_CLASS = re.compile(r"Could not locate (?:class|function) '(?:.*>)?(\w+)'|Unknown \w+: '?(\w+)")
"""Says that a file needs a class that is not defined; the second form is that of HDF5 files.

Why: the remedy in R is `custom_objects` or the definition. Since 3.0. If it read otherwise: it would be told as it is.
"""

KERAS_DOWNLOAD_FAILED = "URL fetch failure"
"""Says that a file could not be downloaded.

Why: a hint says how to do without. Since 2.0. If it read otherwise: there would be no hint.
"""

KERAS_INPUT_SHAPE = "Do not pass an `input_shape`"
"""Warns of `input_shape` on a layer.

Why: that is how R scripts have it. Since 3.0. If it read otherwise: each such layer would warn.
"""

KERAS_RAN_OUT = "Your input ran out of data"
"""Warns that data ended before the steps that were asked for, and of data of unknown length that they ended at all.

Why: the second is how such data are. Since 3.0. If it read otherwise: `fit()` would warn of each filtered dataset.
"""

KERAS_UNTRAINED_OPTIMIZER = r"^Skipping variable loading for optimizer .* the saved optimizer has [012] variables"
"""Of an optimizer that made no step: it has no more to load than its number of steps and its learning rate.

Why: nothing is lost. Since 3.0. If it were worded otherwise: models that were never trained would load with a warning.
"""

KERAS_UNBUILT_METRICS = "the compiled metrics have yet to be built"
"""Of a model from HDF5 that was never evaluated.

Why: it is complete all the same. Since 3.0. If it were worded otherwise: such models would load with a warning.
"""

KERAS_HDF5 = "HDF5 file"
"""Warns that a model is saved as HDF5.

Why: whoever writes `.h5` has chosen it. Since 2.13. If it read otherwise: R would warn.
"""

TENSORFLOW_TOO_LATE = "Collective ops must be configured at program startup"
"""Says that TensorFlow has computed something before it was told of other workers.

Why: users are to put the strategy first. Since 2.4. If it read otherwise: it would be told as it is.
"""

TENSORFLOW_RETRACING = re.compile(r"(\d+) out of the last (\d+) calls to <function (\S+) .* triggered tf.function retracing")
"""Warns that a function is traced again and again; the third group is its name.

Why: the remedies that it names are Python's. Since 2.0. If it read otherwise: it would be told as it is.
"""

TENSORFLOW_GRAPH = re.compile(
    r"Graph execution error:\n\nDetected at node (\S+) .*\n(?:<.*>\n|  File .*\n|\n)*([^\n]+)(?s:.*)"
)
"""Says that a node of a graph failed: its path, a stack, the reason, the stack again.

Why: reason and node tell more than a page. Since 2.11. If it read otherwise: it would be told as it is.
"""

HDF5_ERRNO = re.compile(r"errno = (\d+)")
"""How h5py tells which error of the system it was.

Why: a full disk is no damaged file. Since 2.0. If it read otherwise: the reason would not be told in the system's words.
"""
