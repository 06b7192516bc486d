#!/bin/sh
# chrono-node 2.10.3.
#
# Behaviour: `{ instant, timezone }`, the reference in which words are read, takes an offset or an abbreviation. The name of a
# zone, as Node's `Intl` and browsers have it, is taken without a word and counts for nothing: words are read in the zone
# of the machine. An abbreviation is the offset of the reference's moment, also for days after a change of clocks.
# Output seen on a machine in UTC, of words said on 27 March 2026, two days before Berlin's summer time:
#   tomorrow at 9:00 in Europe/Berlin: 2026-03-28T09:00Z, where it is 08:00Z
#   tomorrow at 9:00 in CET:           2026-03-28T08:00Z, where it is 08:00Z
#   monday at 9:00 in CET:             2026-03-30T08:00Z, where it is 07:00Z
# Wrong guess: `timezone: 'Europe/Berlin'` makes "at 9:00" nine o'clock there, or throws. One has to take the parts of the
# date that were read, and find the moment at which clocks of the zone show them.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent chrono-node@2.10.3
cat >zones.mjs <<'JS'
import * as chrono from 'chrono-node';

const instant = new Date('2026-03-27T12:00:00Z');
const seen = [
  ['tomorrow at 9:00', 'Europe/Berlin', '08:00Z'],
  ['tomorrow at 9:00', 'CET', '08:00Z'],
  ['monday at 9:00', 'CET', '07:00Z'],
].map(([words, timezone, right]) => {
  const date = chrono.parseDate(words, { instant, timezone }, { forwardDate: true });
  const read = `${date.toISOString().slice(0, 16)}Z`;
  console.log(`${`${words} in ${timezone}:`.padEnd(34)} ${read}, where it is ${right}`);
  return read;
});
process.exit(seen.join() === '2026-03-28T09:00Z,2026-03-28T08:00Z,2026-03-30T08:00Z' ? 0 : 1);
JS
TZ=UTC node zones.mjs
