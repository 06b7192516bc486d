#!/bin/sh
# Makes Shipmate a service of this machine, or upgrades it: sudo sh install.sh [what `shipmate install` takes]
#
# It does what `npx @shipmate-deploy/shipmate install` does, and fetches Node from the distribution where there is none.
# SHIPMATE_PACKAGE names another version, or a packed file: SHIPMATE_PACKAGE=./shipmate-deploy-shipmate-0.1.0.tgz
set -eu

version=0.1.0
# Older ones cannot start the Node that the package brings.
least=18

say() {
  printf 'install.sh: %s\n' "$1" >&2
}

fail() {
  say "$1"
  exit 1
}

has_node() {
  command -v npx >/dev/null 2>&1 || return 1
  major=$(node --print 'process.versions.node.split(".")[0]' 2>/dev/null) || return 1
  [ "$major" -ge "$least" ]
}

fetch_node() {
  command -v apt-get >/dev/null 2>&1 ||
    fail "there is no Node $least or later with npm, and no apt-get to fetch it. Install it from https://nodejs.org and run this again."
  say 'installing Node (apt-get install nodejs npm)'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
  has_node || fail "the distribution's Node is older than $least. Install a newer one from https://nodejs.org and run this again."
  # `shipmate uninstall` names them.
  export SHIPMATE_BROUGHT='nodejs npm'
}

# All is read before anything runs: a script that comes through a pipe may be cut off.
main() {
  [ "$(uname -s)" = Linux ] || fail 'Shipmate is a service of Linux machines. Elsewhere: npm start in a checkout.'
  [ "$(id -u)" = 0 ] || fail 'this changes the machine. Run it as root: sudo sh install.sh'
  has_node || fetch_node
  # Debian 12 has Node 18: libraries that ask for a later one get it with the package.
  exec npx --yes --loglevel=error --package "${SHIPMATE_PACKAGE:-@shipmate-deploy/shipmate@$version}" shipmate install "$@"
}

main "$@"
