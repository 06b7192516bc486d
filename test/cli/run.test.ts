import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../src/entities/application.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { consoleOrigin, fakeDeps } from '../support/fakes.ts';
import { makePerson } from '../support/person.ts';
import { printingSwarm } from '../support/printing-swarm.ts';
import { bareEnvironment } from '../support/bare-environment.ts';
import { until } from '../support/until.ts';
import { listen, type TestServer } from '../handlers/http/server.ts';

const bin = fileURLToPath(new URL('../../bin/shipmate.mjs', import.meta.url));

let test: TestDatabase;
let swarm: ReturnType<typeof printingSwarm>;
let deps: Deps;
let server: TestServer;
let token: string;
let app: Application;
let service: string;

beforeAll(async () => {
  test = await createTestDatabase();
  swarm = printingSwarm();
  deps = fakeDeps(test.database, { swarm: swarm.swarm });
  server = await listen(deps);
  const ada = await makePerson(deps, 'admin');
  token = await createToken(deps, { user: ada.user, name: 'cli', origin: consoleOrigin() });
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  app = await makeApplication(test.database, { name: 'api', project });
  service = swarm.run(app);
});
beforeEach(async () => {
  for (const { name } of await swarm.swarm.oneOffs()) await swarm.swarm.remove(name);
  swarm.started.length = 0;
});
afterAll(async () => {
  await server.close();
  await test.close();
});

interface Running {
  out(): string;
  err(): string;
  /** Ctrl-C. */
  interrupt(): void;
  exit: Promise<number | null>;
}

function shipmate(...args: string[]): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...bareEnvironment(), SHIPMATE_URL: server.url, SHIPMATE_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return {
    out: () => said.out,
    err: () => said.err,
    interrupt: () => child.kill('SIGINT'),
    exit: new Promise((resolve) => child.once('close', resolve)),
  };
}

/** The name of the command that was started. */
async function started(): Promise<string> {
  return until('the command', async () => swarm.started[0]?.name);
}

describe('shipmate run', () => {
  it.each([0, 3, 255])('exits with %d, as the command does, and prints what that prints alone', async (code) => {
    const run = shipmate('run', 'shop/api', '--', 'npm', 'run', 'seed');
    const name = await started();
    swarm.print(name, 'seeding', '\u001b[2Jdone');
    swarm.end(name, code);
    expect(await run.exit).toBe(code);
    expect(run.out()).toBe('seeding\ndone\n');
    expect(run.err()).toContain('Running the command in `shop/api` as');
  });

  it.each([
    // dokku/dokku#2322: quotes of the own shell were gone in the other one.
    [['bash', '-c', 'echo Hello'], `bash -c 'echo Hello'`],
    [['php', '-r', 'print_r("a b");'], `php -r 'print_r("a b");'`],
    [['echo', `it's`, '$HOME', ''], String.raw`echo 'it'\''s' '$HOME' ''`],
    // One word is a line of the other shell.
    [['cd /app && npm test'], 'cd /app && npm test'],
    [['echo “$HOME” "x" \\n'], 'echo “$HOME” "x" \\n'],
    // dokku/dokku#1017: options of the command were taken for ours.
    [['python', '--version', '--json', '--help', '-h'], 'python --version --json --help -h'],
  ])('hands on the words %j', async (words, line) => {
    const run = shipmate('run', 'shop/api', '--timeout', '1m', '--', ...words);
    const name = await started();
    expect(swarm.started[0]?.command).toEqual(['sh', '-c', line]);
    swarm.end(name, 0);
    expect(await run.exit).toBe(0);
  });

  // heroku/legacy-cli#268: the process ran on after Ctrl-C.
  it('is cancelled by Ctrl-C, and ends when the command has', async () => {
    const run = shipmate('run', 'shop/api', '--', 'sleep 1000');
    swarm.print(await started(), 'begun');
    await until('its output', async () => run.out() === 'begun\n');
    run.interrupt();
    expect(await run.exit).toBe(130);
    expect(run.err()).toContain('Cancelling the command.');
    expect(await swarm.swarm.oneOffs()).toEqual([]);
  });

  it('goes on after the last line when the connection was lost', async () => {
    const run = shipmate('run', 'shop/api', '--', 'long');
    const name = await started();
    swarm.print(name, 'one');
    await until('its output', async () => run.out() === 'one\n');
    const port = Number(new URL(server.url).port);
    await server.close();
    swarm.print(name, 'two');
    server = await listen(deps, [], {}, port);
    swarm.end(name, 0);
    expect(await run.exit).toBe(0);
    expect(run.out()).toBe('one\ntwo\n');
    expect(run.err()).toContain('The connection was lost; connecting again.');
  });

  it('gives each event as a line of JSON, and with --no-wait the command alone', async () => {
    const run = shipmate('--json', 'run', 'shop/api', '--', 'id');
    const name = await started();
    swarm.print(name, 'uid=0');
    swarm.end(name, 7);
    expect(await run.exit).toBe(7);
    const events = run
      .out()
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([
      { kind: 'line', text: 'uid=0' },
      { kind: 'end', exitCode: 7 },
    ]);
    const alone = shipmate('--json', '--no-wait', 'run', 'shop/api', '--', 'id');
    expect(await alone.exit).toBe(0);
    expect(JSON.parse(alone.out())).toMatchObject({ application: 'shop/api', run: swarm.started[1]?.name.slice(-8) });
  });

  it('that is refused exits with 2', async () => {
    const run = shipmate('run', 'shop/api', '--service', 'web', '--', 'id');
    expect([await run.exit, run.out()]).toEqual([2, '']);
    expect(run.err()).toContain('Leave out `--service`');
  });
});

describe('shipmate logs -f', () => {
  // superfly/flyctl#762: nothing was shown of what was printed before; #515: Ctrl-C had no effect.
  it('begins with the last lines, goes on with those that come, and ends with Ctrl-C', async () => {
    swarm.print(service, 'before');
    const run = shipmate('logs', 'shop/api', '-f');
    await until('the last lines', async () => run.out() === 'before\n');
    swarm.print(service, 'now');
    await until('the new line', async () => run.out() === 'before\nnow\n');
    run.interrupt();
    expect(await run.exit).toBe(0);
    await until('no reader', async () => swarm.reading.length === 0);
  });

  it('takes no lines and no time, as it begins with the last lines', async () => {
    const run = shipmate('logs', 'shop/api', '-f', '--lines', '5');
    expect([await run.exit, run.err()]).toEqual([
      2,
      '`--follow` begins with the last lines by itself: leave out `--lines` and `--since`.\n',
    ]);
  });
});
