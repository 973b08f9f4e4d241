#!/bin/sh
# R CMD build --no-manual and check, in build/. Fails on errors and warnings; notes are shown. Called by `make check`.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
find bridge -name __pycache__ -type d -prune -exec rm -rf {} +
cd build
rm -rf ./*.Rcheck ./*.tar.gz
R CMD build --no-manual ../rpkg
_R_CHECK_FORCE_SUGGESTS_=false _R_CHECK_FUTURE_FILE_TIMESTAMPS_=false R CMD check --no-manual ./*.tar.gz
! grep -Eq 'Status:.*(ERROR|WARNING)' ./*.Rcheck/00check.log
