import { isDeepStrictEqual } from 'node:util';
import type { Ran } from '../support/debian-root.ts';

/** One line for each thing that holds. @throws {Error} with both values otherwise. */
export function expectEqual(what: string, found: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(found, wanted)) {
    throw new Error(`${what}:\nfound  ${JSON.stringify(found)}\nwanted ${JSON.stringify(wanted)}`);
  }
  console.log(`ok: ${what}`);
}

/** What it printed. @throws {Error} with all of it when it failed. */
export function done({ code, out, err }: Ran): string {
  if (code !== 0) throw new Error(`ended with ${code}:\n${out}\n${err}`);
  return out.trim();
}
