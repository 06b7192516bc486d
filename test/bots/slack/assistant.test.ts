import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ChannelDefault } from '../../../src/entities/channel-default.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { shortId } from '../../../src/replies/short-id.ts';
import { makeDeployment } from '../../support/factories.ts';
import { buttonsOf, wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;

beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(async () => {
  const em = stage.db.database.asSystem();
  await em.nativeDelete(Deployment, {});
  await em.nativeDelete(ChannelDefault, {});
  expect(stage.world.refused).toEqual([]);
  stage.world.view = 'agent';
  stage.world.titles.clear();
  stage.forget();
});
afterAll(() => stage.close());

const prompts = (at = 0) => until('prompts', () => stage.world.prompts[at]);
const linesOf = ({ prompts: shown }: { prompts: unknown }) =>
  (shown as { message: string }[]).map((one) => one.message);
const said = (at = 0) => until('answer', () => stage.world.messages[at]);

describe('suggested prompts', () => {
  it('are what the person may do, above their messages and for no thread', async () => {
    await stage.people.openMessages('U1');
    const shown = await prompts();
    expect(shown).toMatchObject({ channel: 'D1', thread: undefined });
    expect(linesOf(shown)).toEqual(['status', 'deploy', 'app create', 'help']);
    await stage.people.openMessages('U2');
    expect(linesOf(await prompts(1))).toEqual(['status', 'help']);
  });

  it('begin with what failed last', async () => {
    const application = await stage.application();
    const failed = await makeDeployment(stage.db.database, { application, status: 'failed', completedAt: new Date() });
    await stage.people.openMessages();
    expect((await prompts()).prompts).toMatchObject([
      { title: expect.stringContaining('fail?'), message: `why ${shortId(failed.id)}` },
      { message: 'status' },
      { message: 'deploy' },
      { message: 'app create' },
    ]);
  });

  it('follow the channel that the person looks at, where they see its project', async () => {
    const application = await stage.application();
    const name = applicationName(application);
    await stage.db.database.asSystem().transactional(async (em) => {
      em.create(ChannelDefault, { platform: 'slack', channel: 'C2', project: application.project.id, application });
    });
    await stage.people.lookAt('C2');
    expect(linesOf(await prompts())).toEqual([`status ${name}`, `logs ${name}`, 'status', 'deploy']);
    await stage.people.lookAt('C2', { user: 'U2' });
    expect(linesOf(await prompts(1))).toEqual(['status', 'help']);
  });

  it('tell a stranger what they can do', async () => {
    stage.world.people.set('U9', 'eve');
    stage.world.channels.add('D9');
    await stage.people.openMessages('U9');
    expect(linesOf(await prompts())).toEqual(['help', 'whoami']);
  });
});

describe('an app of the older view', () => {
  it('has prompts in each thread, which is called after its first line', async () => {
    stage.world.view = 'assistant';
    await stage.people.assistant('assistant_thread_started');
    expect(await prompts()).toMatchObject({ channel: 'D1', thread: '1700000000.000009' });
    await stage.people.assistant('assistant_thread_context_changed', { channel: 'C1' });
    await prompts(1);
    await stage.people.direct('what is the status?', { thread: '1700000000.000009' });
    await until('title', () => stage.world.titles.get('1700000000.000009') === 'what is the status?');
    expect(await said()).toMatchObject({ channel: 'D1', thread: '1700000000.000009' });
    await stage.people.direct('whoami', { thread: '1700000000.000009' });
    await said(1);
    expect(stage.world.titles.get('1700000000.000009')).toBe('what is the status?');
  });
});

describe('a question', () => {
  it('is answered in its thread, after it was said that the answer is on its way', async () => {
    const name = applicationName(await stage.application());
    await stage.people.direct(`what is the status of ${name}?`, { thread: '1700000000.000008' });
    const answer = await said();
    expect(answer).toMatchObject({ channel: 'D1', thread: '1700000000.000008' });
    expect(wordsOf(answer.blocks)).toContain('Tasks: not on Swarm');
    expect(stage.world.statuses).toEqual([{ thread: '1700000000.000008', status: 'is working on it…', posts: 0 }]);
  });

  it('for a change is asked back, and runs at the press', async () => {
    const name = applicationName(await stage.application());
    await stage.people.direct(`could you lock ${name} because of the move?`);
    const { blocks } = await said();
    expect(buttonsOf(blocks).map(({ text }) => text.text)).toEqual([`lock ${name}`]);
    await stage.people.direct(`can you cancel ${name}?`);
    const asked = await said(1);
    await stage.people.press(asked.blocks, `cancel ${name}`, { channel: 'D1' });
    expect(wordsOf((await said(2)).blocks)).toContain('Nothing to cancel');
  });

  it('to Shipmate by name in a channel is answered, and what is said of it is left alone', async () => {
    const name = applicationName(await stage.application());
    await stage.people.mention('thanks for the deploy');
    await stage.people.mention('good work everyone');
    await stage.people.mention(`how is ${name} doing?`);
    const whisper = await until('whisper', () => stage.world.whispers[0]);
    expect(wordsOf(whisper.blocks)).toContain('Tasks: not on Swarm');
    expect(stage.world.whispers).toHaveLength(1);
    expect(stage.world.messages).toEqual([]);
  });
});

it('a token without the scope turns the prompts off, and nothing else', async () => {
  stage.manifest.scopes.delete('assistant:write');
  try {
    await stage.people.openMessages();
    await until('refusal', () => stage.world.refused.length === 1);
    expect(stage.world.refused.splice(0)).toEqual(['assistant.threads.setSuggestedPrompts: missing_scope']);
    await stage.people.openMessages();
    await stage.people.direct('whoami');
    await said();
    expect(stage.world.prompts).toEqual([]);
  } finally {
    stage.manifest.scopes.add('assistant:write');
  }
});
