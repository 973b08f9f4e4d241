#!/bin/sh
# Installs pkgdown, which only `make site` needs.
set -eu
Rscript -e 'quit(status = !requireNamespace("pkgdown", quietly = TRUE))' && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The site needs the R package pkgdown: install.packages(\"pkgdown\")." >&2
  exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
echo "Installing Debian's r-cran-pkgdown"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends r-cran-pkgdown >/dev/null
