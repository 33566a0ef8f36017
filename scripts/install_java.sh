#!/bin/sh
# Java for Apache Spark, in the tests of 'incidents build --engine spark': the
# machine's, or Debian's when root. Without it those tests say that they skip.
set -eu
if command -v java >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Debian's default-jre-headless for Spark" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    default-jre-headless >/dev/null
else
  echo "Java 17 or later is not installed; the Spark tests will be skipped" >&2
fi
