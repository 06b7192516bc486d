import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusedError } from '../../../src/bots/refused.ts';
import { textOf } from '../../support/mattermost/people.ts';
import { type MattermostStage, makeMattermostStage } from '../../support/mattermost/stage.ts';

let stage: MattermostStage;
beforeAll(async () => {
  stage = await makeMattermostStage();
});
beforeEach(() => {
  stage.world.posts.clear();
  stage.world.refused.length = 0;
});
afterAll(() => stage.close());

const say = (text: string) => ({ tone: 'info', text }) as const;

describe('a live message', () => {
  it('is edited in place, and its buttons are for its post', async () => {
    const { deploys } = stage.world;
    const ref = await stage.bot.post(deploys.id, {
      ...say('building'),
      actions: [{ label: 'Cancel', command: 'cancel shop/api' }],
    });
    await stage.bot.edit(ref, { ...say('live'), actions: [{ label: 'Roll back', command: 'rollback shop/api' }] });
    const [shown, ...others] = stage.postsIn();
    expect([others, shown && textOf(shown)]).toEqual([[], 'live']);
    const [action] = shown?.attachments[0]?.actions ?? [];
    expect([action?.name, String(action?.integration.context['sealed']).includes(ref.message)]).toEqual([
      'Roll back',
      true,
    ]);
  });

  it('has what is said under it in its thread, and mentions by name', async () => {
    const { bob, deploys } = stage.world;
    const ref = await stage.bot.post(deploys.id, say('failed'));
    await stage.bot.postUnder?.(ref, { ...say('it failed'), mentions: [bob.id] }, 'key');
    const [, reply] = [...stage.world.posts.values()];
    expect([reply?.root_id, reply?.message]).toEqual([ref.message, '@bob']);
  });

  it('in a thread stays there', async () => {
    const { ada, deploys } = stage.world;
    const asked = stage.people.say(ada.id, 'here');
    const ref = await stage.bot.post(`${deploys.id}/${asked.id}`, say('building'));
    await stage.bot.postUnder?.(ref, say('failed'), 'key');
    const own = [...stage.world.posts.values()].filter(({ user_id: author }) => author === stage.world.bot.id);
    expect([ref.channel, own.map(({ root_id: root }) => root)]).toEqual([
      `${deploys.id}/${asked.id}`,
      [asked.id, asked.id],
    ]);
  });

  it('that was deleted is gone, and one of a channel that the bot has left is refused', async () => {
    const { deploys, posts } = stage.world;
    const ref = await stage.bot.post(deploys.id, say('building'));
    Object.assign(posts.get(ref.message) ?? {}, { delete_at: 1 });
    await expect(stage.bot.edit(ref, say('live'))).rejects.toMatchObject({ name: 'RefusedError', kind: 'gone' });
    const other = await stage.bot.post(deploys.id, say('building'));
    deploys.members.delete(stage.world.bot.id);
    await expect(stage.bot.edit(other, say('live'))).rejects.toMatchObject({ kind: 'channel' });
    await expect(stage.bot.post(deploys.id, say('x'))).rejects.toBeInstanceOf(RefusedError);
    expect(stage.bot.problem?.()).toBe(
      `cannot write in ${deploys.id}: You do not have the appropriate permissions. Add the bot to that channel: \`/invite @\` and its name.`,
    );
    deploys.members.add(stage.world.bot.id);
    await stage.bot.post(deploys.id, say('x'));
    expect(stage.bot.problem?.()).toBeUndefined();
  });

  it('has its picture and its whole log as files', async () => {
    const picture = { png: new Uint8Array([137, 80]), alt: 'a chart' };
    const { message } = await stage.bot.post(stage.world.deploys.id, {
      ...say('log'),
      code: 'line\n'.repeat(2_000),
      picture,
    });
    const ids = stage.world.posts.get(message)?.file_ids ?? [];
    expect(ids.map((id) => [stage.world.files.get(id)?.name, stage.world.files.get(id)?.size])).toEqual([
      ['log.txt', 10_000],
      ['picture.png', 2],
    ]);
  });
});

describe('a channel', () => {
  it('is open, or refused with what to do', async () => {
    const { deploys, lounge } = stage.world;
    const invite = 'Add the bot to that channel: `/invite @` and its name.';
    await expect(stage.bot.reach?.(deploys.id)).resolves.toEqual({ state: 'open' });
    await expect(stage.bot.reach?.(lounge.id)).resolves.toEqual({
      state: 'refused',
      why: 'I am not in it',
      step: invite,
    });
    await expect(stage.bot.reach?.('x'.repeat(26))).resolves.toEqual({
      state: 'refused',
      why: 'it does not exist, or I am not in it',
      step: invite,
    });
    deploys.delete_at = 1;
    await expect(stage.bot.reach?.(deploys.id)).resolves.toEqual({
      state: 'refused',
      why: 'it is archived',
      step: 'Unarchive the channel, or choose another one.',
    });
    deploys.delete_at = 0;
  });
});

it('tells one person alone, and finds who has an address', async () => {
  const { ada } = stage.world;
  await stage.bot.tell?.(ada.id, say('for you'));
  expect(stage.postsIn({ direct: ada.id }).map(textOf)).toEqual(['for you']);
  await expect(stage.bot.accountOfEmail?.('ada@example.com')).resolves.toBe(ada.id);
  await expect(stage.bot.accountOfEmail?.('nobody@example.com')).resolves.toBeUndefined();
});
