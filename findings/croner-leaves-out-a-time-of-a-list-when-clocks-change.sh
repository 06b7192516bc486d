#!/bin/sh
# croner 11.0.1, and cron-parser 5.10.5 (which pg-boss 12.38.0 has for its schedules).
#
# Behaviour: croner takes care of changes of the clock for a pattern with one hour and one minute: `0 2 * * *` comes once on
# the day without 02:00, and once on the day with two. With a list or a range it does not: of `0 2,14 * * *` the night's
# run is left out in spring and comes twice in autumn. cron-parser, as cron itself, makes no difference between the two.
# Output seen, between noon and noon in Europe/Berlin, UTC:
#   croner       0 2 * * *     spring 01:00  autumn 00:00
#   croner       0 2,14 * * *  spring 13:00  autumn 12:00 00:00 01:00
#   cron-parser  0 2 * * *     spring 01:00  autumn 00:00
#   cron-parser  0 2,14 * * *  spring 13:00 01:00  autumn 12:00 00:00
# Wrong guess: a backup "at 2 and at 14" is made at 2 as one "at 2" is, and the same text means the same in both libraries.
# Croner's option `fixedTimeRule: 'no-wildcard'` makes lists and ranges fixed times too.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent croner@11.0.1 cron-parser@5.10.5
cat >clocks.mjs <<'JS'
import { Cron } from 'croner';
import { CronExpressionParser } from 'cron-parser';

const timezone = 'Europe/Berlin';
const changes = { spring: '2026-03-28', autumn: '2026-10-24' };

const libraries = {
  croner: (pattern, from) => new Cron(pattern, { timezone, mode: '5-part', paused: true }).nextRuns(4, from),
  'cron-parser': (pattern, from) => {
    const times = CronExpressionParser.parse(pattern, { tz: timezone, currentDate: from });
    return Array.from({ length: 4 }, () => times.next().toDate());
  },
};

const seen = [];
for (const [library, next] of Object.entries(libraries)) {
  for (const pattern of ['0 2 * * *', '0 2,14 * * *']) {
    const days = Object.entries(changes).map(([change, day]) => {
      const from = new Date(`${day}T11:00:00Z`);
      const until = new Date(from.getTime() + 24 * 3_600_000);
      const times = next(pattern, from).filter((time) => time < until);
      return [change, ...times.map((time) => time.toISOString().slice(11, 16))].join(' ');
    });
    console.log(`${library.padEnd(12)} ${pattern.padEnd(13)} ${days.join('  ')}`);
    seen.push(days.join(', '));
  }
}
const expected = [
  'spring 01:00, autumn 00:00',
  'spring 13:00, autumn 12:00 00:00 01:00',
  'spring 01:00, autumn 00:00',
  'spring 13:00 01:00, autumn 12:00 00:00',
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node clocks.mjs
