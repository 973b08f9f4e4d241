from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bridge
from bridge.backend import keras, tf
from bridge.errors import AssignmentError, ConversionError, SubscriptError
from bridge.tensors.subset import assign, assign_subset, element, subset
from tests.strategies import array_and_subscripts, dims


def counted(*sizes: int) -> Any:
    """The tensor of R's `array(1:n, sizes)`."""
    return bridge.as_tensor(np.arange(1, np.prod(sizes) + 1, dtype=np.int32).reshape(sizes, order="F"))


def as_call(subscripts: list[str]) -> tuple[str, list[Any]]:
    """Subscripts as R's side sends them: vectors as operands."""
    parts, operands = [], []
    for written in subscripts:
        if written.startswith("c("):
            values = written[2:-1].split(", ")
            mask = values[0] in ("TRUE", "FALSE")
            operands.append(np.array([v == "TRUE" for v in values] if mask else [float(v) for v in values]))
            parts.append(f"@{len(operands)}")
        else:
            parts.append(written)
    return ",".join(parts), operands


@settings(max_examples=1500, deadline=None)
@given(array_and_subscripts(), st.booleans())
def test_positive_subscripts_give_what_base_r_gives(
    base_r: Any, case: tuple[tuple[int, ...], list[str]], drop: bool
) -> None:
    sizes, subscripts = case
    text, operands = as_call(subscripts)
    wanted = base_r(
        f"x <- array(seq_len({int(np.prod(sizes))}), c({','.join(map(str, sizes))}));"
        f" x[{', '.join(subscripts)}, drop = {'TRUE' if drop else 'FALSE'}]"
    )
    got = subset(counted(*sizes), text, operands, drop).numpy()
    assert got.ravel(order="F").tolist() == wanted.ravel(order="F").tolist()
    if not drop:
        assert got.shape == wanted.shape


@settings(max_examples=300, deadline=None)
@given(dims, st.data())
def test_double_brackets_and_points_give_what_base_r_gives(base_r: Any, sizes: tuple[int, ...], data: Any) -> None:
    array = f"x <- array(seq_len({int(np.prod(sizes))}), c({','.join(map(str, sizes))}));"
    position = data.draw(st.integers(1, int(np.prod(sizes))))
    assert element(counted(*sizes), str(position)).numpy() == base_r(f"{array} x[[{position}]]")
    if len(sizes) > 1:
        points = [[data.draw(st.integers(1, size)) for size in sizes] for _ in range(3)]
        written = ", ".join(f"c({', '.join(map(str, point))})" for point in points)
        got = subset(counted(*sizes), "@1", [np.array(points, dtype="float64")])
        assert got.numpy().tolist() == base_r(f"{array} x[rbind({written})]").tolist()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("3:NA", [3, 4, 5], id="an open end goes to the last"),
        pytest.param("NA:2", [1, 2], id="an open start begins at the first"),
        pytest.param("NA:NA", [1, 2, 3, 4, 5], id="two open ends are the whole axis"),
        pytest.param("-2:NA", [4, 5], id="a negative start counts from the end"),
        pytest.param("2:-2", [2, 3, 4], id="a negative stop is included"),
        pytest.param("NA:-1", [1, 2, 3, 4, 5], id="minus one is the last"),
        pytest.param("1:5:2", [1, 3, 5], id="a step skips"),
        pytest.param("::2", [1, 3, 5], id="a step alone"),
        pytest.param("5:1", [5, 4, 3, 2, 1], id="a falling span runs backwards"),
        pytest.param("4:-3", [], id="a span whose end comes before its start is empty"),
    ],
)
def test_spans(text: str, wanted: list[int]) -> None:
    assert subset(counted(5), text).numpy().tolist() == wanted


def test_python_style_counts_from_zero_and_leaves_the_stop_out() -> None:
    assert subset(counted(5), "python;1:3").numpy().tolist() == [2, 3]
    assert subset(counted(5), "python;0").numpy() == 1


def test_new_axes_and_all_dims() -> None:
    assert subset(counted(2, 3), "new,all").shape == (1, 2, 3)
    assert subset(counted(2, 3, 4), "all,4").shape == (2, 3)
    assert subset(counted(2, 3), "new,,new,1").shape == (1, 2, 1)


def test_masks_points_and_tensors() -> None:
    x = counted(3, 2)
    assert subset(x, "@1,", [np.array([True, False, True])]).numpy().tolist() == [[1, 4], [3, 6]]
    assert subset(x, "@1", [np.array([[1.0, 2.0], [3.0, 1.0]])]).numpy().tolist() == [4, 3]
    assert subset(x, "@1,", [tf.constant(0)]).numpy().tolist() == [1, 4]
    assert subset(x, "@1", [np.array([[True, False], [False, True], [False, True]])]).numpy().tolist() == [1, 5, 6]
    assert subset(x, "@1", [x > 2]).numpy().tolist() == [4, 5, 3, 6]
    assert subset(x, "@1", [tf.constant([[0, 1], [2, 0]])]).numpy().tolist() == [4, 3]
    assert subset(counted(2, 2, 2), "@1", [np.arange(1, 9).reshape(2, 2, 2) > 6]).numpy().tolist() == [4, 8]


def test_one_position_in_double_brackets_counts_down_the_columns() -> None:
    assert element(counted(2, 3), "4").numpy() == 4
    assert element(counted(2, 3), "1,2").numpy() == 3


@pytest.mark.parametrize(
    ("text", "operands", "message"),
    [
        ("0,", [], "Subscript 0 of axis 1"),
        ("7,", [], "Subscript 7 is past the end of axis 1, which has size 6"),
        (",-4", [], "Subscript -4 is past the end of axis 2, which has size 3"),
        ("1,1,1", [], "3 subscripts for a tensor that has 2 axes"),
        ("1", [], "1 subscript for a tensor that has 2 axes"),
        ("2.5,", [], "Subscript 2.5 of axis 1 is not a whole number"),
        ("NA,", [], "The subscript of axis 1 is NA"),
        ("1:7,", [], "Subscript 7 is past the end of axis 1"),
        (",@1", [np.array([1.0, 4.0])], "Subscript 4 is past the end of axis 2"),
        (",@1", [np.array([1.0, np.nan])], "axis 2 has NA in it"),
        ("@1,", [np.array([True, False])], "has 2 elements, but axis 1 has size 6"),
        ("all,all", [], "stands twice"),
    ],
)
def test_wrong_subscripts_name_axis_and_size(text: str, operands: list[Any], message: str) -> None:
    with pytest.raises(SubscriptError, match=message.replace("(", r"\(")):
        subset(counted(6, 3), text, operands)


VALUES = np.arange(24, dtype="float32").reshape(2, 3, 4)

EVERY_FORM: list[tuple[str, list[Any]]] = [
    ("1,,", []),
    (",2:3,4:1", []),
    (",2:NA,NA:2", []),
    ("2,1:3:2,-1", []),
    (",-2:NA,2:-2", []),
    ("new,all,1", []),
    (",@1,@2", [np.array([3.0, 1.0]), np.array([True, False, True, True])]),
    ("@1,,", [np.array([2.0])]),
    ("@1", [np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])]),
    (",@1,", [tf.constant([2, 0])]),
]


@pytest.mark.parametrize(("text", "operands"), EVERY_FORM, ids=[text for text, _ in EVERY_FORM])
def test_every_form_works_on_every_kind_of_tensor(text: str, operands: list[Any]) -> None:
    eager = subset(tf.constant(VALUES), text, operands).numpy()
    others = [
        subset(tf.Variable(VALUES), text, operands),
        subset(keras.Variable(VALUES), text, operands),
        tf.function(lambda x: subset(x, text, operands))(VALUES),
        tf.function(lambda x: subset(x, text, operands), input_signature=[tf.TensorSpec((None, 3, 4))])(VALUES),
    ]
    for other in others:
        assert other.numpy().tolist() == eager.tolist()
    symbolic = keras.Input(batch_shape=VALUES.shape)
    assert keras.Function(symbolic, subset(symbolic, text, operands))(tf.constant(VALUES)).numpy().tolist() == eager.tolist()


@pytest.mark.parametrize("text", ["1,,", ",2:NA,-1", ",-2:NA,2:-2", "1:1,,", "new,all,1"])
def test_symbolic_tensors_with_an_unknown_batch_size(text: str) -> None:
    symbolic = keras.Input((3, 4))
    model = keras.Function(symbolic, subset(symbolic, text))
    assert model(tf.constant(VALUES)).numpy().tolist() == subset(tf.constant(VALUES), text).numpy().tolist()


def test_parts_of_variables_can_be_assigned_and_parts_of_tensors_cannot() -> None:
    v = tf.Variable(tf.zeros((3, 2)))
    assign_subset(v, "2,", [], 5.0)
    assert v.numpy().tolist() == [[0, 0], [5, 5], [0, 0]]
    subset(v, "1,1").assign(3.0)
    assert v.numpy()[0, 0] == 3
    with pytest.raises(AssignmentError, match="does not support item assignment"):
        assign_subset(tf.zeros((3, 2)), "1,1", [], 0.0)


def test_gradients_flow_through_subsets() -> None:
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = subset(x, "2:3") ** 2
    assert tf.convert_to_tensor(tape.gradient(y, x)).numpy().tolist() == [0, 4, 6]


def test_numbers_are_assigned_to_tensorflow_s_and_keras_variables_alike() -> None:
    for variable in (tf.Variable(tf.zeros(2)), keras.Variable(np.zeros(2, dtype="float32"))):
        assign(variable, "assign", np.array([1.0, 2.0]))
        assign(subset(variable, "1"), "assign_add", 2.0)
        assert subset(variable, "NA:NA").numpy().tolist() == [3, 2]
    counter = keras.Variable(0, dtype="int32")
    assign(counter, "assign", 4.0)
    assert counter.numpy() == 4
    with pytest.raises(ConversionError, match="has a fraction"):
        assign(counter, "assign", 4.5)
