"""Each thing in bridge.upstream against the real Keras and TensorFlow: nothing here is a copied text."""

from __future__ import annotations

import errno
import logging
import os
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge import upstream
from bridge.backend import keras, tf
from tests.conftest import newer_keras


def small() -> Any:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])


def message(function: Callable[[], Any]) -> str:
    """The text of the error that a function ends in."""
    with pytest.raises(Exception) as caught:
        function()
    return str(caught.value)


class Logged(logging.Handler):
    def __init__(self, *names: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loggers = [logging.getLogger(name) for name in names]

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())

    def __enter__(self) -> list[str]:
        for logger in self.loggers:
            logger.addHandler(self)
        return self.texts

    def __exit__(self, *error: object) -> None:
        for logger in self.loggers:
            logger.removeHandler(self)


def test_an_optimizer_knows_the_variables_that_it_serves() -> None:
    optimizer, model = keras.optimizers.Adam(), small()
    assert list(upstream.served_variables(optimizer)) == []
    optimizer.build(model.trainable_variables)
    assert [id(v) for v in upstream.served_variables(optimizer)] == [id(v) for v in model.trainable_variables]


def test_layers_and_functional_models_know_their_calls() -> None:
    x = keras.Input((2,))
    first = keras.layers.Dense(3)
    assert list(upstream.calls_of(first)) == []
    y = first(x)
    (call,) = upstream.calls_of(first)
    assert call.input_tensors[0] is x
    assert call.output_tensors[0] is y
    model = keras.Model(x, keras.layers.Dense(1)(y))
    levels = upstream.calls_by_depth(model)
    assert levels is not None
    assert [levels[depth][0].operation for depth in (2, 1, 0)] == model.layers
    assert levels[1][0].parent_nodes == levels[2]
    assert upstream.calls_by_depth(small()) is None


LOADERS = [keras.datasets.mnist, keras.datasets.imdb, keras.datasets.reuters, keras.datasets.boston_housing]


@pytest.mark.parametrize("module", LOADERS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_loaders_of_data_sets_read_a_file_and_stay_as_they_are(module: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    before = dict(module.load_data.__globals__)
    split = module in LOADERS[:2]
    names = ("x_train", "y_train", "x_test", "y_test") if split else ("x", "y")
    lists = np.array([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], dtype=object)
    arrays = {
        name: np.arange(5) if name.startswith("y") else lists if module in LOADERS[1:3] else np.ones((5, 2))
        for name in names
    }
    np.savez(path, **arrays)
    (_, y), _ = upstream.reading(module.load_data, str(path))()
    assert set(np.asarray(y).tolist()) <= set(range(5))
    assert dict(module.load_data.__globals__) == before


def test_what_compile_was_given_is_one_metric_of_the_model() -> None:
    model = small()
    model.compile("sgd", "mse", metrics=["mae"])
    assert upstream.COMPILED_METRICS in [metric.name for metric in model.metrics]


def test_archives_hold_a_description_of_the_model(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    small().save(path)
    with zipfile.ZipFile(path) as archive:
        assert b"Dense" in archive.read(upstream.CONFIG_IN_ARCHIVE)


def test_names_that_nobody_gave() -> None:
    made_up = [keras.Input((2,)).name, keras.layers.Dense(1)(keras.Input((2,))).name, keras.layers.InputLayer((2,)).name]
    assert all(upstream.MADE_UP_NAME.fullmatch(name) for name in made_up)
    assert not upstream.MADE_UP_NAME.fullmatch(keras.Input((2,), name="age").name)


def test_the_training_step_of_keras_is_told_by_its_name() -> None:
    model = small()
    model.compile("sgd", "mse")
    model.make_train_function()
    traced = getattr(model.train_function, "python_function", model.train_function)
    assert upstream.TRAINING_STEP in traced.__qualname__


def test_an_input_that_does_not_fit() -> None:
    model = small()
    found = upstream.KERAS_INPUT.search(message(lambda: model.layers[0](np.ones((1, 5)))))
    assert found is not None
    assert (found[1], found[3]) == ("0", model.layers[0].name)


def test_what_messages_have_for_readers_of_source() -> None:
    class Refusing(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            raise ValueError("no")

    keras_error = message(lambda: Refusing()(np.ones((1, 4))))
    op_error = message(lambda: tf.raw_ops.MatMul(a=tf.ones((2, 3)), b=tf.ones((2, 3))))
    for told, mark in ((keras_error, "Arguments received by"), (op_error, "[Op:MatMul]"), (op_error, "{{function_node")):
        assert mark in told
        assert mark not in upstream.FOR_READERS_OF_SOURCE.sub("", told)


def test_symbolic_tensors_and_shapes_in_messages() -> None:
    printed = str(keras.Input((2, 3), name="age"))
    found = upstream.KERAS_SYMBOLIC.search(f"<{printed}>" if not printed.startswith("<") else printed)
    assert found is not None
    assert found.groups() == ("(None, 2, 3)", "float32", "age")
    assert upstream.KERAS_SHAPE.search(str(keras.Input((2,)).shape)) is not None
    assert upstream.KERAS_SHAPE.search(message(lambda: small().layers[0](keras.Input((5,))))) is not None


@newer_keras
def test_an_output_that_does_not_come_from_the_inputs() -> None:
    x, other = keras.Input((2,)), keras.Input((2,))
    assert upstream.KERAS_UNCONNECTED.search(message(lambda: keras.Model(x, other * 2))) is not None
    found = upstream.KERAS_UNCONNECTED.search(message(lambda: keras.Model(x, {"a": x + 1, "b": other * 2})))
    assert found is not None
    assert found[1] == "b"


def test_arguments_that_were_not_given() -> None:
    class Two(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any, other: Any) -> Any:
            raise ValueError("no")

    text = message(lambda: Two()(keras.Input((2,)), keras.Input((2,))))
    assert "Arguments received" in text
    missing = message(lambda: Two()(keras.Input((2,))))
    assert "inspect._empty" not in upstream.KERAS_NOT_GIVEN.sub("", missing)


@pytest.mark.parametrize(
    "module", ["activations", "initializers", "regularizers", "constraints", "optimizers", "losses", "metrics"]
)
def test_names_that_do_not_exist(module: str) -> None:
    assert upstream.KERAS_NO_SUCH_NAME in message(lambda: getattr(keras, module).get("no_such_thing"))


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_file_with_a_class_that_is_not_defined(ending: str, tmp_path: Path) -> None:
    class Unheard(keras.layers.Dense):  # type: ignore[misc]
        pass

    path = str(tmp_path / f"m{ending}")
    keras.Sequential([keras.Input((2,)), Unheard(1)]).save(path)
    found = upstream.KERAS_UNKNOWN_CLASS.search(message(lambda: keras.models.load_model(path)))
    assert found is not None
    assert "Unheard" in found.groups()


def test_a_download_that_fails(tmp_path: Path) -> None:
    text = message(lambda: keras.utils.get_file("x", "http://127.0.0.1:9/x", cache_dir=str(tmp_path)))
    assert upstream.KERAS_DOWNLOAD_FAILED in text


def test_the_warning_of_input_shape_on_a_layer() -> None:
    with pytest.warns(UserWarning, match=upstream.KERAS_INPUT_SHAPE):
        keras.layers.Dense(1, input_shape=(2,))


def test_the_warning_of_data_that_end() -> None:
    model = small()
    model.compile("sgd", "mse")
    width = model.input_shape[-1]
    batches = tf.data.Dataset.range(2).filter(lambda x: x >= 0).map(lambda x: (tf.ones((2, width)), tf.ones((2, 1))))
    with pytest.warns(UserWarning, match=upstream.KERAS_RAN_OUT):
        model.fit(batches, verbose=0)


def test_the_warning_of_hdf5(tmp_path: Path) -> None:
    with Logged("absl") as texts:
        small().save(str(tmp_path / "m.h5"))
    assert [upstream.KERAS_HDF5 in text for text in texts] == [True]


def test_the_warning_of_retracing() -> None:
    @tf.function  # type: ignore[untyped-decorator]
    def again(x: Any) -> Any:
        return x

    with Logged("tensorflow") as texts:
        for i in range(12):
            again(i)
    found = upstream.TENSORFLOW_RETRACING.match(texts[0])
    assert found is not None
    assert found[3].endswith("again")


def test_a_failure_in_a_graph() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
    text = message(lambda: model.fit(np.ones((4, 2)), np.full(4, 7), verbose=0))
    found = upstream.TENSORFLOW_GRAPH.search(text)
    assert found is not None
    assert "label value" in found[2]
    assert "/" in found[1]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full to stand for a full disk")
def test_h5py_tells_the_number_of_the_error() -> None:
    import h5py

    def write() -> None:
        with h5py.File("/dev/full", "w") as file:
            file["x"] = np.ones(100000)
            file.flush()

    found = upstream.HDF5_ERRNO.search(message(write))
    assert found is not None
    assert int(found[1]) in errno.errorcode


def test_nothing_is_warned_of_otherwise() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        keras.layers.Dense(1)


def test_what_a_model_was_compiled_with_loses_its_optimizer_to_hdf5(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    assert upstream.compiled_with(model) is None
    model.compile("adam", "mse")
    compiled = upstream.compiled_with(model)
    assert compiled is not None
    assert "optimizer" in compiled
    keras.saving.save_model(model, str(tmp_path / "model.h5"))
    assert "optimizer" not in compiled


def test_what_is_traced_in_a_scratch_graph_stays_there() -> None:
    @tf.function(autograph=False)
    def graph(x: Any) -> Any:
        here = len(tf.compat.v1.get_default_graph().get_operations())
        with upstream.scratch_graph().as_default():
            assert (x + 1).shape == [2]
        assert len(tf.compat.v1.get_default_graph().get_operations()) == here
        return x

    graph(tf.constant([1.0, 2.0]))


def test_datasets_name_the_python_code_in_them_and_so_does_a_call_of_it() -> None:
    running = []

    def code(x: Any) -> Any:
        running.append(upstream.code_running())
        return x

    plain = tf.data.Dataset.range(2)
    mapped = plain.map(lambda x: tf.py_function(code, [x], tf.int64))
    nested = plain.flat_map(lambda _: tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(code, [x], tf.int64)))
    generated = tf.data.Dataset.from_generator(lambda: iter([1]), output_signature=tf.TensorSpec((), tf.int64))
    assert upstream.python_code(plain.batch(2).prefetch(1)) == frozenset()
    assert upstream.python_code(generated)
    both = upstream.python_code(tf.data.Dataset.zip((mapped.batch(2), nested)))
    assert both == upstream.python_code(mapped) | upstream.python_code(nested)
    assert upstream.python_code(plain.flat_map(lambda _: mapped)) == {upstream.ANY_CODE}
    for dataset in (mapped, nested):
        running.clear()
        list(dataset)
        assert set(running) == upstream.python_code(dataset)
    assert upstream.code_running() is None


def test_updates_go_through_apply_once_and_are_clipped_after() -> None:
    seen = []

    def apply(original: Any, optimizer: Any, gradients: Any, variables: Any) -> Any:
        seen.append((type(optimizer).__name__, len(list(gradients))))
        return original(optimizer, [tf.zeros_like(gradient) for gradient in gradients], variables)

    x, y = np.ones((4, 4)), np.ones((4, 1))
    for optimizer in (keras.optimizers.SGD(1.0, global_clipnorm=0.1), keras.optimizers.Adam(1.0)):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile(optimizer, "mse", jit_compile=False)
        before = [np.array(weight) for weight in model.get_weights()]
        with upstream.around_updates(apply):
            model.fit(x, y, verbose=0)
        for weight, now in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(weight, now)
    # What makes variables is traced twice.
    assert list(dict.fromkeys(seen)) == [("SGD", 2), ("Adam", 2)]
    seen.clear()
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1.0))
    with upstream.around_updates(apply):
        scaled.apply([tf.ones(2)], [keras.Variable([1.0, 1.0])])
    assert seen == [("LossScaleOptimizer", 1), ("SGD", 1)]


def test_losses_are_reduced_in_one_place_with_their_mask() -> None:
    seen = []

    def reduce(original: Any, divisor: Any, values: Any, sample_weight: Any, mask: Any, reduction: Any, dtype: Any) -> Any:
        seen.append((reduction, float(tf.reduce_sum(divisor(sample_weight, mask, "float32")))))
        return original(values, sample_weight=sample_weight, mask=mask, reduction=reduction, dtype=dtype)

    model = keras.Sequential([keras.Input((3,)), keras.layers.Embedding(3, 2, mask_zero=True), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    with upstream.around_reductions(reduce):
        model.evaluate(np.array([[1, 2, 0]]), np.ones((1, 3, 1)), verbose=0)
        keras.losses.MeanSquaredError(reduction="sum")(np.ones((2, 1)), np.ones((2, 1)), sample_weight=np.array([2.0, 3.0]))
    assert seen == [("sum_over_batch_size", 2.0), ("sum", 5.0)]


def test_synchronized_layers_ask_for_moments() -> None:
    seen = []

    def moments(x: Any, axes: Any, keepdims: bool) -> Any:
        seen.append(list(axes))
        return tf.nn.moments(x, axes, keepdims=keepdims)

    with upstream.around_moments(moments):
        keras.layers.BatchNormalization(synchronized=True)(tf.ones((2, 3)), training=True)
        keras.layers.BatchNormalization()(tf.ones((2, 3)), training=True)
    assert seen == [[0]]


def test_logs_of_epochs_and_evaluations_are_made_once_each_and_epochs_begin_where_a_callback_says() -> None:
    model = small()
    model.compile("sgd", "mse", jit_compile=False)
    order = []

    def results(original: Any, logs: Any) -> Any:
        order.append("logs")
        return original(logs) | {"loss": 5.0}

    class Begins(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Any = None) -> None:
            upstream.begin_with(self.model, 2)

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            order.append(f"epoch {epoch}")

    def batches() -> Any:
        order.append("data")
        yield np.ones((2, 2)), np.ones((2, 1))

    spec = (tf.TensorSpec((2, 2)), tf.TensorSpec((2, 1)))
    data = tf.data.Dataset.from_generator(batches, output_signature=spec).apply(tf.data.experimental.assert_cardinality(1))
    with upstream.around_results(model, results):
        history = model.fit(data, epochs=3, validation_data=data, callbacks=[Begins()], shuffle=False, verbose=0)
    assert order == ["epoch 2", "data", "logs", "data", "logs"]
    assert (history.history["loss"], history.history["val_loss"]) == ([5.0], [5.0])
    assert upstream.first_epoch(model) == 2
    assert not hasattr(type(model), "results")


def test_a_model_is_built_for_a_batch_with_its_metrics_and_optimizer() -> None:
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    upstream.build_for(model, (tf.ones((2, 3)), tf.ones((2, 1))))
    assert model.built
    assert model.optimizer.built
    assert {metric.name for metric in model.metrics} == {"loss", upstream.COMPILED_METRICS}
    assert len(model.metrics_variables) == 4


def test_tensorflow_that_has_begun_takes_no_other_workers() -> None:
    tf.constant(1.0)
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": ["127.0.0.1:9", "127.0.0.1:10"]}), task_type="worker", task_id=0, rpc_layer="grpc"
    )
    text = message(lambda: tf.distribute.MultiWorkerMirroredStrategy(resolver))
    assert upstream.TENSORFLOW_TOO_LATE in text
