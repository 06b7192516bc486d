#!/bin/sh
# pg 8.23.0 (node-postgres), with pg-connection-string 2.14.1.
#
# Behaviour: a connection string with `sslmode=verify-full&sslrootcert=system`, as libpq 16 and later takes it to trust the
# system's authorities, makes `new Client()` throw: `system` is read as a file. Without `sslrootcert`, node-postgres trusts
# Node's authorities, while libpq looks for ~/.postgresql/root.crt and fails where there is none.
# Output seen:
#   with sslrootcert=system: ENOENT: no such file or directory, open 'system'
#   without it:              TLS, verified
# Wrong guess: one connection string that has the certificate verified works for psql and node-postgres alike.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent pg@8.23.0 pg-connection-string@2.14.1
cat >connect.cjs <<'JS'
const { Client } = require('pg');

function made(parameters) {
  try {
    const { ssl } = new Client({ connectionString: `postgresql://app:secret@db.example.com/app?${parameters}` });
    return ssl && ssl.rejectUnauthorized !== false ? 'TLS, verified' : 'not verified';
  } catch (error) {
    return error.message;
  }
}

const withSystem = made('sslmode=verify-full&sslrootcert=system');
const without = made('sslmode=verify-full');
console.log(`with sslrootcert=system: ${withSystem}`);
console.log(`without it:              ${without}`);
const same = withSystem === "ENOENT: no such file or directory, open 'system'" && without === 'TLS, verified';
process.exit(same ? 0 : 1);
JS
node connect.cjs
