"""For Python programs that embed R by rpy2: R objects to tensors and back, by the tables of bridge.values."""

from bridge.interop.rpy import from_r, to_r

__all__ = ["from_r", "to_r"]
