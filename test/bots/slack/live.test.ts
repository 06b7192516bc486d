import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createReporter, type Reporter } from '../../../src/bots/reporter.ts';
import type { Bot } from '../../../src/bots/bot.ts';
import { ChatMessage } from '../../../src/entities/chat-message.ts';
import type { DeploymentProgress } from '../../../src/entities/deployment-metadata.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { changeDeployment } from '../../../src/usecases/deployments/deployment-state.ts';
import { makeDeployment } from '../../support/factories.ts';
import { buttonsOf, wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
let reporters: Reporter[] = [];

beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(async () => {
  for (const reporter of reporters) await reporter.stop();
  reporters = [];
  await stage.db.database.asSystem().nativeDelete(ChatMessage, {});
  expect(stage.world.refused).toEqual([]);
  stage.forget();
});
afterAll(() => stage.close());

/** The reporter of one replica; the bot edits as fast as Slack lets it. */
async function report(bot: Bot): Promise<Reporter> {
  const reporter = createReporter(stage.deps, [{ ...bot, editIntervalMs: 1 }], { pollMs: 20 });
  reporters.push(reporter);
  await reporter.start();
  return reporter;
}

async function deployment(channels: string[]): Promise<Deployment> {
  const application = await stage.application();
  const made = await makeDeployment(stage.db.database, {
    application,
    status: 'building',
    metadata: { progress: { phase: 'cloning' } },
  });
  await stage.db.database.asSystem().transactional(async (em) => {
    for (const channel of channels) {
      em.create(ChatMessage, { deployment: em.getReference(Deployment, made.id), platform: 'slack', channel });
    }
  });
  return made;
}

async function moveTo({ id }: Deployment, progress: DeploymentProgress): Promise<void> {
  await stage.db.database
    .asSystem()
    .transactional((em) => changeDeployment(stage.deps, em, id, { metadata: { progress } }));
}

async function end({ id }: Deployment): Promise<void> {
  const change = { status: 'success', finished: true, metadata: { duration_seconds: 4 } } as const;
  await stage.db.database.asSystem().transactional((em) => changeDeployment(stage.deps, em, id, change));
}

const allFinished = () =>
  until('the end of every message', async () => {
    const left = await stage.db.database.asSystem().find(ChatMessage, { finishedAt: null });
    return left.length === 0;
  });

describe('the live message', () => {
  it('is posted, edited in place by whichever process runs, and shows the end', async () => {
    const first = await report(stage.bot);
    const made = await deployment(['C1', 'C2/1699999999.000100']);
    await until('both', () => stage.world.messages.length === 2);
    await first.stop();
    await report(stage.bot);
    await moveTo(made, { phase: 'building', step: 2, steps: 7 });
    await until('edit', () => stage.world.messages.every(({ blocks }) => wordsOf(blocks).includes('step 2 of 7')));
    await end(made);
    await allFinished();
    expect(stage.world.messages).toHaveLength(2);
    const [plain, threaded] = stage.world.messages.sort((a, b) => a.channel.localeCompare(b.channel));
    expect(plain).toMatchObject({ channel: 'C1', thread: undefined });
    expect(threaded).toMatchObject({ channel: 'C2', thread: '1699999999.000100' });
    for (const { blocks } of stage.world.messages) expect(wordsOf(blocks)).toContain('done in 4 s');
  });

  it('has the buttons of where it stands', async () => {
    await report(stage.bot);
    await deployment(['C1']);
    const { blocks } = await until('message', () => stage.world.messages[0]);
    expect(buttonsOf(blocks).map(({ text }) => text.text)).toEqual(['Cancel']);
  });

  it('of many deployments at once waits for its turn as Slack says, and all show the end', async () => {
    stage.world.limits['chat.update'] = { perMinute: 4, retryAfter: 1 };
    await report(stage.bot);
    const all = await Promise.all(Array.from({ length: 3 }, (_, at) => deployment([at % 2 ? 'C1' : 'C2'])));
    await until('all posted', () => stage.world.messages.length === 3);
    for (let step = 1; step <= 8; step += 1) {
      await Promise.all(all.map((one) => moveTo(one, { phase: 'building', step, steps: 8 })));
    }
    await Promise.all(all.map(end));
    await until('refusals', () => stage.world.limited.length > 0);
    stage.world.limits['chat.update'] = { perMinute: 50, retryAfter: 1 };
    await allFinished();
    for (const { blocks, edits } of stage.world.messages) {
      expect(wordsOf(blocks)).toContain('done in 4 s');
      expect(edits.length).toBeLessThanOrEqual(4);
    }
  });

  it('of one long deployment takes at most twelve edits', async () => {
    const patient = createReporter(stage.deps, [{ ...stage.bot, editIntervalMs: 10 }], { pollMs: 5 });
    reporters.push(patient);
    await patient.start();
    const made = await deployment(['C1']);
    await until('post', () => stage.world.messages.length === 1);
    for (let step = 1; step <= 100; step += 1) await moveTo(made, { phase: 'building', step, steps: 100 });
    for (const phase of ['pushing', 'rolling_out', 'watching'] as const) await moveTo(made, { phase });
    await end(made);
    await allFinished();
    expect(stage.world.messages[0]?.edits.length).toBeLessThanOrEqual(12);
    expect(wordsOf(stage.world.messages[0]?.blocks)).toContain('done in 4 s');
  });
});
