"""What `object %>% layer()` does for each kind of object."""

from bridge.compose.call import call
from bridge.compose.layers import compose, layer

__all__ = ["call", "compose", "layer"]
