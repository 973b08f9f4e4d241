#!/bin/sh
# Installs the Debian packages that are missing. On other systems it says what to install, and checks for R.
set -eu
cd "$(dirname "$0")/.."

version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
wanted=$(grep -v '^#' tools/apt-packages.txt)
# Debian's own python3 has no shared library, which reticulate needs.
[ "$(python3 -c 'import sysconfig; print(sysconfig.get_config_var("Py_ENABLE_SHARED") or 0)')" = 1 ] ||
  [ -e "/usr/lib/$(uname -m)-linux-gnu/libpython$version.so.1.0" ] || wanted="$wanted libpython$version"
[ "$(python3 -c 'import sys; print(sys.executable)')" != /usr/bin/python3 ] || wanted="$wanted libpython$version"

if ! command -v apt-get >/dev/null 2>&1; then
  command -v Rscript >/dev/null 2>&1 && exit 0
  echo "There is no apt-get here. Install R 4.2 or newer and the R packages in rpkg/DESCRIPTION, then try again." >&2
  exit 1
fi

missing=""
for package in $wanted; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
echo "Installing Debian packages:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
