import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bot } from '../../../src/bots/bot.ts';
import { createReporter, type Reporter } from '../../../src/bots/reporter.ts';
import { ChatMessage } from '../../../src/entities/chat-message.ts';
import type { DeploymentMetadata } from '../../../src/entities/deployment-metadata.ts';
import { Deployment, type DeploymentStatus } from '../../../src/entities/deployment.ts';
import { NotificationRoute, type MentionLevel } from '../../../src/entities/notification-route.ts';
import { changeDeployment } from '../../../src/usecases/deployments/deployment-state.ts';
import { makeDeployment } from '../../support/factories.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { mentionsOf } from '../../support/slack/validate.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
let reporters: Reporter[] = [];
const lines = ['npm error code ENOENT', 'npm error path /app/package.json'];

beforeAll(async () => {
  stage = await makeSlackStage();
  stage.world.people.set('U3', 'grace');
  stage.world.emails.set('grace@example.com', 'U3');
});
afterEach(async () => {
  for (const reporter of reporters) await reporter.stop();
  reporters = [];
  const em = stage.db.database.asSystem();
  await em.nativeDelete(ChatMessage, {});
  await em.nativeDelete(NotificationRoute, {});
  stage.forget();
});
afterAll(() => stage.close());

async function report(bot: Bot = stage.bot): Promise<Reporter> {
  const reporter = createReporter(stage.deps, [{ ...bot, editIntervalMs: 1 }], { pollMs: 50 });
  reporters.push(reporter);
  await reporter.start();
  return reporter;
}

/** Asked for by Ada, with the live message in this channel. */
async function deployment(author = 'grace@example.com', channel = 'C1'): Promise<Deployment> {
  const made = await makeDeployment(stage.db.database, {
    application: await stage.application(),
    triggeredBy: stage.ada,
    status: 'building',
    metadata: { ref: 'v2', progress: { phase: 'building' }, commit_author: 'Grace', commit_author_email: author },
  });
  await stage.db.database.asSystem().transactional(async (em) => {
    em.create(ChatMessage, { deployment: em.getReference(Deployment, made.id), platform: 'slack', channel });
  });
  return made;
}

async function end({ id }: Deployment, status: DeploymentStatus, metadata: DeploymentMetadata = {}): Promise<void> {
  const change = { status, finished: true, metadata: { progress: null, ...metadata } } as const;
  await stage.db.database.asSystem().transactional((em) => changeDeployment(stage.deps, em, id, change));
}

const fail = (one: Deployment) =>
  end(one, 'failed', {
    error: 'The build failed at step 3.',
    failure: { lines } as DeploymentMetadata['failure'] & object,
  });

const allFinished = () =>
  until('the end of every message', async () => {
    const left = await stage.db.database.asSystem().count(ChatMessage, { finishedAt: null });
    return left === 0;
  });

function firstBlock(at: number): unknown {
  return (stage.world.messages[at]?.blocks as unknown[] | undefined)?.[0];
}

describe('the end of a failed deployment', () => {
  it('is a reply that mentions who asked and the author, with the cause first and the log’s end', async () => {
    await report();
    await fail(await deployment());
    await allFinished();
    const [live, reply] = stage.world.messages;
    expect(stage.world.messages).toHaveLength(2);
    expect(live?.thread).toBeUndefined();
    expect(reply).toMatchObject({ channel: 'C1', thread: live?.ts });
    expect(mentionsOf(firstBlock(1))).toEqual(['U1', 'U3']);
    expect(reply?.text).toMatch(/^<@U1> <@U3> ✖ .* The build failed at step 3\./);
    const words = wordsOf(reply?.blocks);
    expect(words.indexOf('The build failed at step 3.')).toBeLessThan(
      words.indexOf('npm error path /app/package.json'),
    );
    expect(stage.world.refused).toEqual([]);
  });

  it('is said once by two processes, and by one that starts afterwards', async () => {
    await Promise.all([report(), report()]);
    const made = await deployment();
    await fail(made);
    await allFinished();
    // As after a newer success, whose end redraws older messages.
    await stage.db.database.asSystem().nativeUpdate(ChatMessage, { deployment: made.id }, { finishedAt: null });
    await report();
    await allFinished();
    expect(stage.world.messages.filter(({ thread }) => thread !== undefined)).toHaveLength(1);
  });

  it('stays in the thread that the live message is in', async () => {
    await report();
    await fail(await deployment('nobody@example.com', 'C2/1699999999.000100'));
    await allFinished();
    expect(stage.world.messages.map(({ thread }) => thread)).toEqual(['1699999999.000100', '1699999999.000100']);
    expect(mentionsOf(firstBlock(1))).toEqual(['U1']);
  });

  it('mentions an author with a linked account without asking Slack, and nobody twice', async () => {
    await report();
    const ada = stage.ada.email.toUpperCase();
    await fail(await deployment(ada));
    await allFinished();
    expect(mentionsOf(firstBlock(1))).toEqual(['U1']);
    expect([...stage.world.calls.keys()].filter((key) => key.includes('lookup'))).toEqual([]);
  });

  it.each<[MentionLevel, string[]]>([
    ['requester', ['U1']],
    ['nobody', []],
  ])('mentions whom the channel’s route says: %s', async (mentions, expected) => {
    await stage.db.database.asSystem().transactional(async (em) => {
      em.create(NotificationRoute, { platform: 'slack', channel: 'C1', pattern: '*/*', events: ['digest'], mentions });
    });
    await report();
    await fail(await deployment());
    await allFinished();
    expect(stage.world.messages).toHaveLength(2);
    expect(mentionsOf(firstBlock(1))).toEqual(expected);
  });

  it('mentions who asked where the app lacks the scope for addresses', async () => {
    await report({ ...stage.bot, accountOfEmail: async () => undefined });
    await fail(await deployment());
    await allFinished();
    expect(mentionsOf(firstBlock(1))).toEqual(['U1']);
  });

  it.each<[DeploymentStatus, DeploymentMetadata, number]>([
    ['success', { duration_seconds: 4 }, 1],
    ['failed', { reason: 'superseded', error: 'Superseded.' }, 1],
    ['failed', { reason: 'cancelled', error: 'Cancelled by ada.' }, 1],
    ['rolled_back', { error: 'The tasks did not become healthy.' }, 2],
    ['failed', { reason: 'timed_out', error: 'It took too long.' }, 2],
  ])('%s %p makes %d messages', async (status, metadata, count) => {
    await report();
    await end(await deployment(), status, metadata);
    await allFinished();
    expect(stage.world.messages).toHaveLength(count);
  });
});
