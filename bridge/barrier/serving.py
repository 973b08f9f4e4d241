"""R's thread serves: while it waits for the next element of a dataset, it answers what TensorFlow's threads ask of R.

R has one thread. Python code in a dataset (a generator, `tf.py_function()`, a preprocessing function) runs on threads of
TensorFlow's, and may be R's. So whoever walks through such a dataset on R's thread gets a `Served` iterator: a worker thread
does the waiting, R's thread answers, in the order in which it is asked. Datasets of TensorFlow's operations alone are walked
through as ever.

A request waits as long as the walk that it belongs to lasts: what prefetching asks while R computes is answered when R comes
back for the next element. Without such a walk nobody would ever answer, and the request is refused. A walk that ends cancels
what still waits before its iterator goes: TensorFlow's destructor waits for the threads, for ever if need be.
"""

from __future__ import annotations

import functools
import itertools
import queue
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bridge import upstream
from bridge.backend import keras, tf, when_loaded
from bridge.barrier.interrupts import raise_pending
from bridge.errors import ThreadError

INTERVAL = 0.05
"""Seconds between two looks at R's interrupts and time limits while nothing is asked."""

_R_THREAD = threading.main_thread().ident


def on_r_thread() -> bool:
    """Whether the calling thread is R's."""
    return threading.get_ident() == _R_THREAD


class Cancelled(Exception):
    """Says to a thread of TensorFlow's that nobody waits for the element any more."""


class Request:
    """A call that waits for R's thread.

    Args:
        function: what to call there.
        code: which Python code of a dataset calls it, see `upstream.code_running()`.
    """

    def __init__(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], code: str | None = None
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.code = code
        self.value: Any = None
        self.error: Exception | None = None
        self.is_served = False
        self._answered = threading.Event()

    def answer(self, value: Any = None, error: Exception | None = None) -> None:
        """Lets the thread that asked go on."""
        self.value, self.error = value, error
        _requests.pop(self, None)
        self._answered.set()

    def answered(self) -> Any:
        """Waits for the answer: the value, or the error that it raises."""
        self._answered.wait()
        if self.error is not None:
            raise self.error
        return self.value


class Fetch:
    """One element on its way from a worker thread."""

    def __init__(self) -> None:
        self.is_ready = False
        self.value: Any = None
        self.error: BaseException | None = None


class Walk:
    """A walk through a dataset, as long as somebody holds its iterator.

    Args:
        codes: the Python code in the dataset, see `upstream.python_code()`.
    """

    def __init__(self, codes: frozenset[str]) -> None:
        self.codes = codes
        self.fetches: queue.SimpleQueue[Fetch | None] = queue.SimpleQueue()

    def is_of(self, code: str | None) -> bool:
        """Whether a request of this code may belong to it."""
        return code is None or code in self.codes or upstream.ANY_CODE in self.codes


_walks: set[Walk] = set()
_requests: dict[Request, None] = {}
"""Those without an answer, in their order."""

_lock = threading.RLock()
"""Of both; a finalizer may end a walk while its thread holds it."""

_wake: queue.SimpleQueue[None] = queue.SimpleQueue()
"""Has an item when R's thread has something to look after."""

_looks: list[Callable[[], Any]] = []


def watch(look: Callable[[], Any]) -> None:
    """Takes the function that notices R's time limits."""
    _looks[:] = [look]


def ask(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], refusal: Callable[[], Exception]
) -> Any:
    """The value that a function gives on R's thread, for another one.

    Args:
        refusal: makes the error for when nobody walks through the dataset that asks, or no dataset does.

    Raises:
        Cancelled: the walk has ended.
    """
    request = Request(function, args, kwargs, upstream.code_running())
    with _lock:
        if not _is_wanted(request):
            raise refusal()
        _requests[request] = None
    _wake.put(None)
    return request.answered()


def _is_wanted(request: Request) -> bool:
    return any(walk.is_of(request.code) for walk in tuple(_walks))


class Served:
    """An iterator whose elements a worker thread fetches, for R's thread.

    An element that a jump or an interrupt keeps R from is the next one again.

    Args:
        make: makes the iterator.
        codes: see `Walk`.
    """

    def __init__(self, make: Callable[[], Iterator[Any]], codes: frozenset[str]) -> None:
        self._walk = Walk(codes)
        with _lock:
            _walks.add(self._walk)
        self._close = weakref.finalize(self, _end, self._walk)
        self._fetch: Fetch | None = None
        self._is_waiting = False
        made = [make()]
        self.element_spec = getattr(made[0], "element_spec", None)
        threading.Thread(target=_work, args=(made, self._walk.fetches), name="tfbridge-walk", daemon=True).start()

    def __iter__(self) -> Served:
        return self

    def __next__(self) -> Any:
        if self._is_waiting or not on_r_thread():
            raise ThreadError(
                "A walk through a dataset goes on in one place at a time, and on R's thread.",
                details=["A function of the dataset asks for the element that waits for it."] if self._is_waiting else [],
            )
        fetch = self._fetch
        if fetch is None:
            fetch = self._fetch = Fetch()
            self._walk.fetches.put(fetch)
        self._is_waiting = True
        try:
            _serve_until(fetch, self._walk)
        finally:
            self._is_waiting = False
        self._fetch = None
        if fetch.error is not None:
            raise fetch.error
        return fetch.value

    def get_next(self) -> Any:
        """The next element, as of an iterator of TensorFlow's.

        Raises:
            tf.errors.OutOfRangeError: there are no more.
        """
        try:
            return next(self)
        except StopIteration:
            raise tf.errors.OutOfRangeError(None, None, "End of sequence") from None


def _work(made: list[Iterator[Any]], fetches: queue.SimpleQueue[Fetch | None]) -> None:
    # The only reference: where it ends, the destructor waits.
    iterator = made.pop()
    while (fetch := fetches.get()) is not None:
        try:
            fetch.value = next(iterator)
        except BaseException as error:
            fetch.error = _without_frames(error)
        fetch.is_ready = True
        _wake.put(None)
        del fetch


def _without_frames(error: BaseException) -> BaseException:
    """The error, which no longer holds the iterator: whoever let go of it last would be the one that waits."""
    found: BaseException | None = error
    while found is not None and found.__traceback__ is not None:
        found.__traceback__ = None
        found = found.__cause__ or found.__context__
    return error


def _end(walk: Walk) -> None:
    with _lock:
        _walks.discard(walk)
        for request in tuple(_requests):
            if not _is_wanted(request):
                request.answer(error=Cancelled("Nobody waits for it."))
    walk.fetches.put(None)


def _serve_until(fetch: Fetch, walk: Walk) -> None:
    while not fetch.is_ready:
        request = next((r for r in tuple(_requests) if walk.is_of(r.code) and not r.is_served), None)
        if request is not None:
            _serve(request)
            continue
        try:
            _wake.get(timeout=INTERVAL)
        except queue.Empty:
            raise_pending()
            for look in _looks:
                look()


def _serve(request: Request) -> None:
    request.is_served = True
    try:
        request.answer(request.function(*request.args, **request.kwargs))
    except Exception as error:
        request.answer(error=error)
    finally:
        # A jump left the function: it begins anew.
        request.is_served = False


_direct: weakref.WeakKeyDictionary[Any, Callable[[], Iterator[Any]]] = weakref.WeakKeyDictionary()


def walk_directly(dataset: Any, make: Callable[[], Iterator[Any]]) -> None:
    """Has R's thread walk through a dataset by an iterator that computes the elements there and then, without threads."""
    _direct[dataset] = make


def _install() -> None:
    """Has datasets and models of Keras know of served iterators."""
    plain = tf.data.Dataset.__iter__
    reduce_in_graph = tf.data.Dataset.reduce

    def walk(dataset: Any) -> Any:
        if on_r_thread() and tf.executing_eagerly():
            make = _direct.get(dataset)
            if make is not None:
                return make()
            codes = upstream.python_code(dataset)
            if codes:
                return Served(lambda: plain(dataset), codes)
        return plain(dataset)

    def reduce(dataset: Any, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None) -> Any:
        if not (on_r_thread() and tf.executing_eagerly() and upstream.python_code(dataset)):
            return reduce_in_graph(dataset, initial_state, reduce_func, name=name)
        state = tf.nest.map_structure(tf.convert_to_tensor, initial_state)
        dtypes = [part.dtype for part in tf.nest.flatten(state)]
        for element in dataset:
            parts = zip(tf.nest.flatten(reduce_func(state, element)), dtypes, strict=True)
            state = tf.nest.pack_sequence_as(initial_state, [tf.convert_to_tensor(part, dtype) for part, dtype in parts])
        return state

    tf.data.Dataset.__iter__ = walk
    tf.data.Dataset.reduce = reduce
    for name in ("train_function", "test_function"):
        _end_with_data(name)


def _end_with_data(name: str) -> None:
    """Has a step of Keras end by `StopIteration` with an iterator that is not TensorFlow's: it relies on an element."""
    make = getattr(keras.Model, f"make_{name}")

    def make_function(model: Any, force: bool = False) -> Any:
        made = make(model, force)
        step = getattr(model, name)

        if step is None or hasattr(step, "ends_with_data"):
            return made

        @functools.wraps(step)
        def ends(iterator: Any) -> Any:
            if isinstance(iterator, tf.data.Iterator) or not hasattr(iterator, "__next__"):
                return step(iterator)
            return step(itertools.chain([next(iterator)], iterator))

        ends.ends_with_data = True  # type: ignore[attr-defined]
        setattr(model, name, ends)
        return made

    setattr(keras.Model, f"make_{name}", make_function)


when_loaded(_install)
