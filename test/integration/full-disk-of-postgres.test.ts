import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { freePort } from '../../scripts/support/free-port.ts';
import { startShipmate } from '../../scripts/support/shipmate-process.ts';
import { openConnection } from '../support/database.ts';
import { createSmallDisk } from '../support/small-disk.ts';
import { until } from '../support/until.ts';

const mebibyte = 1024 * 1024;
const sentence = 'The disk of PostgreSQL is full. Free space there, then try again.';

/** Has the server write to its write-ahead log, whose next segment has no place. */
async function logUntilItEnds(home: string): Promise<void> {
  const [password, port] = await Promise.all(['password', 'port'].map((name) => readFile(join(home, name), 'utf8')));
  const client = await openConnection(`postgres://shipmate:${password}@127.0.0.1:${port}/postgres`);
  client.on('error', () => undefined);
  const write = () => client.query(`select pg_logical_emit_message(false, 'test', repeat('x', 1000000))`);
  const ended = async () => {
    for (;;) await write();
  };
  await expect(ended()).rejects.toThrow();
  await client.end();
}

it('a full disk of the embedded PostgreSQL is told with 503, even when the server ends of it; once there is space, Shipmate serves again', async () => {
  await using disk = await createSmallDisk(256 * mebibyte);
  // For the account that PostgreSQL runs as.
  await chmod(disk.path, 0o755);
  const dataDir = join(disk.path, 'data');
  const port = await freePort();
  const shipmate = startShipmate({
    env: {
      DATABASE_URL: '',
      SHIPMATE_DATA_DIR: dataDir,
      SHIPMATE_PORT: String(port),
      SHIPMATE_INGRESS_HTTP_PORT: String(await freePort()),
      SHIPMATE_INGRESS_HTTPS_PORT: String(await freePort()),
      NODE_OPTIONS: '',
    },
  });
  const log: string[] = [];
  shipmate.child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString('utf8')));
  const url = `http://127.0.0.1:${port}`;
  const readiness = async () => {
    const answer = await fetch(`${url}/readyz`);
    return [answer.status, ((await answer.json()) as { checks: { database: string } }).checks.database];
  };
  // Counts the attempt before it looks.
  const attempt = async () => {
    const body = JSON.stringify({ line: `link ${randomBytes(8).toString('hex')}` });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/commands`, { method: 'POST', headers, body });
    return [answer.status, ((await answer.json()) as { detail: string }).detail];
  };
  const wrong = [422, 'This code is wrong, already used or expired. Ask for a new one.'];
  try {
    await shipmate.waitFor(/Shipmate listens on/, { from: 0 });
    const filling = join(disk.path, 'filling');
    await expect(writeFile(filling, Buffer.alloc(256 * mebibyte))).rejects.toMatchObject({ code: 'ENOSPC' });
    await until('PostgreSQL needs more space', async () => (await attempt())[0] === 503);
    expect(await attempt()).toEqual([503, sentence]);
    const told = `The disk of \`${join(dataDir, 'postgres')}\` is full. Free space there, then try again.`;
    expect(await readiness()).toEqual([503, told]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await rm(filling);
    expect(await attempt()).toEqual(wrong);
    expect(await readiness()).toEqual([200, 'ok']);

    await expect(writeFile(filling, Buffer.alloc(256 * mebibyte))).rejects.toMatchObject({ code: 'ENOSPC' });
    await logUntilItEnds(join(dataDir, 'postgres'));
    await until('the server has ended', () => log.join('').includes('has ended and is started again'));
    expect((await readiness())[0]).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await rm(filling);
    await until('it serves again', async () => (await readiness())[0] === 200);
    expect(await attempt()).toEqual(wrong);
    expect(await shipmate.stop()).toBe(0);
  } finally {
    await shipmate.kill();
  }
});
