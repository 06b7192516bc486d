#!/bin/sh
# yaml 2.9.1, the package that most Node programs read compose files with.
#
# Behaviour: it reads numbers as YAML 1.2 has them, so `0440` is 440, `0b11` and `1_000` are text. Docker Compose reads
# YAML as Go's yaml.v3 does: an octal number, a binary number, and a thousand. A program that reads `mode: 0440` with
# the package and asks Docker for these permissions gets 0670.
# Output seen:
#   0440  yaml 440      docker-compose 288
#   0b11  yaml 0b11     docker-compose 3
#   1_000 yaml 1_000    docker-compose 1000
#   010   yaml 10       docker-compose 8
# The values of docker-compose are those of 2.40.3 (Debian's docker-compose 2.40.3-3: `docker-compose config --format
# json`, as the value of a variable under `environment`). The script compares with them where it is installed.
# Wrong guess: both read the same values from the same file.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent yaml@2.9.1
cat >numbers.cjs <<'JS'
const { parse } = require('yaml');
const { execFileSync } = require('node:child_process');
const { writeFileSync } = require('node:fs');

const seen = [
  ['0440', '440', '288'],
  ['0b11', '0b11', '3'],
  ['1_000', '1_000', '1000'],
  ['010', '10', '8'],
];

function compose(value) {
  writeFileSync('compose.yaml', `services:\n  web:\n    image: web\n    environment:\n      V: ${value}\n`);
  for (const [program, ...before] of [['docker-compose'], ['docker', 'compose']]) {
    try {
      const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
      const answer = execFileSync(program, [...before, 'config', '--format', 'json'], options);
      return JSON.parse(answer).services.web.environment.V;
    } catch {}
  }
  return undefined;
}

let same = true;
for (const [value, byPackage, byCompose] of seen) {
  const answer = String(parse(`v: ${value}`).v);
  const reference = compose(value);
  console.log(`${value.padEnd(5)} yaml ${answer.padEnd(8)} docker-compose ${reference ?? `${byCompose} (not installed)`}`);
  same &&= answer === byPackage && (reference === undefined || reference === byCompose);
}
process.exit(same ? 0 : 1);
JS
node numbers.cjs
