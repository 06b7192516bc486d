import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../../support/mattermost/people.ts';
import { type MattermostStage, makeMattermostStage } from '../../support/mattermost/stage.ts';
import { createPost } from '../../support/mattermost/posting.ts';
import { directChannel } from '../../support/mattermost/world.ts';
import { until } from '../../support/until.ts';

let stage: MattermostStage;
beforeAll(async () => {
  stage = await makeMattermostStage();
});
beforeEach(() => {
  stage.world.posts.clear();
  stage.world.refused.length = 0;
});
afterEach(() => stage.connected());
afterAll(() => stage.close());

/** How many answers Ada has got to what she wrote. */
const answers = () =>
  stage.postsIn({ direct: stage.world.ada.id }).filter((post) => textOf(post).includes('admin')).length;
const answered = (times: number) => until(`${times} answers`, () => answers() === times);
const direct = () => directChannel(stage.world, stage.world.ada.id, stage.world.bot.id);

describe('a WebSocket', () => {
  it('that breaks without a word is resumed: what was written meanwhile is answered once', async () => {
    const { opened, resumed } = stage.socket.counts;
    stage.socket.drop();
    stage.people.direct(stage.world.ada.id, 'whoami');
    await answered(1);
    await stage.connected();
    expect([stage.socket.counts.opened - opened, stage.socket.counts.resumed - resumed > 0]).toEqual([0, true]);
    expect(answers()).toBe(1);
  });

  it('that loses an event gets it again', async () => {
    const { resumed } = stage.socket.counts;
    stage.socket.faults.swallow = 1;
    stage.people.direct(stage.world.ada.id, 'whoami');
    // The next one has a number that does not follow.
    stage.people.say(stage.world.ada.id, 'nobody is meant');
    await answered(1);
    expect(stage.socket.counts.resumed).toBeGreaterThan(resumed);
  });

  it('that the server has forgotten is begun anew, and what was missed is read', async () => {
    const { opened } = stage.socket.counts;
    stage.people.direct(stage.world.ada.id, 'whoami');
    await answered(1);
    stage.socket.forget();
    const { ada } = stage.world;
    createPost(stage.world, ada.id, { channel_id: direct().id, message: 'whoami' });
    createPost(stage.world, ada.id, { channel_id: stage.world.deploys.id, message: '@shipmate whoami' });
    createPost(stage.world, ada.id, { channel_id: stage.world.deploys.id, message: 'nobody is meant' });
    await answered(3);
    expect(stage.socket.counts.opened).toBe(opened + 1);
  });

  it('that gives no answer any more is left for another one', async () => {
    const { opened, resumed } = stage.socket.counts;
    const bot = stage.makeBot({ pingMs: 50 });
    await bot.start();
    await until('a connection', () => stage.socket.counts.opened > opened && bot.problem?.() === undefined);
    stage.socket.faults.pongs = false;
    await until('a new handshake', () => stage.socket.counts.resumed > resumed);
    stage.socket.faults.pongs = true;
    await until('a connection', () => bot.problem?.() === undefined);
    await bot.stop();
  });

  it('is shared: with two processes each line runs once', async () => {
    const bot = stage.makeBot();
    await bot.start();
    await until('both', () => stage.socket.connected() === 2 && bot.problem?.() === undefined);
    stage.people.direct(stage.world.ada.id, 'whoami');
    stage.people.direct(stage.world.ada.id, 'whoami');
    await answered(2);
    await bot.stop();
    expect(answers()).toBe(2);
  });
});

describe('a server', () => {
  it('that is away is waited for, with the reason', async () => {
    stage.world.down = true;
    stage.socket.drop();
    await until('the reason', () => stage.bot.problem?.()?.includes('503'));
    expect(stage.bot.problem?.()).toBe('cannot reach Mattermost: the server answered 503');
    stage.world.down = false;
    await stage.connected();
  });

  it('that refuses the token is named with what to do, and never with the token', async () => {
    const bot = stage.makeBot({ token: 'made-up-token' });
    await bot.start();
    const why = await until('the reason', () => bot.problem?.()?.includes('refuses') && bot.problem());
    expect(why).toBe(
      'cannot reach Mattermost: it refuses SHIPMATE_MATTERMOST_TOKEN. Make another one under Integrations → Bot Accounts → Create New Token.',
    );
    await bot.stop();
  });

  it('that wants a pause gets it, and nothing is lost', async () => {
    stage.world.limitNext = 2;
    const [one, two] = await Promise.all(
      ['one', 'two'].map((text) => stage.bot.post(stage.world.deploys.id, { tone: 'info', text })),
    );
    expect([
      stage
        .postsIn()
        .map(({ id }) => id)
        .sort(),
      stage.world.limitNext,
    ]).toEqual([[one?.message, two?.message].sort(), 0]);
  });

  it('whose answer is lost posts once, and the post says what the later one says', async () => {
    const { id } = stage.world.deploys;
    stage.world.lostNext = 1;
    const post = (text: string) => stage.bot.post(id, { tone: 'info', text }, 'a-key');
    await expect(post('first')).rejects.toThrow('the server answered 502');
    // Half a minute later the server has forgotten the key, and the post is found by its mark.
    stage.world.pending.clear();
    const { message } = await post('second');
    expect(stage.postsIn().map((shown) => [shown.id, textOf(shown)])).toEqual([[message, 'second']]);
  });
});
