import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { openReleaseStage, program, type ReleaseStage } from '../support/release-stage.ts';
import { until } from '../support/until.ts';

const ran = `require('node:fs').appendFileSync('/data/ran', 'x');`;
/** Runs until there is a file. */
const waits = `process.on('SIGTERM', () => process.exit(0)); console.log('begun'); ${ran} setInterval(() => { if (require('node:fs').existsSync('/data/go')) process.exit(0); }, 50);`;

let stage: ReleaseStage;
let first: string;

beforeAll(async () => {
  stage = await openReleaseStage('release');
  await stage.shipmate.command(`env set ${stage.app} TOKEN --secret`, { secret: 'hunter2-hunter2' });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

it('runs once in the new image, with its volume and secrets, before a task of the version', async () => {
  const script = `${ran} console.log('migrated', process.env.VERSION, process.env.TOKEN)`;
  await stage.set({ release: program(script) });
  const end = await stage.deploy('1');
  first = end.id;
  expect(expectSuccess(end)).toMatchObject({ metadata: { release: { state: 'succeeded' } } });
  const lines = end.logs?.split('\n') ?? [];
  const of = (text: string) => lines.findIndex((line) => line.startsWith(text));
  expect(lines.filter((line) => line.startsWith('migrated 1 '))).toHaveLength(1);
  expect(end.logs).not.toContain('hunter2');
  expect(of('The release command ended with exit code 0')).toBeGreaterThan(of('migrated 1'));
  expect(of('Rolling out')).toBeGreaterThan(of('The release command ended with exit code 0'));
  expect(end.metadata.durations).toHaveProperty('release');
  await until('the answer', async () => (await stage.answer()) === '1 x');
  expect(await stage.oneOffs()).toEqual([]);
});

it('that fails ends the deployment with what it printed, and the old version serves on', async () => {
  await stage.set({ release: program(`console.error('relation "cart" does not exist'); process.exitCode = 3`) });
  const end = await stage.deploy('2');
  expect(expectEnd(end, 'failed')).toMatchObject({ metadata: { release: { state: 'failed' } } });
  expect(end.metadata.error).toBe(
    'The release command failed, so nothing was rolled out: exited with code 3:\n  relation "cart" does not exist',
  );
  expect(end.logs).not.toContain('Rolling out');
  expect(end.metadata).not.toHaveProperty('rollout_started');
  expect(await stage.answer()).toBe('1 x');
  expect(await stage.oneOffs()).toEqual([]);
});

it('is ended with its deployment when that is cancelled', async () => {
  await stage.set({ release: program(waits) });
  await stage.shipmate.command(`env set ${stage.app} VERSION=3`);
  const id = await stage.begin(`deploy ${stage.app}`);
  await until('its output', async () => hasBegun(id));
  expect((await stage.shipmate.deployment(id)).metadata.progress).toEqual({ phase: 'release' });
  await stage.shipmate.command(`cancel ${stage.app}`);
  expect(await stage.shipmate.deploymentEnds(id)).toMatchObject({
    status: 'failed',
    metadata: { reason: 'cancelled' },
  });
  expect(await stage.oneOffs()).toEqual([]);
  expect(await stage.answer()).toBe('1 xx');
});

it('is waited for, and not started again, by a Shipmate that was killed meanwhile', async () => {
  const id = await stage.begin(`deploy ${stage.app}`);
  await until('its output', async () => hasBegun(id));
  await stage.shipmate.process().kill();
  await stage.make('/data/go');
  await stage.shipmate.restart();
  const end = await stage.shipmate.deploymentEnds(id);
  expect(expectSuccess(end)).toMatchObject({ metadata: { release: { state: 'succeeded' } } });
  await until('the answer', async () => (await stage.answer()) === '3 xxx');
  expect(end.logs?.split('\n').filter((line) => line === 'begun')).toHaveLength(1);
  expect(end.logs).toContain('The release command was started before; waiting for its end');
  expect(await stage.oneOffs()).toEqual([]);
});

it('is not run by a rollback, unless the application says so', async () => {
  await stage.set({ release: '', image: stage.otherImage });
  expectSuccess(await stage.deploy('4'));
  await stage.set({ release: program(ran) });
  const back = async () => stage.shipmate.deploymentEnds(await stage.begin(`rollback ${stage.app} ${first}`));
  const end = expectSuccess(await back());
  expect(end.logs).toContain('A rollback does not run the release command');
  expect(await stage.answer()).toMatch(/ xxx$/);
  await stage.set({ 'release-on-rollback': 'true' });
  expectSuccess(await stage.deploy('5'));
  await until('the answer', async () => (await stage.answer()) === '5 xxxx');
  expectSuccess(await back());
  await until('the answer', async () => (await stage.answer()).endsWith(' xxxxx'));
});

async function hasBegun(id: string): Promise<boolean> {
  const rows = await stage.shipmate.rows("select from deployment_logs where deployment_id = $1 and message = 'begun'", [
    id,
  ]);
  return rows.length > 0;
}
