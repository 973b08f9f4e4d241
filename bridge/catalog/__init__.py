"""The Keras surface as data: which R name is which symbol, and what differs."""

from bridge.catalog.construct import construct, symbol
from bridge.catalog.rows import Row, row, rows

__all__ = ["Row", "construct", "row", "rows", "symbol"]
