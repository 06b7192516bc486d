import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded.ts';
import { withVariable } from '../support/running-processes.ts';
import { until } from '../support/until.ts';

let dataDir: string;
let servers: EmbeddedPostgres[];
/** A data folder with a cluster, to copy: making one takes seconds. */
let made: string;

beforeAll(async () => {
  made = await newFolder();
  await (await startEmbeddedPostgres(made, { durable: false })).stop();
});
beforeEach(async () => {
  dataDir = await newFolder();
  servers = [];
});
afterAll(async () => {
  await removeEmbeddedPostgres(made);
  await rm(made, { recursive: true });
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true });
});

async function newFolder(): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), 'shipmate-embedded-'));
}

async function copyMade(folder = dataDir): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Its user owns the files.
  await promisify(execFile)('cp', ['-a', join(made, 'postgres'), folder]);
}

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(folder, { durable: false });
  servers.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const orm = await MikroORM.init({ clientUrl: url, entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    return await orm.em.getConnection().execute(sql);
  } finally {
    await orm.close();
  }
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function startInChild(): Promise<ReturnType<typeof spawn>> {
  const embedded = new URL('../../src/database/embedded.ts', import.meta.url).href;
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(embedded)});
    await startEmbeddedPostgres(${JSON.stringify(dataDir)}, { durable: false });
    console.log('ready');
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}

describe('embedded PostgreSQL', () => {
  it('keeps its data, password and port over a stop and a start', async () => {
    await copyMade();
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    expect(await readdir(join(dataDir, 'postgres/cluster'))).not.toContain('postmaster.pid');
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('hides the password from other users and from command lines, and demands it', async () => {
    await copyMade();
    const { url } = await start();
    const { password } = new URL(url);
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'postgres/cluster'))).mode & 0o777).toBe(0o700);
    const argv = await readFile(`/proc/${await postmasterPid()}/cmdline`, 'utf8');
    expect(argv).toContain('listen_addresses=127.0.0.1');
    expect(argv).not.toContain(password);
    await expect(query(url.replace(password, 'guess'), 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('is told none of Shipmate’s variables: it runs as another user', async () => {
    await copyMade();
    using _secret = withVariable('SHIPMATE_SECRET_KEY', 'key-of-shipmate-alone');
    await start();
    const environ = await readFile(`/proc/${await postmasterPid()}/environ`, 'utf8');
    expect(environ).toContain('PATH=');
    expect(environ).not.toContain('key-of-shipmate-alone');
  });

  it('takes over the server of a Shipmate that was killed', async () => {
    await copyMade();
    const shipmate = await startInChild();
    if (!shipmate.stdout) throw new Error('no standard output');
    await once(shipmate.stdout, 'data');
    const pid = await postmasterPid();
    const exit = once(shipmate, 'exit');
    shipmate.kill('SIGKILL');
    await exit;
    const server = await start();
    expect(await postmasterPid()).toBe(pid);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('recovers when the server itself was killed', async () => {
    await copyMade();
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    await until('its end', () => !existsSync(`/proc/${pid}/cwd`));
    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('starts although the id in a stale pid file belongs to another process by now', async () => {
    await copyMade();
    await (await start()).stop();
    const stale = [process.pid, join(dataDir, 'postgres/cluster'), 1_700_000_000, 1, '', '127.0.0.1', '', 'ready', ''];
    await writeFile(join(dataDir, 'postgres/cluster/postmaster.pid'), stale.join('\n'));
    const server = await start();
    expect(await postmasterPid()).not.toBe(process.pid);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('starts over when the making of the cluster was killed', async () => {
    const shipmate = await startInChild();
    const home = join(dataDir, 'postgres');
    const made = async () =>
      (await readdir(home).catch(() => [])).some((name) => /^init-[0-9a-f]+$/.test(name)) || shipmate.exitCode !== null;
    while (!(await made())) await new Promise(setImmediate);
    const exit = once(shipmate, 'exit');
    shipmate.kill('SIGKILL');
    await exit;
    expect(await readdir(home)).not.toContain('cluster');
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('takes another port when its own was taken meanwhile', async () => {
    await copyMade();
    const first = await start();
    await first.stop();
    const other = join(dataDir, 'other');
    await copyMade(other);
    await (await start(other)).stop();
    await writeFile(join(other, 'postgres/port'), new URL(first.url).port);
    const taker = await start(other);
    expect(new URL(taker.url).port).toBe(new URL(first.url).port);
    const second = await start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await taker.stop();
    await removeEmbeddedPostgres(other);
  });

  it('lies where its user can reach it when the data folder is closed to that user', async () => {
    const hidden = join(dataDir, 'hidden');
    await mkdir(hidden, { mode: 0o700 });
    const folder = join(hidden, 'data');
    const server = await start(folder);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const place = await realpath(join(folder, 'postgres'));
    expect(place.startsWith(process.getuid?.() === 0 ? '/var/lib/shipmate/' : folder)).toBe(true);
    await server.stop();
    await removeEmbeddedPostgres(folder);
    await expect(stat(place)).rejects.toThrow('ENOENT');
  });

  it('is not taken by a copy of a data folder that holds only a link to it, but by one that was moved', async () => {
    await chmod(dataDir, 0o711);
    const place = join(dataDir, 'elsewhere');
    await copyMade(place);
    await rename(join(place, 'postgres'), join(dataDir, 'files'));
    const [one, copy] = [join(dataDir, 'one'), join(dataDir, 'copy')];
    for (const folder of [one, copy]) {
      await mkdir(folder);
      await symlink(join(dataDir, 'files'), join(folder, 'postgres'));
    }
    const first = await start(one);
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    await expect(start(copy)).rejects.toThrow(`${copy} is a copy of the data folder ${one}`);
    await rm(join(one, 'postgres'));
    const moved = await start(copy);
    expect(await query(moved.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await moved.stop();
  });

  it('does not begin anew behind a link whose files are gone', async () => {
    await symlink(join(dataDir, 'gone'), join(dataDir, 'postgres'));
    await expect(start()).rejects.toThrow(`leads to ${join(dataDir, 'gone')}, where the database's files were`);
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });
});
