import { setImmediate } from 'node:timers/promises';
import { createLineRedactor, type LineRedactor } from '../../secrets/redact-lines.ts';
import { createRedactor } from '../../secrets/redact.ts';

/** As lines of a deployment's log are cut, characters. */
const maxLine = 4_000;
/** Redacted at once, so that others have their turn. */
const atOnce = 50;

/** What a service or a server printed, without these secrets and whatever has the shape of one. */
export async function redactLog(secrets: readonly string[], lines: readonly string[]): Promise<string[]> {
  const redactor: LineRedactor<undefined> = createLineRedactor(createRedactor(secrets), maxLine);
  const certain: string[] = [];
  for (let at = 0; at < lines.length; at += atOnce) {
    for (const line of lines.slice(at, at + atOnce)) {
      certain.push(...redactor.add(line, undefined).map(({ text }) => text));
    }
    await setImmediate();
  }
  return [...certain, ...redactor.end().map(({ text }) => text)];
}
