"""Keras classes whose methods are written in R."""

from bridge.classes.define import define
from bridge.classes.instances import Instance, assign, attribute, call_super

__all__ = ["Instance", "assign", "attribute", "call_super", "define"]
