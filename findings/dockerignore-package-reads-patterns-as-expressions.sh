#!/bin/sh
# @balena/dockerignore 1.0.2, the package that most Node programs read a `.dockerignore` with.
#
# Behaviour: it translates a pattern to a regular expression without escaping everything, and compares without case.
# Docker compares with case and takes `( ) | +` as themselves (github.com/moby/patternmatcher).
# Output seen:
#   build        leaves out Build/app.js: true
#   app/(auth)   leaves out app/(auth)/page.js: false
#   a|b          leaves out a: true
#   src/c++      leaves out src/c++/main.cc: SyntaxError
# Docker:       false, true, false, true.
# Wrong guess: it answers as Docker does. An image then lacks a folder named `Build`, or holds one that was to stay out.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @balena/dockerignore@1.0.2
cat >patterns.cjs <<'JS'
const dockerignore = require('@balena/dockerignore');

const seen = [
  ['build', 'Build/app.js', true],
  ['app/(auth)', 'app/(auth)/page.js', false],
  ['a|b', 'a', true],
  ['src/c++', 'src/c++/main.cc', 'SyntaxError'],
];

function leavesOut(pattern, path) {
  try {
    return dockerignore().add([pattern]).ignores(path);
  } catch (error) {
    return error.name;
  }
}

let same = true;
for (const [pattern, path, expected] of seen) {
  const answer = leavesOut(pattern, path);
  console.log(`${pattern.padEnd(12)} leaves out ${path}: ${answer}`);
  same &&= answer === expected;
}
process.exit(same ? 0 : 1);
JS
node patterns.cjs
