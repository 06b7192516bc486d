#!/bin/sh
# MariaDB 10.11.19 (Debian 12: mariadb-server-core, mariadb-client-core, mariadb-client 1:10.11.19-0+deb12u1).
#
# Behaviour: mariadb-dump writes the position of a sequence as `DO SETVAL(name, n, 0)`. SETVAL only moves a sequence on, so
# one that was restarted before its start value is at its start again once the dump was loaded; SETVAL returns NULL then,
# which DO does not show, and the load succeeds.
# Output seen:
#   dumped:   DO SETVAL(`tickets`, 7, 0);
#   before:   7
#   restored: 100
# Wrong guess: a dump that was loaded without an error continues each sequence where it was.
#
# Needs root (it runs the server as `nobody`), and apt-get of Debian 12. Ends with 1 when the restored position is another.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
server=
cd "$folder"
chmod 755 .
version=1:10.11.19-0+deb12u1
apt-get download -qq "mariadb-server-core=$version" "mariadb-client-core=$version" "mariadb-client=$version" liburing2 libaio1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PATH="$folder/root/usr/bin:$folder/root/usr/sbin:$PATH"
export LD_LIBRARY_PATH="$folder/root/usr/lib/x86_64-linux-gnu:$folder/root/lib/x86_64-linux-gnu"
mkdir data
chown nobody data
here="--no-defaults --user=nobody --datadir=$folder/data --basedir=$folder/root/usr"
mariadb-install-db $here --auth-root-authentication-method=normal --skip-test-db >/dev/null 2>&1
mariadbd $here --socket="$folder/data/socket" --skip-networking 2>"$folder/log" &
server=$!
sql() { mariadb --no-defaults --socket="$folder/data/socket" --user=root --skip-column-names "$@"; }
until sql --execute='do 0' 2>/dev/null; do kill -0 "$server"; sleep 1; done
sql --execute='create database one; create database other'
sql one --execute='create sequence tickets start with 100; alter sequence tickets restart 7'
mariadb-dump --no-defaults --socket="$folder/data/socket" --user=root one >dump.sql
echo "dumped:   $(grep SETVAL dump.sql)"
echo "before:   $(sql one --execute='select next_not_cached_value from tickets')"
sql other <dump.sql
restored=$(sql other --execute='select next_not_cached_value from tickets')
echo "restored: $restored"
[ "$restored" = 100 ]
