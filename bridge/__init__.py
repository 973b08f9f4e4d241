"""What an R value, axis, subscript, class or pipe means, in Python.

The R package `tfbridge` calls these functions through reticulate; Python programs (and those that embed R by rpy2) may
call them as they are. Axes and subscripts count from 1 here, as in R. Importing this package does not import
TensorFlow.
"""

from bridge.errors import BridgeError
from bridge.tensors import array_reshape, subset
from bridge.values import as_array, as_tensor, shape

__version__ = "0.1.0"

__all__ = ["BridgeError", "__version__", "array_reshape", "as_array", "as_tensor", "shape", "subset"]
