import { spawn } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeploymentLog } from '../../src/entities/deployment-log.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { consoleOrigin, fakeDeps, fakeGit } from '../support/fakes.ts';
import { makePerson, type Person } from '../support/person.ts';
import { bareEnvironment } from '../support/bare-environment.ts';
import { listen, type TestServer } from '../handlers/http/server.ts';

const bin = fileURLToPath(new URL('../../bin/shipmate.mjs', import.meta.url));
const commit = '3f2c1ab4000000000000000000000000000000aa';

let test: TestDatabase;
let deps: Deps;
let server: TestServer;
let ada: Person;
let token: string;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { git: fakeGit({ main: commit }) });
  server = await listen(deps);
  ada = await makePerson(deps, 'developer');
  token = await createToken(deps, { user: ada.user, name: 'cli', origin: consoleOrigin() });
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  await makeApplication(test.database, {
    name: 'api',
    project,
    sourceConfig: { clone_url: 'https://github.com/acme/api.git', branch: 'main' },
  });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

async function shipmate(args: string[], { input = '', env = {} }: { input?: string; env?: object } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...bareEnvironment(), SHIPMATE_URL: server.url, SHIPMATE_TOKEN: token, ...env },
  });
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, out, err };
}

describe('shipmate', () => {
  it('prints the answer as text, or its facts as JSON', async () => {
    const plain = await shipmate(['whoami']);
    expect(plain).toMatchObject({ code: 0, err: '' });
    expect(plain.out).toContain(`here as ${ada.user.username} (API token).`);
    const json = await shipmate(['whoami', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ username: ada.user.username });
  });

  it('passes words on as the shell split them', async () => {
    await shipmate(['env', 'set', 'shop/api', 'GREETING=hello "big" world']);
    const { out } = await shipmate(['env', 'list', 'shop/api', '--json']);
    expect(JSON.parse(out)).toContainEqual({
      key: 'GREETING',
      value: 'hello "big" world',
      secret: false,
      build: false,
    });
  });

  it('takes a secret and a dotenv file from what is piped in', async () => {
    expect(await shipmate(['env', 'set', 'shop/api', 'KEY', '--secret'], { input: 'hunter2\n' })).toMatchObject({
      code: 0,
    });
    await shipmate(['env', 'import', 'shop/api', '-'], { input: 'A=1\nB="two words"\n' });
    const { out } = await shipmate(['env', 'list', 'shop/api', '--json']);
    expect(JSON.parse(out)).toEqual(
      expect.arrayContaining([
        { key: 'KEY', value: null, secret: true, build: false },
        { key: 'B', value: 'two words', secret: false, build: false },
      ]),
    );
  });

  it('takes a file, whose place is not the server’s', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-cli-'));
    const file = join(folder.path, 'staging.env');
    await writeFile(file, 'FROM_FILE="two words"\n');
    expect(await shipmate(['env', 'import', 'shop/api', '--file', file])).toMatchObject({ code: 0, err: '' });
    const { out } = await shipmate(['env', 'list', 'shop/api', '--json']);
    expect(JSON.parse(out)).toContainEqual({ key: 'FROM_FILE', value: 'two words', secret: false, build: false });

    await writeFile(file, 'A='.padEnd(1024 ** 2 + 1, 'x'));
    const large = await shipmate(['env', 'import', 'shop/api', '--file', file]);
    expect(large).toMatchObject({ code: 2, err: `\`${file}\` is larger than 1 MiB.\n` });
  });

  it.each([
    ['a line that is not understood', ['statsu'], {}, 2, 'Did you mean `status`?'],
    ['a refusal', ['project', 'create', 'blog'], {}, 3, 'needs the role `admin`'],
    ['what is not there', ['status', 'shop/nothing'], {}, 3, 'shop/nothing'],
    ['a wrong token', ['status'], { SHIPMATE_TOKEN: 'shp_no' }, 3, 'The token is wrong'],
    ['a wrong address', ['status'], { SHIPMATE_URL: 'ship.example.com' }, 2, 'SHIPMATE_URL is "ship.example.com"'],
    ['a file that is not there', ['env', 'import', 'shop/api', '--file', '/nowhere/.env'], {}, 2, 'cannot be read'],
    [
      'nobody there',
      ['status'],
      { SHIPMATE_URL: 'http://127.0.0.1:1' },
      4,
      'No Shipmate answers at http://127.0.0.1:1.',
    ],
  ])('ends with a code of its own for %s', async (_what, args, env, code, message) => {
    const ran = await shipmate(args, { env });
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(message);
  });

  it('prints a problem as JSON where JSON is asked for', async () => {
    const refused = await shipmate(['project', 'create', 'blog', '--json']);
    expect(refused).toMatchObject({ code: 3, err: '' });
    expect(JSON.parse(refused.out)).toEqual({
      type: 'about:blank',
      title: 'Not allowed',
      status: 403,
      detail: expect.stringContaining('needs the role `admin`'),
    });
    const alone = await shipmate(['status', '--json'], { env: { SHIPMATE_URL: 'http://127.0.0.1:1' } });
    expect(alone).toMatchObject({ code: 4, err: '' });
    expect(JSON.parse(alone.out)).toMatchObject({
      title: 'Unavailable',
      detail: expect.stringMatching(/^No Shipmate/),
    });
  });

  it('takes an empty variable for one that is not set', async () => {
    const { code, err } = await shipmate(['whoami'], { env: { SHIPMATE_TOKEN: '' } });
    expect([code, err]).toEqual([0, '']);
    const elsewhere = await shipmate(['help'], { env: { SHIPMATE_URL: '', SHIPMATE_TOKEN: '' } });
    expect(elsewhere.err).not.toContain('SHIPMATE_URL is');
  });

  it('tells its version, and its use within 80 columns', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await shipmate(['--version'])).toEqual({ code: 0, out: `shipmate ${version}\n`, err: '' });
    const { out } = await shipmate(['--help']);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await shipmate([])).toMatchObject({ code: 2, out: '', err: out });
  });

  it('--wait follows a deployment to its end, and fails with it', async () => {
    const running = shipmate(['deploy', 'shop/api', '--wait']);
    await endDeployment('failed', 'The build failed at step 3.');
    expect(await running).toMatchObject({ code: 1, out: expect.stringContaining('  Cloning\n') });
    expect((await running).out).toContain('shop/api: failed: The build failed at step 3.');
  });
});

/** Plays the worker: waits for the pending deployment and ends it. */
async function endDeployment(status: 'failed' | 'success', error: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const done = await test.database.asSystem().transactional(async (em) => {
      const deployment = await em.findOne(Deployment, { status: 'pending' });
      if (!deployment) return false;
      em.create(DeploymentLog, { deployment, level: 'info', message: 'Cloning' });
      deployment.status = status;
      deployment.metadata = { ...deployment.metadata, error };
      deployment.completedAt = new Date();
      return true;
    });
    if (done) return;
    await delay(20);
  }
  throw new Error('no deployment was queued');
}
