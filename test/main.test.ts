import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../scripts/support/free-port.ts';
import { createEmptyDatabase, type EmptyDatabase } from './support/database.ts';
import { openShipmate } from './support/shipmate.ts';

const entry = new URL('../src/main.ts', import.meta.url).pathname;
let database: EmptyDatabase;
let dataDir: string;

beforeAll(async () => {
  database = await createEmptyDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-main-'));
});
afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Ended {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

/** Runs Shipmate to its end. */
function main(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const base = {
    DATABASE_URL: database.url,
    SHIPMATE_DATA_DIR: dataDir,
    SHIPMATE_LOG_LEVEL: 'silent',
    NODE_OPTIONS: '',
  };
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...base, ...env }, timeout: 300_000 };
    execFile(process.execPath, [entry, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('the program', () => {
  it('tells how it is called', async () => {
    const { code, stdout } = await main(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--no-console');
  });

  it('refuses a wrong setting in one line that names it and an example', async () => {
    const { code, stdout, stderr } = await main(['--no-console'], { SHIPMATE_PORT: 'eighty' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^shipmate: .*SHIPMATE_PORT.*8080.*\n$/);
  });

  it('refuses a recipient of age with a typing error, before the first backup', async () => {
    const typed = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q';
    const { code, stdout, stderr } = await main(['--no-console'], { SHIPMATE_SELF_BACKUP_RECIPIENT: typed });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^shipmate: SHIPMATE_SELF_BACKUP_RECIPIENT has a typing error: .*\n$/);
  });

  it('says so when its port is taken, and lets go of everything', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const { code, stderr } = await main(['--no-console'], { SHIPMATE_PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^shipmate: SHIPMATE_PORT ${port} is taken .*\n$`));
  });

  it('leaves a data folder to the Shipmate that uses it, and ends well when told to', async () => {
    await using shipmate = await openShipmate({ empty: true });
    const { code, stderr } = await main(['--no-console'], shipmate.env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^shipmate: .*\n$/);
    expect(stderr).toContain(shipmate.dataDir);
    const ready = await fetch(`${shipmate.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await shipmate.process().stop()).toBe(0);
    await shipmate.restart();
    expect((await shipmate.command('whoami')).data).toMatchObject({ role: 'super_admin' });
  });
});
