import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import { places, unitName } from './places.ts';
import { mustRun, outputOf } from './programs.ts';
import type { Step } from './steps.ts';

/** A first start makes the database; a busy machine takes its time, milliseconds. */
const startMs = 300_000;
const pollMs = 500;
/** A service that has ended so often does so again. */
const hopeless = 2;
/** The journal is a little behind, milliseconds. */
const journalMs = 15_000;

/** Whether systemd runs this machine: not in a container, nor in the root folder of an image that is being made. */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** Lets systemd read units that were written or removed. */
export function reloadUnits(): void {
  if (hasSystemd()) mustRun('systemctl', ['daemon-reload']);
}

export function serviceSteps({ changed }: { changed: () => boolean }): Step[] {
  return [
    {
      does: 'start the service with the machine (systemctl enable shipmate)',
      isDone: () => outputOf('systemctl', 'is-enabled', unitName) === 'enabled',
      run: () => mustRun('systemctl', ['enable', '--quiet', unitName]),
    },
    {
      does: 'start the service anew (systemctl restart shipmate)',
      isDone: () => !hasSystemd() || (!changed() && isActive()),
      async run() {
        mustRun('systemctl', ['restart', unitName]);
        await rm(places.restart, { force: true });
      },
    },
  ];
}

function isActive(): boolean {
  return outputOf('systemctl', 'is-active', unitName) === 'active';
}

/**
 * Waits until Shipmate serves.
 * @param url Where it answers on this machine.
 * @throws {UnavailableError} when it ends again, or does not come up.
 */
export async function awaitReady(url: string): Promise<void> {
  const deadline = Date.now() + startMs;
  let answer = 'nothing answers';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      answer = await response.text();
    } catch {
      answer = 'nothing answers';
    }
    if (restarts() >= hopeless) break;
    await delay(pollMs);
  }
  throw new UnavailableError(
    `The service does not serve at ${url} (${answer.slice(0, 300)}). What it printed last: ${lastWords()} ` +
      'All of it: journalctl --unit shipmate',
  );
}

/** How often systemd had to start it again. */
function restarts(): number {
  return Number(outputOf('systemctl', 'show', '--property', 'NRestarts', '--value', unitName));
}

function lastWords(): string {
  const lines = outputOf('journalctl', '--unit', unitName, '--output', 'cat', '--no-pager', '--lines', '20');
  return lines?.split('\n').findLast((line) => line.startsWith('shipmate: ')) ?? 'nothing.';
}

/** The code that makes its first user super_admin, as the service printed it; undefined if there is one already. */
export async function firstLinkCode(): Promise<string | undefined> {
  const deadline = Date.now() + journalMs;
  for (;;) {
    const printed = greetingOf(journal());
    if (printed) return printed.code;
    if (Date.now() > deadline) return undefined;
    await delay(pollMs);
  }
}

/** Of the last start alone: codes of earlier ones are no longer good. */
function journal(): string {
  const start = outputOf('systemctl', 'show', '--property', 'InvocationID', '--value', unitName);
  return outputOf('journalctl', '--output', 'cat', '--no-pager', `_SYSTEMD_INVOCATION_ID=${start ?? ''}`) ?? '';
}

/** @returns undefined if Shipmate has not greeted yet. */
export function greetingOf(output: string): { code: string | undefined } | undefined {
  if (!/Shipmate listens on/.test(output)) return undefined;
  const codes = [...output.matchAll(/`?link ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})`?/g)];
  const code = codes.at(-1)?.[1];
  return code === undefined && !/lists the commands/.test(output) ? undefined : { code };
}
