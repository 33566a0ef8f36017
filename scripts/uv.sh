#!/bin/sh
# Run uv; where there is none, from a small environment of its own (pip may not
# install into the system's Python everywhere).
set -eu
cd "$(dirname "$0")/.."
if command -v uv >/dev/null 2>&1; then
  exec uv "$@"
fi
if [ ! -x .uv/bin/uv ]; then
  echo "uv is not installed; putting it into .uv/" >&2
  python3 -m venv .uv
  .uv/bin/python -m pip install --quiet --disable-pip-version-check uv
fi
exec .uv/bin/uv "$@"
