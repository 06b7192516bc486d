import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../scripts/support/free-port.ts';
import { type ShipmateProcess, startShipmate } from '../scripts/support/shipmate-process.ts';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { createCutProxy, type CutProxy } from './support/cut-proxy.ts';
import { createEmptyDatabase, type EmptyDatabase } from './support/database.ts';
import { until } from './support/until.ts';

let dataDir: string;
let port: number;
let running: ShipmateProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-storage-'));
  port = await freePort();
});
afterEach(async () => {
  await running?.kill();
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true });
});

interface Started {
  shipmate: ShipmateProcess;
  /** Its standard error. */
  said(): string;
  /** Waits for words there. */
  says(words: string): Promise<unknown>;
}

async function start(env: Record<string, string>): Promise<Started> {
  const printed: string[] = [];
  running = startShipmate({
    env: {
      DATABASE_URL: '',
      SHIPMATE_DATA_DIR: dataDir,
      SHIPMATE_PORT: String(port),
      SHIPMATE_INGRESS_HTTP_PORT: String(await freePort()),
      SHIPMATE_INGRESS_HTTPS_PORT: String(await freePort()),
      NODE_OPTIONS: '',
      ...env,
    },
  });
  running.child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')));
  const { child } = running;
  const said = () => printed.join('');
  const says = (words: string) =>
    until(`“${words}”`, () => {
      if (said().includes(words)) return true;
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
      return false;
    });
  return { shipmate: running, said, says };
}

function exitCode({ child }: ShipmateProcess): Promise<number> {
  return until('the end', () => child.exitCode ?? undefined);
}

describe('a PostgreSQL that comes up later than Shipmate', () => {
  let database: EmptyDatabase;
  let proxy: CutProxy;
  let url: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    const at = new URL(database.url);
    proxy = await createCutProxy({ host: at.hostname, port: Number(at.port) });
    at.host = `127.0.0.1:${proxy.port}`;
    url = at.href;
    await proxy.refuse();
  });
  afterEach(async () => {
    await running?.kill();
    await proxy[Symbol.asyncDispose]();
    await database.close();
  });

  it('is waited for, and the log says so', async () => {
    const { said, says, shipmate } = await start({ DATABASE_URL: url });
    await says('does not answer yet');
    expect(said()).toContain(
      `PostgreSQL at 127.0.0.1:${proxy.port} does not answer yet: connect ECONNREFUSED 127.0.0.1:${proxy.port}. ` +
        'Waiting up to 5 min for it; check DATABASE_URL if it should be there.',
    );
    await proxy.restore();
    await shipmate.waitFor(/Shipmate listens on/, { from: 0 });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect(said().split('does not answer yet')).toHaveLength(2);
    expect(await shipmate.stop()).toBe(0);
  });

  it('is waited for no longer once Shipmate is told to stop', async () => {
    const { says, shipmate } = await start({ DATABASE_URL: url });
    await says('does not answer yet');
    expect(await shipmate.stop()).toBe(0);
  });

  it('is given up after SHIPMATE_DATABASE_TIMEOUT, with exit code 75', async () => {
    const { said, shipmate } = await start({ DATABASE_URL: url, SHIPMATE_DATABASE_TIMEOUT: '1s' });
    expect(await exitCode(shipmate)).toBe(75);
    expect(said()).toContain(
      `shipmate: PostgreSQL at 127.0.0.1:${proxy.port} refused the connection: ` +
        `connect ECONNREFUSED 127.0.0.1:${proxy.port}. Check DATABASE_URL.\n`,
    );
  });
});

it('a stop writes nothing to the data folder, whose disk may be full', async () => {
  const { shipmate } = await start({});
  await shipmate.waitFor(/Shipmate listens on/, { from: 0 });
  const manifest = await readFile(join(dataDir, 'shipmate.json'), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ key: true, backups: [] });
  await mkdir(join(dataDir, 'backups/by-hand'), { recursive: true });
  expect(await shipmate.stop()).toBe(0);
  expect(await readFile(join(dataDir, 'shipmate.json'), 'utf8')).toBe(manifest);
});

it('an embedded PostgreSQL that ended and cannot be started ends Shipmate with exit code 75', async () => {
  const { said, shipmate } = await start({ SHIPMATE_DATABASE_TIMEOUT: '1s', SHIPMATE_STOP_GRACE: '1s' });
  await shipmate.waitFor(/Shipmate listens on/, { from: 0 });
  const cluster = join(dataDir, 'postgres/cluster');
  await rename(join(cluster, 'global/pg_control'), join(cluster, 'global/pg_control.gone'));
  const [pid] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  expect(await exitCode(shipmate)).toBe(75);
  expect(said()).toMatch(/\nshipmate: The embedded PostgreSQL ended and did not start again within 1 s\. /);
});
