import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Writable } from 'node:stream';
import { Application } from '../../../src/entities/application.ts';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { UserError } from '../../../src/errors.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { buttonsOf, wordsOf } from '../../support/slack/people.ts';
import { validateSlackView } from '../../support/slack/validate.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

const logged: string[] = [];
const log = new Writable({
  write(chunk, _encoding, done) {
    logged.push(String(chunk));
    done();
  },
});

let stage: SlackStage;

beforeAll(async () => {
  stage = await makeSlackStage({ over: { logger: pino({ level: 'trace' }, log) } });
});
afterEach(() => {
  expect(stage.world.refused).toEqual([]);
  stage.forget();
});
afterAll(() => stage.close());

const whisper = (at = 0) => until('whisper', () => stage.world.whispers[at]);
const message = (at = 0) => until('message', () => stage.world.messages[at]);
const modal = () => until('modal', () => stage.world.modals.at(-1));

/** A word of at least three kinds of characters that nothing else says. */
const secretValue = 'pa55-Word!-nobody-says';

function everythingSeen(): string {
  const { messages, modals, whispers, homes } = stage.world;
  return JSON.stringify([messages, modals, whispers, [...homes.values()], logged]);
}

describe('a secret', () => {
  it('is asked for in a modal and never shown or logged', async () => {
    const application = await stage.application();
    await stage.people.slash(`env set ${applicationName(application)} DATABASE_URL --secret`);
    const view = await modal();
    expect(wordsOf(view['blocks'])).toContain('Slack shows what you type');
    const { payload } = await stage.people.submit({ secret: secretValue });
    expect(payload).toEqual({});
    expect(wordsOf((await message()).blocks)).toContain('Stored the secret');
    expect(everythingSeen()).not.toContain(secretValue);
    const [row] = await stage.db.database.asSystem().find(EnvVar, { application: application.id });
    expect(row?.key).toBe('DATABASE_URL');
  });

  it('asked for in a mention is given after a press', async () => {
    const application = await stage.application();
    const ts = await stage.people.mention(`env set ${applicationName(application)} TOKEN --secret`);
    const { blocks } = await whisper();
    expect(stage.world.modals).toEqual([]);
    await stage.people.press(blocks, 'Fill in', { channel: 'C1', thread: ts });
    await modal();
    await stage.people.submit({ secret: secretValue });
    expect(await message()).toMatchObject({ channel: 'C1', thread: ts });
    expect(everythingSeen()).not.toContain(secretValue);
  });

  it('that is refused is refused in the modal', async () => {
    const application = await stage.application();
    await stage.people.slash(`env set ${applicationName(application)} DATABASE_URL --secret`);
    await modal();
    await stage.db.database.asSystem().nativeUpdate(Application, { id: application.id }, { deletedAt: new Date() });
    const { payload } = await stage.people.submit({ secret: secretValue });
    expect(payload).toMatchObject({
      response_action: 'errors',
      errors: { secret: expect.stringContaining('no application') },
    });
    expect(everythingSeen()).not.toContain(secretValue);
  });
});

describe('a form', () => {
  it('opens for a bare command, and makes what was filled in', async () => {
    await stage.people.slash('project create harbour');
    await message();
    await stage.people.slash('app create');
    const view = await modal();
    expect(wordsOf(view['blocks'])).toContain('Name with its project');
    const { payload } = await stage.people.submit({ app: 'harbour/cache', image: 'redis:7', port: '6379' });
    expect(payload).toEqual({});
    expect(wordsOf((await message(1)).blocks)).toContain('harbour/cache is created');
  });

  it('shows what is wrong under its field, and takes it again', async () => {
    await stage.people.slash('project create quay');
    await message();
    await stage.people.slash('app create');
    await modal();
    const { payload } = await stage.people.submit({ app: 'quay/cache', image: 'redis:7', port: 'lots' });
    expect(payload).toEqual({
      response_action: 'errors',
      errors: { port: 'port: lots is not a whole number from 1 to 65535.' },
    });
    expect((await stage.people.submit({ app: 'quay/cache', image: 'redis:7', port: '6379' })).payload).toEqual({});
    await message(1);
  });

  it('that takes longer than Slack waits is answered when it is done', async () => {
    const application = await stage.application({
      type: 'git',
      sourceType: 'git',
      sourceConfig: { clone_url: 'https://git.example/a' },
    });
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<never>();
    stage.deps.git.resolve = async () => {
      asked.resolve();
      return answered.promise;
    };
    await stage.people.slash('app create');
    const view = await modal();
    const metadata = {
      line: `deploy ${applicationName(application)}`,
      thread: 'C1',
      asks: [{ name: 'x', summary: 'X' }],
    };
    Object.assign(view, { private_metadata: JSON.stringify(metadata) });
    const submitted = stage.people.submit({});
    await asked.promise;
    // What the form started has not ended.
    const { payload } = await submitted;
    expect(payload).toEqual({});
    expect(stage.world.whispers).toEqual([]);
    answered.reject(new UserError('The git host does not answer.'));
    expect(wordsOf((await whisper()).blocks)).toContain('The git host does not answer.');
  });

  it.each([
    ['remembers nothing that can be read', { private_metadata: 'v0|app create' }],
    ['remembers something else', { private_metadata: JSON.stringify({ command: 'app create' }) }],
    ['has another id', { private_metadata: '', callback_id: 'app-create' }],
    ['is of a command without a form', { private_metadata: JSON.stringify({ line: 'ask app', thread: 'C1' }) }],
  ])('from before an upgrade, which %s, is answered in its place', async (_what, before) => {
    await stage.people.slash('app create');
    Object.assign(await modal(), before);
    const { payload } = await stage.people.submit({ app: 'harbour/old', image: 'redis:7' });
    const { response_action: action, view } = payload as { response_action: string; view: Record<string, unknown> };
    expect(action).toBe('update');
    expect(validateSlackView(view)).toEqual([]);
    expect(wordsOf(view['blocks'])).toBe(
      'This form is from before an upgrade of Shipmate, and nothing was run. Close it and open it again.',
    );
    expect(await stage.db.database.asSystem().count(Application, { name: 'old' })).toBe(0);
    expect(stage.world.messages).toEqual([]);
  });

  it('runs as the person who filled it in', async () => {
    await stage.people.slash('app create', { user: 'U2' });
    await modal();
    const { payload } = await stage.people.submit({ app: 'harbour/mine', image: 'redis:7' }, { user: 'U2' });
    expect(JSON.stringify(payload)).toContain('needs the role admin');
  });

  it('whose trigger has expired is offered as a button', async () => {
    await stage.people.slash('app create', {}, 0);
    const { blocks } = await whisper();
    expect(stage.world.refused.splice(0)).toEqual(['views.open: expired_trigger_id']);
    expect(buttonsOf(blocks).map(({ text }) => text.text)).toEqual(['Fill in']);
    await stage.people.press(blocks, 'Fill in', { channel: 'C1' });
    await modal();
  });

  it('answers in private where the bot is no member, by the address that the command came with', async () => {
    stage.world.channels.delete('C2');
    await stage.people.slash('project create pier', { channel: 'C2' });
    await whisper();
    await stage.people.slash('app create', { channel: 'C2' });
    await modal();
    await stage.people.submit({ app: 'pier/cache', image: 'redis:7' });
    const { blocks } = await whisper(1);
    stage.world.channels.add('C2');
    stage.world.refused.length = 0;
    expect(wordsOf(blocks)).toContain('pier/cache is created');
  });
});
