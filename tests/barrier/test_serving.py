"""R's thread serves: Python functions that may only run on the main thread stand for R's."""

from __future__ import annotations

import gc
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.barrier import serving
from bridge.barrier.functions import RFunction
from bridge.barrier.serving import Cancelled, Served
from bridge.errors import DtypeError, ThreadError

MAIN = threading.main_thread()

pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data", "ignore:`shuffle=True` was passed")


def foreign(function: Callable[..., Any]) -> RFunction:
    def only_there(*args: Any) -> Any:
        assert threading.current_thread() is MAIN
        return function(*args)

    return RFunction(only_there, function.__name__)


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """A hang ends the test, as an interrupt does, and nothing is left behind."""

    def late() -> None:
        raise TimeoutError("the main thread waited for ever")

    serving.watch(lambda: late() if time.monotonic() > end else None)
    end = time.monotonic() + 30
    yield
    serving._looks.clear()
    if serving._walks:
        gc.collect()
    wait_until(lambda: not serving._walks and not serving._requests)
    wait_until(lambda: not any(thread.name == "tfbridge-walk" for thread in threading.enumerate()))


def wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def mapped(function: Callable[..., Any], size: int = 20, parallel: int | None = None) -> Any:
    called = foreign(function)
    return tf.data.Dataset.range(size).map(lambda x: tf.py_function(called, [x], tf.int64), num_parallel_calls=parallel)


def generated(function: Callable[[], Any]) -> Any:
    called = foreign(function)

    def batches() -> Iterator[Any]:
        while True:
            yield called()

    return tf.data.Dataset.from_generator(batches, output_signature=(tf.TensorSpec((4, 2)), tf.TensorSpec((4, 1))))


def batch() -> Any:
    return np.ones((4, 2), "float32"), np.ones((4, 1), "float32")


def small_model() -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize(
    "pipeline",
    [
        lambda d: d,
        lambda d: d.prefetch(3),
        lambda d: d.batch(3).prefetch(1).unbatch(),
        lambda d: tf.data.Dataset.zip((d, d)).map(lambda a, b: a),
        lambda d: tf.data.Dataset.range(1).interleave(lambda _: d, cycle_length=2, num_parallel_calls=2),
        lambda d: d.cache().repeat(1),
    ],
    ids=["plain", "prefetch", "batch", "zip", "interleave", "cache"],
)
@pytest.mark.parametrize("parallel", [None, 4])
def test_elements_come_in_order_from_the_main_thread(pipeline: Callable[[Any], Any], parallel: int | None) -> None:
    dataset = pipeline(mapped(lambda x: x * 2, parallel=parallel))
    for _ in range(2):
        assert [int(x) for x in dataset] == list(range(0, 40, 2))


def test_a_dataset_of_tensorflows_operations_is_walked_through_as_ever() -> None:
    mine = mapped(lambda x: x)
    plain = tf.data.Dataset.range(3).map(lambda x: x + 1).batch(2)
    assert isinstance(iter(mine), Served)
    assert isinstance(iter(plain), tf.data.Iterator)


def test_python_code_is_found_wherever_it_is() -> None:
    def nested(_: Any) -> Any:
        return tf.data.Dataset.range(2).map(lambda x: tf.numpy_function(inner, [x], tf.int64))

    inner = foreign(lambda x: x + 1)
    assert [int(x) for x in tf.data.Dataset.range(2).flat_map(nested)] == [1, 2, 1, 2]
    traced = tf.function(lambda x: tf.numpy_function(inner, [x], tf.int64))
    assert [int(x) for x in tf.data.Dataset.range(2).map(lambda x: traced(x))] == [1, 2]


def test_no_more_is_drawn_ahead_than_prefetching_asks_for() -> None:
    drawn = []
    walk = iter(generated(lambda: (drawn.append(1), batch())[1]).prefetch(2))
    next(walk)
    time.sleep(0.1)
    assert len(drawn) <= 3
    for _ in range(5):
        next(walk)
    assert len(drawn) <= 8


def test_fit_evaluate_and_predict_fetch_so() -> None:
    drawn = []
    dataset = generated(lambda: (drawn.append(1), batch())[1]).prefetch(2)
    model = small_model()
    history = model.fit(dataset, epochs=3, steps_per_epoch=4, validation_data=dataset, validation_steps=2, verbose=0)
    assert len(history.history["val_loss"]) == 3
    assert len(drawn) <= 12 + 6 + 4 * 2
    assert np.isfinite(model.evaluate(dataset, steps=2, verbose=0))
    assert model.predict(dataset, steps=2, verbose=0).shape == (8, 1)


@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_epochs_end_with_data_of_unknown_length(steps_per_execution: int) -> None:
    dataset = generated(batch).take(3).filter(lambda x, y: True)
    model = small_model()
    model.compile("sgd", "mse", steps_per_execution=steps_per_execution)
    seen = []
    counting = keras.callbacks.LambdaCallback(on_train_batch_end=lambda step, logs: seen.append(step))
    assert len(model.fit(dataset, epochs=2, callbacks=[counting], verbose=0).history["loss"]) == 2
    assert len(seen) == 2 * -(-3 // steps_per_execution)


def test_an_error_comes_with_its_element_and_walks_go_on() -> None:
    def fails(x: Any) -> Any:
        if x % 3 == 2:
            raise ValueError(f"no {x}")
        return x

    walk = iter(mapped(fails, parallel=4))
    found: list[Any] = []
    while True:
        try:
            found.append(int(next(walk)))
        except StopIteration:
            break
        except tf.errors.OpError as error:
            assert f"no {len(found)}" in str(error)
            found.append(None)
    assert found == [None if x % 3 == 2 else x for x in range(20)]


def test_errors_do_not_hold_the_iterator_that_they_come_from() -> None:
    def fails(x: Any) -> Any:
        raise ValueError("no")

    for dataset in (mapped(fails), mapped(lambda x: x).take(0)):
        try:
            next(iter(dataset))
        except (StopIteration, tf.errors.OpError) as error:
            held: Any = error
        while held is not None:
            frames = [frame for frame, _ in traceback.walk_tb(held.__traceback__)]
            assert not any(isinstance(value, tf.data.Iterator) for frame in frames for value in frame.f_locals.values())
            held = held.__cause__ or held.__context__


def test_an_element_that_an_interrupt_kept_from_r_is_the_next_one() -> None:
    calls = []

    def once(x: Any) -> Any:
        calls.append(int(x))
        if calls.count(x) == 1 and x > 0:
            raise KeyboardInterrupt
        return x

    walk = iter(mapped(once, size=4).prefetch(2))
    found: list[int] = []
    interrupts = 0
    while len(found) < 4:
        try:
            found.append(int(next(walk)))
        except KeyboardInterrupt:
            interrupts += 1
    assert (found, calls, interrupts) == ([0, 1, 2, 3], [0, 1, 1, 2, 2, 3, 3], 3)


def test_r_looks_out_while_nothing_is_asked() -> None:
    pause = threading.Event()

    def slow(x: Any) -> Any:
        pause.wait(10)
        return x

    class LimitError(Exception):
        pass

    def limit() -> None:
        raise LimitError

    walk = iter(tf.data.Dataset.range(2).map(lambda x: tf.py_function(slow, [x], tf.int64)))
    serving._looks[:] = [limit]
    with pytest.raises(LimitError):
        next(walk)
    serving._looks.clear()
    pause.set()
    assert [int(x) for x in walk] == [0, 1]


def test_what_waits_is_cancelled_when_its_walk_goes() -> None:
    errors = []
    called = foreign(lambda x: x)

    def asks(x: Any) -> Any:
        try:
            return called(x)
        except Exception as error:
            errors.append(type(error))
            raise

    dataset = tf.data.Dataset.range(100).map(lambda x: tf.py_function(asks, [x], tf.int64), num_parallel_calls=4)
    walk = iter(dataset.prefetch(4))
    next(walk)
    wait_until(lambda: len(serving._requests) > 0)
    del walk
    wait_until(lambda: Cancelled in errors)


def test_a_walk_that_goes_leaves_others_alone() -> None:
    dataset = mapped(lambda x: x, parallel=2).prefetch(2)
    first, second = iter(dataset), iter(dataset)
    assert int(next(first)) == int(next(second)) == 0
    del first
    gc.collect()
    assert [int(x) for x in second] == list(range(1, 20))


def test_without_a_walk_a_call_is_refused_at_once() -> None:
    dataset = mapped(lambda x: x)
    other = iter(mapped(lambda x: x).prefetch(2))
    next(other)
    with pytest.raises(tf.errors.OpError, match="another thread than R's"):
        dataset.take(1).get_single_element()
    caught: list[Any] = []

    def walk_elsewhere() -> None:
        try:
            list(dataset)
        except tf.errors.OpError as error:
            caught.append(error)

    thread = threading.Thread(target=walk_elsewhere)
    thread.start()
    thread.join(20)
    assert "another thread than R's" in str(caught[0])
    assert [int(x) for x in other] == list(range(1, 20))


def test_a_function_cannot_walk_through_what_waits_for_it() -> None:
    walks: list[Any] = []
    walks.append(iter(mapped(lambda x: next(walks[0]))))
    with pytest.raises(tf.errors.OpError, match="element that waits for it"):
        next(walks[0])
    walks.clear()


def test_r_answers_for_the_walk_that_it_waits_for() -> None:
    called = []
    left = iter(mapped(lambda x: called.append("left"), parallel=2).prefetch(3))
    other = iter(mapped(lambda x: x))
    with pytest.raises(tf.errors.OpError):
        next(left)
    before = len(called)
    assert [int(x) for x in other] == list(range(20))
    assert len(called) == before


def test_walks_within_functions_of_walks() -> None:
    inner = mapped(lambda x: x + 1, size=3)
    outer = mapped(lambda x: sum(int(v) for v in inner) + x, size=3, parallel=2)
    assert [int(x) for x in outer] == [6, 7, 8]


def test_datasets_are_reduced() -> None:
    total = mapped(lambda x: x, parallel=2).reduce(np.int64(0), lambda state, x: state + x)
    assert int(total) == sum(range(20))
    count, most = mapped(lambda x: x).reduce((0, np.int64(0)), lambda state, x: (state[0] + 1, tf.maximum(state[1], x)))
    assert (int(count), int(most)) == (20, 19)


def test_get_next_and_numpy_iterators_end_as_tensorflows() -> None:
    walk = iter(mapped(lambda x: x, size=1))
    assert int(walk.get_next()) == 0
    with pytest.raises(tf.errors.OutOfRangeError):
        walk.get_next()
    assert list(mapped(lambda x: x, size=3).as_numpy_iterator()) == [0, 1, 2]


def test_preprocessing_functions_of_keras() -> None:
    images = tf.keras.preprocessing.image.ImageDataGenerator(preprocessing_function=foreign(lambda image: image / 2))
    flow = images.flow(np.ones((8, 2, 2, 3)), np.ones(8), batch_size=4)
    model = keras.Sequential([keras.Input((2, 2, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(model.fit(flow, epochs=2, verbose=0).history["loss"]) == 2
    assert model.predict(flow, verbose=0).shape == (8, 1)


def test_layers_adapt_to_datasets() -> None:
    layer = keras.layers.Normalization(axis=None)
    layer.adapt(mapped(lambda x: x, size=3).map(lambda x: tf.reshape(tf.cast(x, "float32"), (1, 1))))
    assert np.ravel(layer.mean)[0] == pytest.approx(1)


@pytest.mark.parametrize("call", ["py_function", "numpy_function"])
def test_values_have_the_dtypes_that_were_asked_for(call: str) -> None:
    def values(function: Callable[..., Any], dtype: Any) -> Any:
        called = foreign(function)
        return next(iter(tf.data.Dataset.range(2).map(lambda x: getattr(tf, call)(called, [x], dtype))))

    assert values(lambda x: 2.0, tf.int32).dtype == tf.int32
    assert values(lambda x: np.array([0.5]), tf.float32).dtype == tf.float32
    one, two = values(lambda x: [1, 2.5], [tf.int64, tf.float16])
    assert (one.dtype, two.dtype) == (tf.int64, tf.float16)
    assert values(lambda x: "text", tf.string).numpy() == b"text"
    with pytest.raises(tf.errors.OpError, match=DtypeError.__name__):
        values(lambda x: 2.5, tf.int32)


def test_torture() -> None:
    """Walks and fits that end in every way at random moments."""
    rng = random.Random(1)
    model = small_model()
    for _ in range(30):
        left = rng.randint(1, 12)
        way = rng.choice([ValueError, KeyboardInterrupt, None])

        def draws(left: list[int], way: Any) -> Any:
            left[0] -= 1
            if left[0] < 0 and way is not None:
                raise way("at random")
            return batch()

        state = [left]
        dataset = generated(lambda state=state, way=way: draws(state, way)).prefetch(rng.randint(1, 3))  # type: ignore[misc]
        try:
            if rng.random() < 0.5:
                model.fit(dataset, steps_per_epoch=8, verbose=0)
            else:
                for _, _ in zip(range(8), dataset, strict=False):
                    pass
        except (tf.errors.OpError, KeyboardInterrupt):
            pass


def test_another_thread_without_a_dataset_is_refused() -> None:
    caught: list[Any] = []

    def run() -> None:
        try:
            foreign(lambda: 1)()
        except ThreadError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert caught[0].kind == "thread"
