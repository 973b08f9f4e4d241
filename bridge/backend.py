"""TensorFlow and Keras, imported when they are first needed.

`import bridge` stays light: these two stand-ins load the real module at the first attribute that is asked of them and
keep what they hand out, so a hot path pays one dictionary look-up.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class LazyModule(ModuleType):
    """A module that is imported at the first look into it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        load()
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def missing_modules() -> list[str]:
    """Which of the modules that bridge needs this Python does not have; nothing is imported."""
    return [name for name in ("numpy", "tensorflow", "keras") if importlib.util.find_spec(name) is None]


def load() -> None:
    """Imports TensorFlow and Keras without their start-up lines; a failed import shows what they wrote."""
    if "keras" in sys.modules and "tensorflow" in sys.modules and not _waiting:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    with _quiet_stderr():
        importlib.import_module("tensorflow")
        importlib.import_module("keras")
    # R keeps tensors until it collects garbage, so Python's collector comes by often: it need not look at all this again.
    gc.freeze()
    while _waiting:
        _waiting.pop()()


_waiting: list[Callable[[], None]] = []


def when_loaded(function: Callable[[], None]) -> None:
    """Calls a function once TensorFlow and Keras are there."""
    _waiting.append(function)


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Holds back what C++ libraries write to stderr while they load: TF_CPP_MIN_LOG_LEVEL comes too late for some of it."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


tf: Any = LazyModule("tensorflow")
keras: Any = LazyModule("keras")


def versions() -> dict[str, str]:
    """Versions and places of Python, TensorFlow, Keras and NumPy, for R's `tf_config()`."""
    load()
    return {
        "tensorflow": tf.version.VERSION,
        "tensorflow_path": os.path.dirname(importlib.import_module("tensorflow").__file__ or ""),
        "keras": keras.version(),
        "numpy": importlib.import_module("numpy").__version__,
        "python": sys.version.split()[0],
        "python_path": sys.executable,
    }


def s3_classes() -> dict[str, list[str]]:
    """For each S3 class by which R methods find Python objects the classes that it stands for, by module and name.

    The public names are ours to rely on; where Keras and TensorFlow define the classes, reticulate goes by.
    """
    load()
    keras_objects = (
        keras.Layer,
        keras.callbacks.Callback,
        keras.Loss,
        keras.Metric,
        keras.Optimizer,
        keras.optimizers.schedules.LearningRateSchedule,
        keras.constraints.Constraint,
        keras.Initializer,
        keras.Regularizer,
    )
    tensors = (tf.Tensor, tf.Variable, tf.RaggedTensor, tf.SparseTensor, keras.KerasTensor, keras.Variable)
    found: dict[str, tuple[Any, ...]] = {
        "tensorflow.tensor": tensors,
        "keras.KerasTensor": (keras.KerasTensor,),
        "tensorflow.TensorShape": (tf.TensorShape,),
        "tensorflow.DType": (tf.DType,),
        "tensorflow.dataset": (tf.data.Dataset,),
        "keras.tracked": _tracked(),
        "keras.models.Model": (keras.Model,),
        "keras.models.Sequential": (keras.Sequential,),
        "keras.layers.Layer": (keras.Layer,),
        "keras.batches": (keras.utils.PyDataset,),
        "keras.mapping": (keras.distribution.LayoutMap, keras.dtype_policies.DTypePolicyMap),
        "keras.callbacks.History": (keras.callbacks.History,),
        "keras.optimizers.schedules.LearningRateSchedule": (keras.optimizers.schedules.LearningRateSchedule,),
        "keras.object": keras_objects,
    }
    return {name: [f"{cls.__module__}.{cls.__name__}" for cls in classes] for name, classes in found.items()}


def _tracked() -> tuple[type, ...]:
    """What Keras makes of a list, a dict and a set that it tracks: classes without a public name."""
    layer = keras.Layer(name="tracking")
    layer.held = [[], {}, set()]
    return (type(layer.held), *map(type, layer.held))
