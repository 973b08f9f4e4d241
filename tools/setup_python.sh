#!/bin/sh
# Makes .venv with what pyproject.toml names. reticulate before 1.38 cannot load NumPy 2.
set -eu
cd "$(dirname "$0")/.."

python3 -m venv .venv
numpy=$(Rscript --vanilla -e 'cat(if (packageVersion("reticulate") < "1.38") "numpy<2" else "numpy")')
# rpy2 without a compiler: its ABI mode is enough for tests.
RPY2_CFFI_MODE=ABI .venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]' "$numpy"
