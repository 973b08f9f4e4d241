"""The families of the Keras surface: one table in `surface/`, one generated R file and one section of the reference each."""

from __future__ import annotations

from typing import NamedTuple


class Family(NamedTuple):
    """What all rows of a table have in common.

    Attributes:
        title: heading in the reference index.
        makes: "layer" (composed with its first argument), "object" (a constructor), or "result" (a function that computes).
        value: what its functions return, for their help.
        covers: Keras modules whose every public symbol needs a row or a reason.
    """

    title: str
    makes: str
    value: str
    covers: tuple[str, ...] = ()


FAMILIES: dict[str, Family] = {
    "layer": Family(
        "Layers",
        "layer",
        "The layer; when `{first}` is a model, the model with the layer added; when it is a tensor, the output tensor.",
        ("keras.layers",),
    ),
    "activation": Family("Activation functions", "object", "A tensor of the same shape as `x`.", ("keras.activations",)),
    "loss": Family(
        "Losses",
        "object",
        "A loss object; when `y_true` and `y_pred` are given, a tensor of losses.",
        ("keras.losses", "keras.distillation"),
    ),
    "metric": Family(
        "Metrics",
        "object",
        "A metric object; when `y_true` and `y_pred` are given, a tensor of values.",
        ("keras.metrics",),
    ),
    "optimizer": Family(
        "Optimizers", "object", "An optimizer, for `compile()`.", ("keras.optimizers", "keras.mixed_precision")
    ),
    "learning_rate_schedule": Family(
        "Learning rate schedules",
        "object",
        "A schedule, for the `learning_rate` of an optimizer.",
        ("keras.optimizers.schedules",),
    ),
    "callback": Family("Callbacks", "object", "A callback, for `fit()`.", ("keras.callbacks",)),
    "initializer": Family(
        "Initializers",
        "object",
        "An initializer, for the `*_initializer` arguments of layers.",
        ("keras.initializers",),
    ),
    "regularizer": Family(
        "Regularizers", "object", "A regularizer, for the `*_regularizer` arguments of layers.", ("keras.regularizers",)
    ),
    "constraint": Family(
        "Constraints", "object", "A constraint, for the `*_constraint` arguments of layers.", ("keras.constraints",)
    ),
    "op": Family(
        "Operations on tensors",
        "result",
        "A tensor, or a list of tensors; a symbolic one when the input is symbolic.",
        ("keras.ops", "keras.ops.image", "keras.ops.linalg", "keras.ops.nn", "keras.ops.numpy"),
    ),
    "random": Family("Random tensors", "result", "A tensor.", ("keras.random",)),
    "application": Family(
        "Image networks that are known by name",
        "result",
        "A Keras model; for `*_preprocess_input()` an array or tensor like `x`.",
        ("keras.applications", "keras.applications.*"),
    ),
    "dataset": Family(
        "Data sets",
        "result",
        "`list(train = list(x, y), test = list(x, y))` of arrays; for an index, a named list.",
        ("keras.datasets", "keras.datasets.*"),
    ),
    "image": Family(
        "Images",
        "result",
        "An image, an array or a dataset: see the title.",
        ("keras.preprocessing", "keras.preprocessing.image"),
    ),
    "dataset_from": Family("Datasets from files and arrays", "result", "A TensorFlow dataset, or a list of two."),
    "preprocessing": Family("Preparing arrays", "result", "An array.", ("keras.preprocessing.sequence",)),
    "text": Family(
        "Texts, as the former Keras prepared them", "result", "See the title.", ("keras.preprocessing.sequence",)
    ),
    "feature": Family("Named features", "result", "A description of a feature, for `layer_feature_space()`."),
    "model_verb": Family("Layers and models by the piece", "result", "See the title; verbs that change `object` return it."),
    "serialization": Family(
        "Configurations", "result", "A configuration, an object or a class.", ("keras.saving", "keras.models")
    ),
    "config": Family("Settings of Keras", "result", "The setting; `NULL` when it is being set.", ("keras.config",)),
    "dtype_policy": Family(
        "Dtype policies", "result", "A dtype policy, for the `dtype` of layers.", ("keras.dtype_policies",)
    ),
    "quantizer": Family("Quantizers", "result", "A quantizer or a configuration.", ("keras.quantizers",)),
    "distribution": Family("Distribution over devices", "result", "See the title.", ("keras.distribution",)),
    "k": Family(
        "Backend functions of the book era",
        "result",
        "A tensor or a plain value, as the function of the same name in the former Keras backend gives.",
    ),
}
