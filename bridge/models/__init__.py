"""Models: made, trained, inspected."""

from bridge.models.create import functional, input_tensor, sequential
from bridge.models.train import compile, evaluate, fit, predict

__all__ = ["compile", "evaluate", "fit", "functional", "input_tensor", "predict", "sequential"]
