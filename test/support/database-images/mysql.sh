#!/bin/sh
# The part of the official images' contract that Shipmate relies on.
set -eu
case "${1:-mariadbd}" in
  -*) set -- mariadbd "$@" ;;
  mysqld) shift && set -- mariadbd "$@" ;;
esac
[ $# -gt 0 ] || set -- mariadbd
# Filled while the image is made: that takes longer than all the rest of a start.
template=/var/lib/template
if [ "$1" = template ]; then
  # By force: in a container its own name need not be known.
  exec mariadb-install-db --user=mysql --datadir="$template" --basedir=/usr --skip-test-db --force \
    --auth-root-authentication-method=normal --innodb-log-file-size=4M
fi
[ "$1" = mariadbd ] || exec "$@"

# of NAME: $MARIADB_NAME, $MYSQL_NAME, or what is in the file that the same with _FILE names
of() {
  eval "value=\${MARIADB_$1:-\${MYSQL_$1:-}} file=\${MARIADB_$1_FILE:-\${MYSQL_$1_FILE:-}}"
  if [ -n "$file" ]; then cat "$file"; else printf %s "$value"; fi
}
data=/var/lib/mysql
shift
set -- mariadbd --user=mysql --datadir="$data" --socket=/run/mysqld/mysqld.sock "--bind-address=*" --skip-name-resolve "$@"
chown mysql:mysql "$data" /run/mysqld
if [ ! -d "$data/mysql" ]; then
  cp -a "$template/." "$data"
  # A statement a line, as it is read while the server starts.
  {
    root="$(of ROOT_PASSWORD)"
    echo "delete from mysql.global_priv where User = 'root' and Host <> 'localhost';"
    echo 'flush privileges;'
    echo "alter user root@localhost identified by '$root';"
    echo "create user root@'%' identified by '$root';"
    echo "grant all on *.* to root@'%' with grant option;"
    database="$(of DATABASE)" user="$(of USER)"
    [ -z "$database" ] || echo "create database \`$database\`;"
    if [ -n "$user" ]; then
      echo "create user '$user'@'%' identified by '$(of PASSWORD)';"
      echo "grant all on \`$database\`.* to '$user'@'%';"
    fi
  } | mariadbd --bootstrap --user=mysql --datadir="$data"
fi
exec "$@"
