"""R's semantics on tensors: axes, subscripts, generics, reshaping."""

from bridge.tensors.axes import axis_from_one
from bridge.tensors.generics import arithmetic, mathematics, reduce
from bridge.tensors.reshape import array_reshape
from bridge.tensors.subset import subset

__all__ = ["arithmetic", "array_reshape", "axis_from_one", "mathematics", "reduce", "subset"]
