import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatMessage } from '../../../src/entities/chat-message.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { buttonsOf, wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;

beforeAll(async () => {
  stage = await makeSlackStage();
});
afterEach(() => {
  expect(stage.world.refused).toEqual([]);
  stage.forget();
});
afterAll(() => stage.close());

const whisper = (at = 0) => until('whisper', () => stage.world.whispers[at]);
const message = (at = 0) => until('message', () => stage.world.messages[at]);

describe('a slash command', () => {
  it('is acknowledged before it runs, and answered to the person alone when it only reads', async () => {
    const { dispatch } = stage.dispatcher;
    const acknowledged = Promise.withResolvers<void>();
    stage.dispatcher.dispatch = async (...asked) => {
      await acknowledged.promise;
      return dispatch(...asked);
    };
    await stage.people.slash('whoami');
    expect(stage.world.whispers).toEqual([]);
    acknowledged.resolve();
    stage.dispatcher.dispatch = dispatch;
    expect(wordsOf((await whisper()).blocks)).toContain(stage.ada.username);
    expect(stage.world.messages).toEqual([]);
  });

  it('is read once, whether it runs or opens a form', async () => {
    stage.linesSplit.length = 0;
    await stage.people.slash('whoami');
    await whisper();
    await stage.people.slash('app create');
    await until('modal', () => stage.world.modals[0]);
    await stage.people.slash('freeze add shop "now');
    await whisper(1);
    expect(stage.linesSplit).toEqual(['whoami', 'app create', 'freeze add shop "now']);
  });

  it('tells the channel what it changed, and who asked', async () => {
    await stage.people.slash('project create tills');
    const { blocks, channel } = await message();
    expect(channel).toBe('C1');
    expect(wordsOf(blocks)).toContain('tills');
    expect(wordsOf(blocks)).toContain('Asked by ada');
    expect(stage.world.whispers).toEqual([]);
  });

  it('tells only the person that it was refused, and who could grant it', async () => {
    await stage.people.slash('deploy shop/api', { user: 'U2' });
    const words = wordsOf((await whisper()).blocks);
    expect(words).toContain('deploy needs the role developer; yours is viewer');
    expect(words).toContain(stage.ada.username);
    expect(stage.world.messages).toEqual([]);
  });

  it('from somebody unknown is told how to link', async () => {
    stage.world.people.set('U9', 'eve');
    await stage.people.slash('status', { user: 'U9' });
    expect(wordsOf((await whisper()).blocks)).toContain('link <code>');
  });

  it('shows a secret to the person alone, although it made something', async () => {
    await stage.people.slash('link --invite viewer');
    expect(wordsOf((await whisper()).blocks)).toMatch(/link [0-9A-Z]{4}-/);
    expect(stage.world.messages).toEqual([]);
  });

  it('without words lists the commands within the limits', async () => {
    await stage.people.slash('');
    expect(wordsOf((await whisper()).blocks)).toContain('deploy');
  });

  it('is answered in private where the bot may not write, with how to let it', async () => {
    stage.world.channels.delete('C2');
    await stage.people.slash('project create hidden', { channel: 'C2' });
    const words = wordsOf((await whisper()).blocks);
    stage.world.channels.add('C2');
    expect(words).toContain('hidden');
    expect(words).toContain('/invite');
    expect(stage.world.refused.splice(0)).toEqual(['chat.postMessage: channel_not_found']);
  });
});

describe('a deployment', () => {
  it('is noted to the person without buttons; its live message is to be in the channel', async () => {
    const application = await stage.application();
    await stage.people.slash(`deploy ${applicationName(application)}`);
    const note = await whisper();
    expect(wordsOf(note.blocks)).toContain('Deploying');
    expect(buttonsOf(note.blocks)).toEqual([]);
    expect(await channelsOf()).toEqual(['C1']);
    await stage.db.database.asSystem().nativeDelete(ChatMessage, {});
  });

  it('asked for in a thread is shown in that thread', async () => {
    const application = await stage.application();
    await stage.people.mention(`deploy ${applicationName(application)}`, { thread: '1699999999.000100' });
    expect(await whisper()).toMatchObject({ thread: '1699999999.000100', user: 'U1' });
    expect(await channelsOf()).toEqual(['C1/1699999999.000100']);
    await stage.db.database.asSystem().nativeDelete(ChatMessage, {});
  });
});

describe('a mention', () => {
  it('is answered in its own thread', async () => {
    const ts = await stage.people.mention('project create kiosk');
    expect(await message()).toMatchObject({ channel: 'C1', thread: ts });
  });

  it('in a thread is answered there', async () => {
    await stage.people.mention('whoami', { thread: '1699999999.000100' });
    expect(await whisper()).toMatchObject({ channel: 'C1', thread: '1699999999.000100', user: 'U1' });
  });

  it('takes a line with entities and links as it was typed', async () => {
    await stage.people.mention(
      'project create depot --description `a &amp; b &lt;c&gt; <http://example.com|example.com>`',
    );
    await message();
    await stage.people.slash('project show depot');
    expect(wordsOf((await whisper()).blocks)).toContain('a & b <c> example.com');
  });

  it('that Slack tells of twice runs once', async () => {
    const event = { type: 'app_mention', user: 'U1', channel: 'C1', text: '<@UBOT> whoami', ts: '1.1' };
    const told = { type: 'event_callback', team_id: 'T1', event_id: 'EvTwice', event };
    await stage.socket.deliver('events_api', told);
    await whisper();
    await stage.socket.deliver('events_api', told);
    await stage.people.mention('status');
    await whisper(1);
    expect(wordsOf(stage.world.whispers[1]?.blocks)).not.toContain(stage.ada.username);
  });

  it.each([
    'thanks <@UBOT>!',
    'ask <@UBOT> to deploy',
    '<@U2> <@UBOT> whoami',
    '<@UBOT> thanks!',
    '<@UBOT> 🎉 great job',
  ])('in chatter is left alone: %s', async (text) => {
    const body = { type: 'event_callback', team_id: 'T1', authorizations: [{ user_id: 'UBOT' }] };
    const event = { type: 'app_mention', user: 'U1', channel: 'C1', text, ts: '1.1' };
    await stage.socket.deliver('events_api', { ...body, event_id: `Ev${text}`, event });
    await stage.people.mention('whoami');
    await whisper();
    expect(stage.world.whispers).toHaveLength(1);
    expect(stage.world.messages).toEqual([]);
  });

  it('with a typing error is answered', async () => {
    await stage.people.mention('deplyo shop/api');
    expect(wordsOf((await whisper()).blocks)).toContain('Did you mean deploy?');
  });

  it('by a bot is not answered', async () => {
    await stage.socket.deliver('events_api', {
      type: 'event_callback',
      team_id: 'T1',
      event: { type: 'app_mention', bot_id: 'B2', user: 'U2', channel: 'C1', text: '<@UBOT> whoami', ts: '1.1' },
    });
    await stage.people.mention('whoami');
    await whisper();
    expect(stage.world.whispers).toHaveLength(1);
  });
});

describe('a direct message', () => {
  it('is answered in the conversation', async () => {
    await stage.people.direct('ship whoami');
    expect(await message()).toMatchObject({ channel: 'D1', thread: undefined });
    expect(stage.world.whispers).toEqual([]);
  });

  it('is read by nobody else, a channel is', async () => {
    const name = applicationName(await stage.application());
    await stage.people.direct(`env import ${name} --secret A=1`);
    expect(wordsOf((await message()).blocks)).toContain('Stored the secrets A');
    await stage.people.mention(`env import ${name} --secret A=2`);
    expect(wordsOf((await whisper()).blocks)).toContain('Others can read this channel');
  });

  it('does not keep a secret in the conversation', async () => {
    await stage.people.direct('link --invite viewer');
    expect(await whisper()).toMatchObject({ channel: 'D1', user: 'U1' });
    expect(stage.world.messages).toEqual([]);
  });
});

describe('a direct message between two people', () => {
  it('is answered by response_url, the only way there', async () => {
    const channel = stage.world.foreignDirect;
    await stage.people.slash('whoami', { channel });
    expect(await whisper()).toMatchObject({ channel, user: undefined });
    expect(stage.world.messages).toEqual([]);
  });

  it('shows both what was changed, and who asked', async () => {
    const channel = stage.world.foreignDirect;
    await stage.people.slash('project create drawers', { channel });
    const said = await message();
    expect(said.channel).toBe(channel);
    expect(wordsOf(said.blocks)).toContain('Asked by ada');
  });

  it('is read by somebody else, like a channel', async () => {
    const name = applicationName(await stage.application());
    await stage.people.slash(`env import ${name} --secret A=2`, { channel: stage.world.foreignDirect });
    expect(wordsOf((await whisper()).blocks)).toContain('Others can read this channel');
  });
});

describe('a response_url that Slack refuses with the status 200', () => {
  it('is a failure: the answer comes in the direct messages', async () => {
    const makeUrl = stage.world.makeResponseUrl;
    stage.world.makeResponseUrl = (channel) => makeUrl.call(stage.world, channel, 5);
    await stage.people.slash('whoami');
    stage.world.makeResponseUrl = makeUrl;
    expect(await message()).toMatchObject({ channel: 'D1' });
    expect(stage.world.refused).toEqual(['response_url: used_url']);
    stage.world.refused.length = 0;
  });
});

describe('a response_url after half an hour', () => {
  it('is a failure too: the answer comes in the direct messages', async () => {
    const { dispatch } = stage.dispatcher;
    stage.dispatcher.dispatch = async (...asked) => {
      stage.world.clockMs += 30 * 60_000;
      return dispatch(...asked);
    };
    await stage.people.slash('whoami');
    const { channel } = await message();
    stage.dispatcher.dispatch = dispatch;
    expect(channel).toBe('D1');
    expect(stage.world.refused.splice(0)).toEqual(['response_url: expired_url']);
  });
});

describe('a long log', () => {
  it('is cut where its end is kept, and goes up whole as a file to the person', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `line ${at + 1} <!channel> \`\`\` @everyone`);
    const application = await stage.application();
    stage.deps.swarm.inspect = async (name) => ({ name, image: 'i', version: 1, replicas: 1, running: 1, labels: {} });
    stage.deps.swarm.logs = async () => ({ lines, missing: [] });
    await stage.people.slash(`logs ${applicationName(application)} --lines 3000`);
    const words = wordsOf((await whisper()).blocks);
    expect(words).toContain('line 3000 <!channel> ``` @everyone');
    expect(words).toMatch(/… \d+ more lines: open the log/);
    const file = await until('file', () =>
      [...stage.world.files.values()].find(({ channel }) => channel !== undefined),
    );
    expect(file.channel).toBe('D1');
    expect(String(file.content).split('\n')).toHaveLength(3_000);
  });
});

describe('a picture', () => {
  it('goes up where the answer is, with what it shows in words', async () => {
    const { dispatch } = stage.dispatcher;
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
    stage.dispatcher.dispatch = async () => ({ tone: 'info', text: 'Load', picture: { png, alt: 'Load of a day' } });
    await stage.people.direct('project create unused');
    const file = await until('file', () =>
      [...stage.world.files.values()].find(({ channel }) => channel !== undefined),
    );
    stage.dispatcher.dispatch = dispatch;
    expect(file).toMatchObject({ channel: 'D1', filename: 'picture.png', content: Buffer.from(png) });
  });
});

describe('a notification with a picture', () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
  const digest = { tone: 'info' as const, title: 'Digest of shop/*', picture: { png, alt: 'Deployments a day' } };

  it('is a message, and the picture in the same channel', async () => {
    stage.forget();
    const { message } = await stage.bot.post('D1', digest);
    expect(message).toMatch(/^\d+\.\d+$/);
    const file = [...stage.world.files.values()].find(({ channel }) => channel !== undefined);
    expect(file).toMatchObject({ channel: 'D1', filename: 'picture.png', content: Buffer.from(png) });
  });
});

async function channelsOf(): Promise<string[]> {
  const rows = await stage.db.database.asSystem().find(ChatMessage, { platform: 'slack', finishedAt: null });
  return rows.map(({ channel }) => channel);
}
