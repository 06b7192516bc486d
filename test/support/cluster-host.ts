import { execFile, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until.ts';

export const run = promisify(execFile);

const prefix = 'shipmate-cluster-';
const cgroups = '/sys/fs/cgroup';

/** Everything of one cluster begins with this: namespaces, control groups, its folder. */
export function clusterId(): string {
  return `${prefix}${process.pid}`;
}

export function folderOf(id: string): string {
  return join(tmpdir(), id);
}

/** Starts a program of its own session in a network namespace; what it prints goes to the file. */
export function startInside(namespace: string, command: string[], logFile: string): void {
  const log = openSync(logFile, 'a');
  const args = [`--net=/run/netns/${namespace}`, ...command];
  spawn('nsenter', args, { detached: true, stdio: ['ignore', log, log] }).unref();
}

export async function runInside(namespace: string, program: string, args: string[]): Promise<string> {
  const { stdout } = await run('nsenter', [`--net=/run/netns/${namespace}`, program, ...args], { timeout: 60_000 });
  return stdout;
}

/** Kills what runs in a namespace, and in the containers of the control group of the same name. */
export async function killAll(name: string): Promise<void> {
  await until(`the end of all processes of ${name}`, async () => {
    const pids = [...(await pidsOfNamespace(name)), ...(await pidsOfGroup(name))];
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    return pids.length === 0;
  });
}

async function pidsOfNamespace(name: string): Promise<number[]> {
  const { stdout } = await run('ip', ['netns', 'pids', name]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

async function pidsOfGroup(name: string): Promise<number[]> {
  const found = new Set<number>();
  for (const folder of await groupFolders(name)) {
    const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
    for (const pid of text.split('\n').filter(Boolean)) found.add(Number(pid));
  }
  return [...found];
}

/** In every hierarchy, the deepest first. */
async function groupFolders(name: string): Promise<string[]> {
  const roots = [cgroups, ...(await readdir(cgroups)).map((hierarchy) => join(cgroups, hierarchy))];
  const all: string[] = [];
  for (const root of roots) {
    const top = join(root, name);
    const below = await readdir(top, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (!below) continue;
    all.push(top, ...below.filter((one) => one.isDirectory()).map((one) => join(one.parentPath, one.name)));
  }
  return all.sort((one, other) => other.length - one.length);
}

/** Nothing stays: processes, control groups, namespaces with their devices and firewall rules, the folder. */
export async function removeCluster(id: string): Promise<void> {
  const namespaces = (await readdir('/run/netns').catch(() => [])).filter((name) => name.startsWith(`${id}-`));
  await Promise.all(namespaces.map(killAll));
  for (const name of namespaces) {
    for (const folder of await groupFolders(name)) await rmdir(folder).catch(() => undefined);
    await run('ip', ['netns', 'delete', name]);
  }
  await rm(folderOf(id), { recursive: true, force: true, maxRetries: 5 });
}

/** Of runs that were killed. */
export async function removeLeftovers(): Promise<void> {
  const names = [...(await readdir('/run/netns').catch(() => [])), ...(await readdir(tmpdir()))];
  const ids = new Set(names.flatMap((name) => /^shipmate-cluster-\d+/.exec(name)?.[0] ?? []));
  for (const id of ids) if (!(await isRunning(Number(id.slice(prefix.length))))) await removeCluster(id);
}

/** The number may have gone to another program since. */
async function isRunning(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return pid !== process.pid && command.includes('jest');
}
