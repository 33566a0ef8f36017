#!/bin/sh
# Install PostgreSQL 15 with PostGIS from Debian's packages, unless they are there.
# The tests start a server of their own from them; no cluster is made or left running.
set -eu

BIN=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
EXTENSIONS=${POSTGRES_EXTENSIONS:-/usr/share/postgresql/15/extension}

if [ -x "$BIN/postgres" ] && [ -f "$EXTENSIONS/postgis.control" ]; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "PostgreSQL 15 with PostGIS is not installed, and only root can install it." >&2
    echo "Ask for: apt-get install postgresql-15 postgresql-15-postgis-3" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# Debian would make a cluster and start it on the usual port.
mkdir -p /etc/postgresql-common
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
    postgresql-15 postgresql-15-postgis-3 postgresql-15-postgis-3-scripts
