from __future__ import annotations

import numpy as np
import pytest

from bridge.backend import keras
from bridge.models.samples import Samples
from bridge.models.traces import fit_ranks, whole_traces
from bridge.models.train import compile, evaluate, fit


def test_a_trace_is_kept_until_a_part_comes_in_another_rank_or_something_fails() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    compile(model, {"optimizer": "sgd", "loss": "mse"})
    data = {"x": np.ones((4, 2)), "y": np.ones((4, 1))}
    fit(model, data | {"sample_weight": np.ones(4)})
    traced = model.train_function
    evaluate(model, data)
    tested = model.test_function
    fit_ranks(model, Samples(**data), "fit")
    assert model.train_function is traced
    fit_ranks(model, Samples(y=np.ones(4)), "evaluate")
    assert model.train_function is traced
    assert model.test_function is not tested
    fit_ranks(model, Samples(y=np.ones(4)), "fit")
    assert model.train_function is not traced
    evaluate(model, data)
    tested, untraced = model.test_function, model.predict_function
    with pytest.raises(KeyboardInterrupt), whole_traces(model):
        raise KeyboardInterrupt
    assert model.test_function is not tested
    assert model.predict_function is untraced is None
    fit(model, data)
