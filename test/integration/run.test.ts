import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bareEnvironment } from '../support/bare-environment.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { openReleaseStage, program, type ReleaseStage } from '../support/release-stage.ts';
import { docker } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const bin = fileURLToPath(new URL('../../bin/shipmate.mjs', import.meta.url));
/** Runs until there is a file. */
const waits = `process.on('SIGTERM', () => process.exit(0)); console.log('begun'); setInterval(() => { if (require('node:fs').existsSync('/data/go')) { console.log('gone'); process.exit(4); } }, 50);`;

let stage: ReleaseStage;

beforeAll(async () => {
  stage = await openReleaseStage('run');
  await stage.shipmate.command(`env set ${stage.app} TOKEN --secret`, { secret: 'hunter2-hunter2' });
  expectSuccess(await stage.deploy('1'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

interface Running {
  out(): string;
  interrupt(): void;
  exit: Promise<number | null>;
}

function shipmate(...args: string[]): Running {
  const { token, url } = stage.shipmate;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...bareEnvironment(), SHIPMATE_URL: url, SHIPMATE_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return {
    out: () => out,
    interrupt: () => child.kill('SIGINT'),
    exit: new Promise((resolve) => child.once('close', resolve)),
  };
}

async function containers(): Promise<number> {
  const filters = { label: [`shipmate.application=${stage.id}`, 'shipmate.one-off=run'], status: ['running'] };
  return (await docker.listContainers({ filters })).length;
}

it('runs once with what is live, and exits as the command does', async () => {
  const script = `require('node:fs').appendFileSync('/data/ran', 'r'); console.log(process.env.VERSION, process.env.TOKEN); process.exit(3)`;
  const run = shipmate('run', stage.app, '--', program(script));
  expect(await run.exit).toBe(3);
  expect(run.out()).toMatch(/^1 \S+\n$/);
  expect(run.out()).not.toContain('hunter2');
  await until('the answer', async () => (await stage.answer()) === '1 r');
});

it('is followed again by the next Shipmate, and not started again', async () => {
  const run = shipmate('run', stage.app, '--', program(waits));
  await until('its output', async () => run.out() === 'begun\n');
  await stage.shipmate.process().kill();
  await stage.make('/data/go');
  await stage.shipmate.restart();
  expect(await run.exit).toBe(4);
  expect(run.out()).toBe('begun\ngone\n');
});

it('ends with its container on Ctrl-C', async () => {
  const run = shipmate('run', stage.app, '--', program(`console.log('begun'); setInterval(() => {}, 1000)`));
  await until('its output', async () => run.out() === 'begun\n');
  expect(await containers()).toBe(1);
  run.interrupt();
  expect(await run.exit).toBe(130);
  expect(await containers()).toBe(0);
});

it('exits with 127 when there is no such program', async () => {
  expect(await shipmate('run', stage.app, '--', '["no-such-program"]').exit).toBe(127);
});

it('logs -f follows what the application prints, across a new version', async () => {
  const server = `console.log('up', process.env.VERSION); require('node:http').createServer((_, r) => r.end(process.env.VERSION)).listen(8080)`;
  await stage.set({ command: program(server) });
  expectSuccess(await stage.deploy('2'));
  const follow = shipmate('logs', stage.app, '-f');
  await until('the line of before', async () => follow.out().includes('up 2\n'));
  expectSuccess(await stage.deploy('3'));
  await until('the line of the new task', async () => follow.out().includes('up 3\n'));
  expect(follow.out().match(/up 3/g)).toHaveLength(1);
  follow.interrupt();
  expect(await follow.exit).toBe(0);
});
