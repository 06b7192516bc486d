import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectSuccess } from '../support/expect-end.ts';
import { openReleaseStage, program, type ReleaseStage } from '../support/release-stage.ts';
import { until } from '../support/until.ts';

/** What is asked for by hand alone. */
const never = '"0 0 29 2 *"';

interface Shown {
  runs: { status: string; exitCode: number | null; output: string | null }[];
}

let stage: ReleaseStage;

beforeAll(async () => {
  stage = await openReleaseStage('cron');
  await stage.shipmate.command(`env set ${stage.app} TOKEN --secret`, { secret: 'hunter2-hunter2' });
  expectSuccess(await stage.deploy('7'));
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Runs a program of Node, since the image has no shell, by a scheduled command that is asked to run now; returns its ended run. */
async function ran(script: string): Promise<Shown['runs'][number]> {
  const line = `cron add ${stage.app} ${never} -- ${program(script)}`;
  const { data } = await stage.shipmate.command(line);
  const { id } = data as { id: string };
  await stage.shipmate.command(`cron run ${id}`);
  const [run] = await until('its end', async () => {
    await stage.shipmate.command('schedule run run-scheduled-commands').catch(() => undefined);
    const { runs } = (await stage.shipmate.command(`cron show ${id}`)).data as Shown;
    return runs.every(({ status }) => !['queued', 'running'].includes(status)) && runs;
  });
  if (!run) throw new Error('no run');
  return run;
}

it('runs once beside the application, with what is live, and keeps its output without secrets', async () => {
  const script = `require('node:fs').appendFileSync('/data/ran', 'c'); console.log('cleaned', process.env.VERSION, process.env.TOKEN)`;
  const run = await ran(script);
  expect(run).toMatchObject({ status: 'succeeded', exitCode: 0 });
  expect(run.output).toMatch(/^cleaned 7 /);
  expect(run.output).not.toContain('hunter2');
  await until('what it wrote', async () => (await stage.answer()) === '7 c');
});

it('that fails is kept as failed, with its exit code and what it printed', async () => {
  const run = await ran(`console.error('no disk'); process.exitCode = 3`);
  expect(run).toMatchObject({ status: 'failed', exitCode: 3, output: expect.stringContaining('no disk') });
});
