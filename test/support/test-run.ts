import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Begins the name of a run's folder, which is in the folder for temporary files. */
export const runPrefix = 'shipmate-test-run-';

/**
 * What a run started that would outlive it, killed: an id that a Shipmate labels its services with, a service's own id, and
 * a folder that a server runs in.
 */
type Started = 'installation' | 'service' | 'folder';

/** Who uses a run's folder. */
interface Owner {
  pid: number;
  /** When that process began: the number may go to another one. */
  began: string;
  /** The machine and the Docker Engine. */
  place: string;
  /** When the run began, milliseconds since 1970. */
  since: number;
}

const ownerFile = 'owner.json';

/** Makes the folder of a new run, which this process owns. What it starts inherits the variable. */
export async function beginRun(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), runPrefix));
  await ownRun(folder);
  process.env['SHIPMATE_TEST_RUN'] = folder;
}

/** Call it when everything that was started has ended. */
export async function endRun(): Promise<void> {
  await rm(runFolder(), { recursive: true, force: true });
}

export function runFolder(): string {
  const folder = process.env['SHIPMATE_TEST_RUN'];
  if (folder === undefined) throw new Error('SHIPMATE_TEST_RUN is not set: test/support/global-setup.ts sets it.');
  return folder;
}

/** Labels what suites make on the Engine, so that a later run removes what a killed one left. */
export function runName(): string {
  return basename(runFolder());
}

/** For what carries no label with the run's name. */
export async function noteStarted(what: Started, value: string): Promise<void> {
  await appendFile(startedFile(runFolder(), what), `${value}\n`);
}

export async function startedBy(folder: string, what: Started): Promise<string[]> {
  const lines = await readFile(startedFile(folder, what), 'utf8').catch(() => '');
  return lines.split('\n').filter((line) => line !== '');
}

function startedFile(folder: string, what: Started): string {
  return join(folder, `started.${what}`);
}

/** Makes this process the folder's owner. */
export async function ownRun(folder: string, pid = process.pid): Promise<void> {
  const owner: Owner = { pid, began: (await beginningOf(pid)) ?? '', place: place(), since: Date.now() };
  await writeFile(join(folder, ownerFile), JSON.stringify(owner));
}

/** @returns when the run began, if it is over, and was one on this machine's Engine; otherwise undefined. */
export async function beginningOfDeadRun(folder: string): Promise<number | undefined> {
  const owner = await ownerOf(folder);
  if (owner?.place !== place()) return undefined;
  return (await beginningOf(owner.pid)) === owner.began ? undefined : owner.since;
}

/** Undefined when there is none yet. */
async function ownerOf(folder: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, ownerFile), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function place(): string {
  return `${hostname()} ${process.env['DOCKER_HOST'] ?? ''}`;
}

/** Undefined when that process has ended. */
async function beginningOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return isProcess(pid) ? 'some time' : undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // What follows the program's name, in which there may be anything: the state, and 19 fields on, ticks since the machine began.
  const fields = stat?.slice(stat.lastIndexOf(') ') + 2).split(' ');
  const [state] = fields ?? [];
  // Killed, and nobody has asked how it ended.
  return state === 'Z' ? undefined : fields?.[19];
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
