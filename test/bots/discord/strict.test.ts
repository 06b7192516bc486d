import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wordsOf } from '../../support/discord/shown.ts';
import { modalProblems, validateDiscordMessage } from '../../support/discord/validate.ts';
import { answerTo, createPeople } from '../../support/discord/people.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { linkIdentity } from '../../support/person.ts';
import { until } from '../../support/until.ts';

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
beforeEach(() => {
  stage.world.refused.length = 0;
  stage.world.limited = 0;
});
afterAll(() => stage.close());

const channel = '300000000000000001';
const reply = (text: string) => ({ tone: 'info', text }) as const;
const answers = async () => expect((await answerTo(stage.people.slash(adaId, 'ship whoami'))).text).toContain('admin');
const connected = () => until('a connection', () => stage.bot.problem?.() === undefined);

describe('a gateway', () => {
  it('that asks for another connection gets one, which goes on with the session', async () => {
    const { resumed } = stage.gateway.counts;
    stage.gateway.askToReconnect();
    await until('a resumed session', () => stage.gateway.counts.resumed === resumed + 1);
    await connected();
    await answers();
  });

  it('that ends the session gets a new one', async () => {
    const { identified } = stage.gateway.counts;
    stage.gateway.invalidate(false);
    await until('a new session', () => stage.gateway.counts.identified === identified + 1);
    await connected();
    await answers();
  });

  it('that acknowledges no heartbeat is left for another connection', async () => {
    Object.assign(stage.world, { heartbeatMs: 100, acknowledges: false });
    const bot = stage.makeBot();
    await bot.start();
    const { resumed } = stage.gateway.counts;
    await until('a resumed session', () => stage.gateway.counts.resumed > resumed);
    Object.assign(stage.world, { heartbeatMs: 45_000, acknowledges: true });
    await until('a connection', () => bot.problem?.() === undefined);
    await bot.stop();
  });
});

describe('a channel’s pace', () => {
  it('is kept by what the headers say: nothing is refused, and nothing is lost', async () => {
    stage.world.bucket = { limit: 3, perMs: 200 };
    stage.world.messages.clear();
    await Promise.all(Array.from({ length: 8 }, (_, at) => stage.bot.post(channel, reply(`post ${at}`))));
    const [first] = [...stage.world.messages.keys()].map((key) => key.split('/')[1] ?? '');
    const ref = { channel, message: first ?? '' };
    for (let at = 1; at <= 6; at += 1) await stage.bot.edit(ref, reply(`edit ${at}`));
    stage.world.bucket = { limit: 50, perMs: 1_000 };
    expect([stage.world.messages.size, stage.world.limited, stage.world.refused]).toEqual([8, 0, []]);
    expect(wordsOf(stage.world.messages.get(`${channel}/${first}`)?.at(-1) ?? {})).toBe('edit 6');
  });
});

describe('commands that Discord creates no more of today', () => {
  it('keep nobody from connecting: the others go on working, and it is told', async () => {
    const { commands } = stage.world;
    stage.world.commands = commands.slice(1);
    stage.world.created = 200;
    const bot = stage.makeBot();
    await bot.start();
    const problem = await until('the reason', () => bot.problem?.()?.includes('up to date') && bot.problem());
    expect(problem).toBe(
      'commands are not up to date: Max number of daily application command creates has been reached (200). ' +
        'Those of before go on working; restart Shipmate to try again.',
    );
    expect(stage.gateway.connected()).toBe(2);
    await bot.stop();
    Object.assign(stage.world, { commands, created: 0 });
  });
});

describe('a place that is no channel of the server', () => {
  const from = (where: Parameters<typeof createPeople>[2]) =>
    createPeople(stage.world, (interaction) => stage.gateway.dispatch(interaction), where);

  it('is answered: the conversation with the bot, and one of several people', async () => {
    await linkIdentity(stage.db.database, stage.ada, { platform: 'discord', workspace: 'dm', account: adaId });
    const direct = await answerTo(from({ context: 'dm', channel: '900000000000000002' }).slash(adaId, 'ship whoami'));
    expect(direct.text).toContain('admin');
    const several = await answerTo(
      from({ context: 'private', channel: '900000000000000003' }).slash(adaId, 'ship whoami'),
    );
    expect([several.ephemeral, several.text.includes('admin')]).toEqual([true, true]);
    expect(stage.world.refused).toEqual([]);
  });

  it('is told where the bot is no member: no live message can appear', async () => {
    const workspace = '200000000000000099';
    await linkIdentity(stage.db.database, stage.ada, { platform: 'discord', workspace, account: adaId });
    const people = from({ context: 'elsewhere', channel: '900000000000000004' });
    const { text } = await answerTo(people.slash(adaId, 'ship deploy', { app: 'shop/api' }));
    expect(text).toContain(
      'The live message cannot appear here: I am not a member of this server. Who manages it can press **Add App** on my profile.',
    );
  });
});

describe('the Discord of these tests', () => {
  it('refuses inputs that are too long', () => {
    const input = { type: 4, style: 1, custom_id: 'a' };
    const label = (more: object, of = 'A') => [{ type: 18, label: of, component: { ...input, ...more } }];
    expect(modalProblems(label({}))).toEqual([]);
    expect(modalProblems(label({ max_length: 4_001 }))).toEqual(['a: lengths']);
    expect(modalProblems(label({ max_length: 2, value: 'abc' }))).toEqual(['a: value']);
    expect(modalProblems(label({ placeholder: 'x'.repeat(101) }))).toEqual(['a: placeholder']);
    expect(modalProblems(label({}, 'x'.repeat(46)))).toEqual(['a: label']);
    expect(modalProblems(label({ label: 'A' }))).toEqual(['a: a label of its own']);
    expect(modalProblems([])).toEqual(['0 inputs']);
    const many = Array.from({ length: 26 }, (_, at) => ({ label: `${at}`, value: `${at}` }));
    expect(modalProblems(label({ type: 3, options: many }))).toEqual(['a: options']);
    expect(modalProblems([{ type: 1 }])).toContain('no label');
  });

  it('refuses an embed whose URL has a host without a dot', () => {
    const embeds = [{ title: 'x', url: 'http://localhost:8080/deployments/1' }];
    expect(validateDiscordMessage({ embeds, allowed_mentions: { parse: [] } })).toEqual(['the URL of an embed']);
  });
});
