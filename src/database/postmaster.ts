import { spawn } from 'node:child_process';
import { open, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listens } from '../host/listens.ts';
import { programEnvironment } from '../host/program-environment.ts';
import { UnavailableError } from '../errors.ts';
import type { Cluster } from './cluster.ts';
import { formatDuration } from '../units/durations.ts';

const pollMs = 20;

/** For servers whose data nobody keeps: nothing for a crash of the machine, a replica or a backup. */
const temporary = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Its databases live for seconds.
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  // Where many rows are made, their indexes fit.
  shared_buffers: '128MB',
};

/**
 * What `postmaster.pid` says of a server that runs. @see https://www.postgresql.org/docs/18/storage-file-layout.html
 */
interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** Starts the cluster's server unless it runs, waits until it accepts connections, and returns its port. */
export async function ensureRunning(
  cluster: Cluster,
  { timeoutMs = 60_000, onLaunch }: { timeoutMs?: number; onLaunch?: (() => void) | undefined } = {},
): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (!(await runningPostmaster(cluster))) await launch(cluster);
    onLaunch?.();
    const postmaster = await untilReady(cluster, deadline);
    if (postmaster) return postmaster.port;
    // It exited immediately: the port was taken in between, or processes of a killed server are still exiting.
    await delay(200);
  }
  throw new UnavailableError(
    `The embedded PostgreSQL did not start within ${formatDuration(timeoutMs)}. Its last log lines: ${await lastLogLines(cluster)} (full log: ${cluster.log})`,
  );
}

/**
 * Starts the server once, on the port that its clients know, unless it runs, and waits until it accepts connections.
 * Recovery after a crash takes as long as it takes. Whether it does.
 */
export async function startOnce(cluster: Cluster, port: number, signal: AbortSignal): Promise<boolean> {
  if (!(await runningPostmaster(cluster))) await launch(cluster, port);
  return (await untilReady(cluster, Infinity, signal)) !== undefined;
}

/** Ends open transactions and stops the server (`pg_ctl stop -m fast`); kills it when it takes too long. */
export async function stopRunning(cluster: Pick<Cluster, 'data'>, timeoutMs = 20_000): Promise<void> {
  const postmaster = await runningPostmaster(cluster);
  if (!postmaster) return;
  process.kill(postmaster.pid, 'SIGINT');
  const deadline = performance.now() + timeoutMs;
  while (await runningPostmaster(cluster)) {
    if (performance.now() > deadline) process.kill(postmaster.pid, 'SIGQUIT');
    await delay(pollMs);
  }
}

export async function runningPostmaster({ data }: Pick<Cluster, 'data'>): Promise<Postmaster | undefined> {
  const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, , , , status] = file.split('\n').map((line) => line.trim());
  if (!pid || !(await isAlive(Number(pid), data))) return undefined;
  return { pid: Number(pid), port: Number(port), ready: status === 'ready' };
}

/** A killed server's pid may have been reused, so this also checks the process's working directory. */
async function isAlive(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return folder !== undefined && folder === (await realpath(data));
  }
  return isProcess(pid);
}

async function launch(cluster: Cluster, port?: number): Promise<void> {
  const { data, binaries, account, durable } = cluster;
  await dropReusedPid(cluster);
  const settings = {
    port: port ?? (await freePort(cluster)),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '32MB',
    ...(durable ? {} : temporary),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(cluster.log, 'a', 0o600);
  // In its own session, so that Ctrl-C reaches only Shipmate, which then stops the server gracefully.
  const server = spawn(join(binaries, 'bin', 'postgres'), ['-D', data, ...args], {
    ...account,
    env: programEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await new Promise((resolve, reject) => server.on('spawn', resolve).on('error', reject));
  server.unref();
  await log.close();
  await writtenPidFile(cluster, () => server.exitCode === null && server.signalCode === null);
}

/** PostgreSQL removes a dead server's pid file itself, but mistakes any live process with that pid for a server. */
async function dropReusedPid({ data }: Cluster): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid && isProcess(pid)) await rm(file, { force: true });
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function writtenPidFile(cluster: Cluster, lives: () => boolean): Promise<void> {
  while (lives() && !(await runningPostmaster(cluster))) await delay(pollMs);
}

async function untilReady(cluster: Cluster, deadline: number, signal?: AbortSignal): Promise<Postmaster | undefined> {
  while (!signal?.aborted) {
    const postmaster = await runningPostmaster(cluster);
    if (!postmaster) return undefined;
    // One that is being killed still looks ready for a moment.
    if (postmaster.ready && (await listens(postmaster.port))) return postmaster;
    if (performance.now() > deadline) return undefined;
    await delay(pollMs);
  }
  return undefined;
}

/** The previous port if it is free, so that noted connection strings keep working; otherwise another. */
async function freePort({ home }: Cluster): Promise<number> {
  const file = join(home, 'port');
  const kept = Number(await readFile(file, 'utf8').catch(() => '0'));
  const port = await listenOnce(kept).catch(() => listenOnce(0));
  if (port !== kept) await writeFile(file, String(port));
  return port;
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : port;
}

/** The last three lines of the server’s log, as one. */
export async function lastLogLines({ log }: Cluster): Promise<string> {
  const { size } = await stat(log);
  const file = await open(log);
  const { buffer } = await file.read({ position: Math.max(0, size - 2_000) });
  await file.close();
  return buffer.toString('utf8').replaceAll('\0', '').trim().split('\n').slice(-3).join(' | ');
}
