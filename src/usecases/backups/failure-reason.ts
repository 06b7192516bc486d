import { createRedactor } from '../../secrets/redact.ts';
import type { DatabaseAccess } from './database-access.ts';

/** Characters. */
const maxReason = 1_000;
/** What PostgreSQL's programs say besides errors, e.g. `psql:<stdin>:7: NOTICE:  …`, and MySQL's about passwords. */
const remark = /^(\S+:\d+: )?(NOTICE|INFO|LOG|DEBUG\d?): |^mysql\S*: \[Warning\] Using a password/;
const remarkGoesOn = /^(\S+:\d+: )?(DETAIL|HINT|CONTEXT|LOCATION): |^\t/;

/** The message without the database's passwords, which the engine's tools may print, and without their remarks. */
export function messageOf(error: unknown, access: DatabaseAccess | undefined): string {
  const text = error instanceof Error ? error.message : String(error);
  return createRedactor(access?.passwords ?? [])(withoutRemarks(text)).slice(0, maxReason);
}

function withoutRemarks(text: string): string {
  let remarked = false;
  const lines = text.split('\n').filter((line) => {
    remarked = remark.test(line) || (remarked && remarkGoesOn.test(line));
    return !remarked;
  });
  const rest = lines.join('\n').trim();
  return rest === '' ? text : rest;
}
