import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createReporter } from '../../../src/bots/reporter.ts';
import { ChatMessage } from '../../../src/entities/chat-message.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(async () => {
  expect(stage.world.refused).toEqual([]);
  await stage.db.database.asSystem().nativeDelete(ChatMessage, {});
  stage.forget();
});
afterAll(() => stage.close());

/** Where what only the person sees leads to. */
function links(): string[] {
  const urls = JSON.stringify(stage.world.whispers.map(({ blocks }) => blocks)).matchAll(/"url":"([^"]+)"/g);
  return [...urls].map(([, url = '']) => url);
}

const words = () => stage.world.whispers.map(({ blocks }) => wordsOf(blocks));

async function drawn<T>(work: () => Promise<T>): Promise<T> {
  const reporter = createReporter(stage.deps, [stage.bot], { pollMs: 50 });
  await reporter.start();
  try {
    return await work();
  } finally {
    await reporter.stop();
  }
}

describe('the note beside a live message', () => {
  it('links to it', async () => {
    const name = applicationName(await stage.application());
    await drawn(async () => {
      await stage.people.slash(`deploy ${name} v7`);
      await until('the link', () => links().length === 1);
    });
    const [message] = stage.world.messages;
    expect(links()).toEqual([`https://acme.slack.com/archives/C1/p${message?.ts.replace('.', '')}`]);
    expect(words()[0]).toContain(`Deploying ${name} nginx:v7`);
  });

  it('links to a message in a thread', async () => {
    const name = applicationName(await stage.application());
    const thread = '1699999999.000100';
    await drawn(async () => {
      await stage.people.mention(`deploy ${name} v7`, { thread });
      await until('the link', () => links().length === 1);
    });
    const [message] = stage.world.messages;
    const address = `https://acme.slack.com/archives/C1/p${message?.ts.replace('.', '')}`;
    expect(links()).toEqual([`${address}?thread_ts=${thread}&cid=C1`]);
  });

  it('does not wait for one that comes late: the link follows', async () => {
    const name = applicationName(await stage.application());
    await stage.people.slash(`deploy ${name} v7`);
    await until('the note', () => words().length === 1);
    expect([words()[0], links()]).toEqual([expect.stringContaining(`Deploying ${name} nginx:v7`), []]);
    await drawn(() => until('the link', () => links().length === 1));
    expect(words()[1]).toMatch(/The live message of [0-9a-f]{8} is there now\.Live message/);
    expect(stage.world.whispers.map(({ user }) => user)).toEqual([undefined, undefined]);
  });
});
