#!/bin/sh
# The part of the official image's contract that Shipmate relies on.
set -eu
case "${1:-postgres}" in -*) set -- postgres "$@" ;; esac
[ $# -gt 0 ] || set -- postgres
# Filled while the image is made, with a superuser and a database: initdb takes longer than all the rest of a start.
template=/var/lib/template
[ "$1" = postgres ] || [ "$1" = template ] || exec "$@"

server() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
# initialise FOLDER SUPERUSER FILE DATABASE: with the password in the file
initialise() {
  server initdb --pgdata="$1" --username="$2" --pwfile="$3" --encoding=UTF8 --locale=C \
    --auth-local=trust --auth-host=scram-sha-256 --no-sync
  echo 'host all all all scram-sha-256' >>"$1/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$1/postgresql.conf"
  [ "$4" = postgres ] || echo "create database \"$4\"" | server postgres --single -D "$1" postgres >/dev/null
}
if [ "$1" = template ]; then
  mkdir "$template"
  chown postgres:postgres "$template"
  echo "$2 $3" >/tmp/names
  initialise "$template" "$2" /tmp/names "$3"
  mv /tmp/names "$template.names"
  exit
fi
mkdir -p "$PGDATA"
chown postgres:postgres "$PGDATA" /run/postgresql
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user="${POSTGRES_USER:-postgres}"
  database="${POSTGRES_DB:-$user}"
  first=''
  if [ "$user $database" = "$(cat "$template.names")" ]; then
    cp -a "$template/." "$PGDATA"
    first="alter role \"$user\" password '$(sed "s/'/''/g" "$POSTGRES_PASSWORD_FILE")'"
  else
    initialise "$PGDATA" "$user" "$POSTGRES_PASSWORD_FILE" "$database"
  fi
  # A statement a line, as the server takes them without clients.
  {
    echo "$first"
    for file in /docker-entrypoint-initdb.d/*.sql; do
      [ ! -f "$file" ] || cat "$file"
    done
  } | server postgres --single "$database" >/dev/null
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
