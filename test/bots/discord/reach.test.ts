import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerTo, createPeople } from '../../support/discord/people.ts';
import { bits, botRole, createGuild, guildId } from '../../support/discord/guild.ts';
import { adaId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
beforeEach(() => {
  stage.world.guild = createGuild();
});
afterAll(() => stage.close());

const channel = '300000000000000001';
const reach = (id: string) => stage.bot.reach?.(id);
const post = (id: string) => stage.bot.post(id, { tone: 'info', text: 'hello' });

describe('a channel', () => {
  it('takes messages, its threads and direct messages do', async () => {
    const thread = stage.world.guild.addThread(channel);
    for (const id of [channel, thread]) {
      expect(await reach(id)).toEqual({ state: 'open' });
      await post(id);
    }
  });

  it.each([
    ['View Channel', [bits.viewChannel], '`View Channel`', 'it'],
    ['Send Messages', [bits.sendMessages], '`Send Messages`', 'it'],
    ['two', [bits.embedLinks, bits.attachFiles], '`Embed Links` and `Attach Files`', 'them'],
  ])('without %s is named with the step', async (_what, denied, names, them) => {
    stage.world.guild.deny(channel, ...denied);
    const found = await reach(channel);
    const granted = {
      why: `I lack ${names}`,
      step: `Give the role \`Shipmate\` ${them} under Edit Channel → Permissions.`,
    };
    // Discord shows nothing of a channel that may not be viewed.
    const seen = denied.includes(bits.viewChannel) ? { why: 'Missing Access' } : granted;
    expect(found).toMatchObject({ state: 'refused', ...seen });
    await expect(post(channel)).rejects.toMatchObject({ kind: 'channel' });
  });

  it('without Send Messages in Threads takes them, but its threads do not', async () => {
    const thread = stage.world.guild.addThread(channel);
    stage.world.guild.deny(channel, bits.sendMessagesInThreads);
    expect(await reach(channel)).toEqual({ state: 'open' });
    expect(await reach(thread)).toMatchObject({ state: 'refused', why: 'I lack `Send Messages in Threads`' });
    await post(channel);
    await expect(post(thread)).rejects.toMatchObject({ kind: 'channel' });
  });

  it('takes them again where the channel itself allows the role or the member', async () => {
    const { guild } = stage.world;
    guild.roles = guild.roles.map((role) => (role.id === botRole ? { ...role, permissions: '0' } : role));
    const all = String(bits.viewChannel | bits.sendMessages | bits.embedLinks | bits.attachFiles);
    expect(await reach(channel)).toMatchObject({ state: 'refused' });
    guild.channels
      .get(channel)
      ?.permission_overwrites?.push(
        { id: guildId, type: 0, allow: '0', deny: all },
        { id: '1', type: 1, allow: all, deny: '0' },
      );
    expect(await reach(channel)).toEqual({ state: 'open' });
    await post(channel);
  });

  it.each([
    ['a locked thread', { archived: true, locked: true }, 'the thread is locked'],
    ['an archived one, which a message opens again', { archived: true, locked: false }, undefined],
  ])('that is %s is told', async (_what, metadata, why) => {
    const thread = stage.world.guild.addThread(channel, metadata);
    expect(await reach(thread)).toMatchObject(why === undefined ? { state: 'open' } : { state: 'refused', why });
    if (why === undefined) await post(thread);
    else await expect(post(thread)).rejects.toMatchObject({ kind: 'channel' });
  });

  it('that is a forum, or none, is told', async () => {
    const forum = '300000000000000015';
    stage.world.guild.channels.set(forum, { id: forum, type: 15, guild_id: guildId });
    expect(await reach(forum)).toMatchObject({ state: 'refused', why: 'it takes no messages itself' });
    expect(await reach('399999999999999999')).toMatchObject({ state: 'refused', why: 'Unknown Channel' });
  });

  it('is not known while Discord is away', async () => {
    stage.world.down = true;
    await expect(reach(channel)).rejects.toThrow();
    stage.world.down = false;
  });
});

describe('a deployment from where its live message cannot appear', () => {
  const deploy = (where: Parameters<typeof createPeople>[2]) => {
    const people = createPeople(stage.world, (interaction) => stage.gateway.dispatch(interaction), where);
    return answerTo(people.slash(adaId, 'ship deploy', { app: 'shop/api' }));
  };

  it('is answered with the permissions that are missing', async () => {
    stage.world.guild.deny(channel, bits.sendMessages, bits.embedLinks);
    expect((await deploy({})).text).toContain(
      'The live message cannot appear here: I lack `Send Messages` and `Embed Links` in this channel. ' +
        'Give the role `Shipmate` them under Edit Channel → Permissions.',
    );
  });

  it('is answered with the one that threads need', async () => {
    const thread = stage.world.guild.addThread(channel);
    stage.world.guild.deny(channel, bits.sendMessagesInThreads);
    expect((await deploy({ channel: thread })).text).toContain('I lack `Send Messages in Threads` in this channel.');
    expect((await deploy({})).text).not.toContain('cannot appear');
  });
});
