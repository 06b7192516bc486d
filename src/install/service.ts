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
      does: 'start the service at boot (systemctl enable shipmate)',
      isDone: () => outputOf('systemctl', 'is-enabled', unitName) === 'enabled',
      run: () => mustRun('systemctl', ['enable', '--quiet', unitName]),
    },
    {
      does: 'restart the service (systemctl restart shipmate)',
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
 * Waits until Shipmate serves, and passes on what it reports meanwhile, e.g. that it waits for PostgreSQL.
 * @param url Where it answers on this machine.
 * @param began When it was started, milliseconds since 1970: what was logged before tells of another start.
 * @throws {UnavailableError} when it ends again, or does not come up.
 */
export async function awaitReady(url: string, began: number, say: (line: string) => void): Promise<void> {
  const deadline = Date.now() + startMs;
  // systemd goes on counting when a service is restarted between two of its attempts.
  const before = restarts();
  let answer = 'nothing answers';
  let said: string | undefined;
  while (Date.now() < deadline) {
    try {
      const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      answer = await response.text();
    } catch {
      answer = 'nothing answers';
    }
    if (restarts() - before >= hopeless) break;
    const words = lastWords(began);
    if (words !== undefined && words !== said) say(`  ${words}`);
    said = words;
    await delay(pollMs);
  }
  throw new UnavailableError(
    `Shipmate does not come up at ${url} (${answer.slice(0, 300)}). The last problem it logged: ` +
      `${lastWords(began) ?? 'none.'} Fix it and run the same command again. The whole log: journalctl --unit shipmate`,
  );
}

/** How often systemd had to start it again. */
function restarts(): number {
  return Number(outputOf('systemctl', 'show', '--property', 'NRestarts', '--value', unitName));
}

/** The last problem that it logged, whatever the format of its log. */
function lastWords(began: number): string | undefined {
  // Whole seconds, which may leave out the first line; a service that ends logs it again.
  const since = `@${Math.ceil(began / 1_000)}`;
  const lines = (...more: string[]) => {
    const output = ['--output', 'cat', '--no-pager', '--lines', '20', '--since', since];
    return outputOf('journalctl', '--identifier', 'shipmate', ...output, ...more)?.split('\n') ?? [];
  };
  const problem = lines('--priority', 'warning').findLast((line) => line !== '');
  const words = problem ?? lines().findLast((line) => line.startsWith('shipmate: '));
  return words?.replace(/^shipmate: /, '');
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
