import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createDiscordApi, type DiscordApi } from '../../../src/bots/discord/api.ts';
import { createClient } from '../../../src/bots/discord/client.ts';
import { createConversation } from '../../../src/bots/discord/conversation.ts';
import { createLooks } from '../../../src/bots/discord/looks.ts';
import { attachmentsOf } from '../../../src/bots/discord/message.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';
import { readRequest } from '../../../src/handlers/command-request.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import type { Dispatcher } from '../../../src/handlers/dispatch.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { wordsOf } from '../../support/discord/shown.ts';
import { startDiscord } from '../../support/discord/discord.ts';
import { answered, createPeople } from '../../support/discord/people.ts';
import type { Remembered } from '../../support/discord/world.ts';

const account = '400000000000000001';
const channel = '300000000000000001';
const origin = {
  platform: 'discord',
  workspace: '200000000000000001',
  channel,
  shared: true,
  account,
  accountName: 'ada',
} as const;

let discord: Awaited<ReturnType<typeof startDiscord>>;
let api: DiscordApi;
beforeEach(async () => {
  discord = await startDiscord();
  const { applicationId, token } = discord.world;
  api = createDiscordApi(createClient({ apiUrl: discord.apiUrl, token }), applicationId);
});
afterEach(() => discord.close());

/** Runs the line, whose answer takes as long as `meanwhile`, and tells what the interaction was answered with. */
async function ask(line: string, reply: Reply, meanwhile = () => {}): Promise<Remembered> {
  const dispatcher = {
    commands,
    read: (asked) => readRequest(commands, asked),
    meant: async (request) => ({ request, offers: [] }),
    async dispatch() {
      meanwhile();
      return reply;
    },
  } as Partial<Dispatcher> as Dispatcher;
  const [lines, logger] = [createStoredLines(), pino({ enabled: false })];
  const conversation = createConversation({
    api,
    dispatcher,
    lines,
    looks: createLooks({ read: async () => false, remember: async () => undefined }, lines, logger),
    live: { find: async () => undefined },
    logger,
    track: () => undefined,
  });
  let to = { id: '', token: '' };
  const people = createPeople(discord.world, (interaction) => (to = interaction as typeof to));
  const asked = people.slash(account, 'ship run', { line });
  await conversation.take({ line, origin, to });
  return asked;
}

function posts(): [string, string | undefined][] {
  return [...discord.world.messages].map(([key, states]) => [key.split('/')[0] ?? '', states[0] && wordsOf(states[0])]);
}

function followed({ followUps }: Remembered): [boolean, string][] {
  return followUps.map(({ ephemeral, message }) => [ephemeral, wordsOf(message)]);
}

function passFifteenMinutes() {
  discord.world.ahead = 15 * 60_000 + 1_000;
}

describe('an answer for others than those whom it was opened for', () => {
  it('is seen by the channel, and nothing of the private one remains', async () => {
    const asked = await ask('deploy shop/api', { tone: 'success', text: 'Not deployed.' });
    expect(asked.ephemeral).toBe(true);
    expect(followed(asked)).toEqual([[false, 'Not deployed.']]);
    expect(asked.original).toBeUndefined();
    expect(discord.world.refused).toEqual([]);
  });

  it('is the person’s where a channel’s answer is refused', async () => {
    const asked = await ask('lock shop/api the migration runs', { tone: 'danger', text: 'No.' });
    expect(asked.ephemeral).toBe(false);
    expect(followed(asked)).toEqual([[true, 'No.']]);
    expect(asked.original).toBeUndefined();
  });
});

describe('an answer after Discord’s 15 minutes', () => {
  it('is a message in the channel', async () => {
    await ask('lock shop/api the migration runs', { tone: 'success', text: 'Locked.' }, passFifteenMinutes);
    expect(posts()).toEqual([[channel, 'Locked.']]);
  });

  it('is a direct message where only the person may read it', async () => {
    await ask('status', { tone: 'info', text: 'All well.' }, passFifteenMinutes);
    expect(posts()).toEqual([[`9${account.slice(1)}`, 'All well.']]);
  });

  it('is a sentence in the channel where the person takes no direct messages', async () => {
    discord.world.closed.add(account);
    await ask('token create ci', { tone: 'success', text: 'secret', private: true }, passFifteenMinutes);
    expect(posts()).toEqual([
      [
        channel,
        expect.stringContaining('the answer to your command came too late for Discord. Run the command again.'),
      ],
    ]);
  });
});

describe('a log of more than 10 MiB', () => {
  const lines = Array.from({ length: 120_000 }, (_, at) => `${at} ${'x'.repeat(100)}`);

  it('arrives with its end, and says what is missing', async () => {
    const reply: Reply = { tone: 'info', title: 'Log', code: lines.join('\n') };
    const asked = await ask('logs shop/api', reply);
    expect(answered(asked)).toMatchObject({ files: ['log.txt'] });
    expect(discord.world.refused).toEqual([]);
    const [file] = attachmentsOf(reply);
    const sent = String(file?.data).split('\n');
    expect(sent[0]).toBe('… earlier lines are left out: the file would be too large for Discord');
    expect(sent.at(-1)).toBe(lines.at(-1));
    expect(lines).toContain(sent[1]);
  });
});
