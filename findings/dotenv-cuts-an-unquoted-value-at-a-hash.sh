#!/bin/sh
# dotenv 17.2.3 from npm, and Node's own `util.parseEnv` and `--env-file` (seen with 20.20 and 24.21).
#
# Behaviour: both end an unquoted value at its first `#`, with or without a blank before it. Docker Compose begins a
# comment only at a `#` behind a blank (docs.docker.com, "Interpolation", rules of the .env file), and so do its
# `env_file` and Shipmate. One file therefore has two values: a password or a URL that is whole in a container that Compose
# fills is cut, without a word, where the application reads the same file by itself.
# Output seen:
#   dotenv: JSON={"color":" PASSWORD=pa URL=https://shop.example/
#   parseEnv: JSON={"color":" PASSWORD=pa URL=https://shop.example/
# Wrong guess: the file that works with `docker compose up` means the same to `node --env-file` and to dotenv. Values with a
# `#` have to be quoted to mean the same everywhere.
#
# Needs Node 20.12 or later and npm. Ends with 1 when one of them behaves otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent dotenv@17.2.3
cat >read.cjs <<'JS'
const { parseEnv } = require('node:util');
const { parse } = require('dotenv');

const text = 'PASSWORD=pa#ss\nURL=https://shop.example/#/login\nJSON={"color":"#fff"}\n';
const expected = 'JSON={"color":" PASSWORD=pa URL=https://shop.example/';
let failed = false;
for (const [name, read] of [['dotenv', parse], ['parseEnv', parseEnv]]) {
  const values = Object.entries(read(text)).map(([key, value]) => `${key}=${value}`).sort();
  console.log(`${name}: ${values.join(' ')}`);
  failed ||= values.join(' ') !== expected;
}
process.exit(failed ? 1 : 0);
JS
node read.cjs
