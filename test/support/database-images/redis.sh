#!/bin/sh
# The part of the official image's contract that Shipmate relies on.
set -eu
case "${1:-redis-server}" in -* | *.conf) set -- redis-server "$@" ;; esac
[ $# -gt 0 ] || set -- redis-server
[ "$1" = redis-server ] || exec "$@"
cd /data
chown redis:redis /data
exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
