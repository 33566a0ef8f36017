#!/bin/sh
# GDAL, QGIS and R for the integration tests: the machine's, or Debian's when root. And
# pygeoapi, whose answers ours are compared with, in an environment of its own.
set -eu
cd "$(dirname "$0")/.."
PACKAGES="gdal-bin python3-qgis r-base-core r-cran-sf"
PYGEOAPI=0.21.0

if ! command -v ogrinfo >/dev/null 2>&1 ||
  ! /usr/bin/python3 -c 'import qgis.core' >/dev/null 2>&1 ||
  ! Rscript -e 'library(sf)' >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's $PACKAGES for the integration tests" >&2
    apt-get update -qq
    # shellcheck disable=SC2086 - one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      $PACKAGES >/dev/null
  else
    echo "The integration tests need GDAL's programs, PyQGIS and R with sf. Install with" >&2
    echo "  sudo apt-get install --no-install-recommends $PACKAGES" >&2
    echo "and start again, or run this as root." >&2
    exit 1
  fi
fi

HOME_OF_PYGEOAPI="$PWD/.cache/pygeoapi-$PYGEOAPI"
if [ ! -x "$HOME_OF_PYGEOAPI/bin/pygeoapi" ]; then
  echo "installing pygeoapi $PYGEOAPI into $HOME_OF_PYGEOAPI" >&2
  scripts/uv.sh venv --quiet --clear "$HOME_OF_PYGEOAPI"
  scripts/uv.sh pip install --quiet --python "$HOME_OF_PYGEOAPI/bin/python" \
    "pygeoapi==$PYGEOAPI"
fi
