#!/bin/sh
# GDAL and QGIS for the integration tests: the machine's, or Debian's when root.
set -eu
if command -v ogrinfo >/dev/null 2>&1 &&
  /usr/bin/python3 -c 'import qgis.core' >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Debian's gdal-bin and python3-qgis for the integration tests" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    gdal-bin python3-qgis >/dev/null
else
  echo "The integration tests need GDAL's programs and PyQGIS. Install them with" >&2
  echo "  sudo apt-get install --no-install-recommends gdal-bin python3-qgis" >&2
  echo "and start again, or run this as root." >&2
  exit 1
fi
