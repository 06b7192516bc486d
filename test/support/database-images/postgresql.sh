#!/bin/sh
# The part of the official image's contract that Shipmate relies on.
set -eu
case "${1:-postgres}" in -*) set -- postgres "$@" ;; esac
[ $# -gt 0 ] || set -- postgres
[ "$1" = postgres ] || exec "$@"

server() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
mkdir -p "$PGDATA"
chown postgres:postgres "$PGDATA" /run/postgresql
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user="${POSTGRES_USER:-postgres}"
  server initdb --username="$user" --pwfile="$POSTGRES_PASSWORD_FILE" --encoding=UTF8 --locale=C \
    --auth-local=trust --auth-host=scram-sha-256 --no-sync
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  database="${POSTGRES_DB:-$user}"
  [ "$database" = postgres ] || echo "create database \"$database\"" | server postgres --single -j postgres
  # A statement a line, as the server takes them without clients.
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ ! -f "$file" ] || server postgres --single "$database" <"$file" >/dev/null
  done
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
