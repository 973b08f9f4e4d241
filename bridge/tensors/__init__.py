"""R's semantics on tensors: axes, subscripts, generics, reshaping."""

from bridge.tensors.axes import axis_from_one
from bridge.tensors.mathematics import mathematics
from bridge.tensors.operators import arithmetic
from bridge.tensors.reductions import reduce
from bridge.tensors.reshape import array_reshape
from bridge.tensors.subset import subset

__all__ = ["arithmetic", "array_reshape", "axis_from_one", "mathematics", "reduce", "subset"]
