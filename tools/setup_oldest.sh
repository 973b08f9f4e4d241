#!/bin/sh
# Makes .venv-oldest with the oldest Keras and TensorFlow that pyproject.toml allows, in which `make oldest` runs pytest.
set -eu
cd "$(dirname "$0")/.."

python3 -m venv .venv-oldest
RPY2_CFFI_MODE=ABI .venv-oldest/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]' \
  'keras==3.8.*' 'tensorflow==2.18.*' 'numpy<2'
