import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import type { User } from '../../src/entities/user.ts';
import { answered, answerTo } from '../support/discord/people.ts';
import { type DiscordStage, makeDiscordStage } from '../support/discord/stage.ts';
import { linkIdentity } from '../support/person.ts';
import { wordsOf } from '../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../support/slack/stage.ts';
import { aboutNoTeam, linesByRole, type Needed, outcomeFor, refusal } from '../support/team-lines.ts';
import { type Class, lineIn, makePeople, makeWorlds, type World } from '../support/team-worlds.ts';
import { until } from '../support/until.ts';

/** One person of each kind; the HTTP API is asked by all of them. */
const tried = ['member', 'viewer', 'elsewhere'] as const satisfies readonly Class[];
type Account = (typeof tried)[number] | 'unlinked';

const rows = Object.entries(linesByRole).flatMap(([needed, lines]) =>
  lines.map((line): [string, Needed] => [line.replace(/^!/, ''), needed as Needed]),
);
/** What a form asks for in private; the platforms show it before they know who asks. */
const secrets = { certificate: 'none', key: 'none' };
/** Without what they need these open a form as well. */
const bare = aboutNoTeam.filter((name) => {
  const command = commands.find((one) => one.name === name);
  return command !== undefined && command.role !== 'anyone' && command.form === undefined;
});
const unlinked = 'Your account isn’t linked yet.';

/** What a platform shows to whom it answers. */
interface Chat {
  say(account: Account, line: string): Promise<string>;
  world: World;
  close(): Promise<void>;
}

const ids: Record<Account, string> = {
  member: '400000000000000011',
  viewer: '400000000000000012',
  elsewhere: '400000000000000013',
  unlinked: '400000000000000014',
};

async function furnish(stage: SlackStage | DiscordStage, place: { platform: 'slack' | 'discord'; workspace: string }) {
  const people = await makePeople(stage.deps);
  const link = (user: User, account: string) => linkIdentity(stage.db.database, user, { ...place, account });
  for (const who of tried) await link(people[who].user, ids[who]);
  const [world] = await makeWorlds(stage.db.url, people, { prefix: 'w', count: 1 });
  if (!world) throw new Error('there is no world');
  return world;
}

async function onSlack(): Promise<Chat> {
  const stage = await makeSlackStage();
  const world = await furnish(stage, { platform: 'slack', workspace: stage.world.team });
  for (const id of Object.values(ids)) stage.world.people.set(id, `name-${id}`);
  let channels = 0;
  return {
    world,
    async say(account, line) {
      // Where the answer comes is known by the channel.
      const channel = `C${(channels += 1)}00`;
      stage.world.channels.add(channel);
      const forms = stage.world.modals.length;
      await stage.people.slash(line, { user: ids[account], channel });
      const { messages, modals, whispers } = stage.world;
      const answer = () => [...whispers, ...messages].find((one) => one.channel === channel);
      await until('an answer or a form', () => modals.length > forms || answer());
      if (modals.length > forms) {
        const { payload } = await stage.people.submit(secrets, { user: ids[account] });
        const { errors } = payload as { errors?: Record<string, string> };
        // A refusal that comes at once is shown in the form.
        if (errors) return Object.values(errors).join(' ');
      }
      return wordsOf((await until('an answer', answer)).blocks);
    },
    async close() {
      expect(stage.world.refused).toEqual([]);
      await stage.close();
    },
  };
}

async function onDiscord(): Promise<Chat> {
  const stage = await makeDiscordStage();
  const world = await furnish(stage, { platform: 'discord', workspace: '200000000000000001' });
  return {
    world,
    async say(account, line) {
      const asked = stage.people.slash(ids[account], 'ship run', { line });
      await until('an answer or a form', () => asked.modal ?? answered(asked));
      const { modal } = asked;
      return (await answerTo(modal ? stage.people.submit(ids[account], modal.custom_id, secrets) : asked)).text;
    },
    async close() {
      expect(stage.world.refused).toEqual([]);
      await stage.close();
    },
  };
}

function outcomeIn(text: string): string {
  const plain = text.replaceAll(/[`\\]/g, '');
  if (plain.includes(unlinked)) return 'unlinked';
  if (refusal.test(plain)) return 'refused';
  return /There is no (application|database|deployment|domain|notification route|project|scheduled command|team|volume) .+(that you see|shows those you see)/.test(
    plain,
  ) || plain.includes('No archived application is called')
    ? 'unknown'
    : 'done';
}

describe.each([
  ['Slack', onSlack],
  ['Discord', onDiscord],
] as const)('in %s', (_platform, open) => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await open();
  });
  afterAll(() => chat.close());

  // Whoever may do less comes first, so that nothing has changed for them.
  it.each(['unlinked', 'elsewhere', 'viewer'] as const)('each command answers somebody who is %s', async (who) => {
    const expected = rows.map(([line, needed]) => [line, who === 'unlinked' ? who : outcomeFor(needed, who)]);
    const asked = expected.filter(([, outcome]) => outcome !== 'done');
    const given: [string | undefined, string][] = [];
    for (const [line = ''] of asked) given.push([line, outcomeIn(await chat.say(who, lineIn(chat.world, line)))]);
    expect(given).toEqual(asked);
  });

  it('each command about the platform answers nobody who is unlinked', async () => {
    const given: [string, string][] = [];
    for (const line of bare) given.push([line, outcomeIn(await chat.say('unlinked', line))]);
    expect(given).toEqual(bare.map((line) => [line, 'unlinked']));
  });

  it('each command runs for a member that may', async () => {
    const may = rows.filter(([, needed]) => ['viewer', 'member'].includes(needed)).map(([line]) => line);
    // Leaving comes last.
    const ordered = may.toSorted(
      (one, other) => Number(one.startsWith('team leave')) - Number(other.startsWith('team leave')),
    );
    const given: [string, string][] = [];
    for (const line of ordered) given.push([line, outcomeIn(await chat.say('member', lineIn(chat.world, line)))]);
    const gone = ['domain set {p}.example.com --max-body 50m'];
    expect(given.filter(([line]) => !gone.includes(line))).toEqual(
      ordered.filter((line) => !gone.includes(line)).map((line) => [line, 'done']),
    );
  });
});
