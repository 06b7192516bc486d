import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Deployment } from '../../../src/entities/deployment.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { lastDialog, textOf } from '../../support/mattermost/people.ts';
import { type MattermostStage, makeMattermostStage } from '../../support/mattermost/stage.ts';
import { until } from '../../support/until.ts';

let stage: MattermostStage;
beforeAll(async () => {
  stage = await makeMattermostStage();
});
beforeEach(() => {
  const { world } = stage;
  world.posts.clear();
  for (const list of [world.ephemerals, world.dialogs, world.refused, world.requests]) list.length = 0;
});
afterAll(() => stage.close());

const whisperTo = (account: string) =>
  until('what one person sees', () => stage.world.ephemerals.find((one) => one.account === account));
const firstPost = (place: Parameters<MattermostStage['postsIn']>[0] = {}) =>
  until('a post', () => stage.postsIn(place)[0]);

describe('the slash command', () => {
  it('is answered for the person’s eyes', async () => {
    await expect(stage.people.slash(stage.world.ada.id, 'whoami')).resolves.toBe(200);
    expect(textOf(await whisperTo(stage.world.ada.id))).toContain('admin');
    expect([stage.postsIn(), stage.world.refused]).toEqual([[], []]);
  });

  it('is answered for all where it changes something, with who asked', async () => {
    await stage.people.slash(stage.world.ada.id, 'env set shop/api MODE=two');
    const text = textOf(await firstPost());
    expect(text).toMatch(/\nAsked by Ada$/);
  });

  it('is answered by the request where the bot is no member', async () => {
    const { ada, lounge } = stage.world;
    await stage.people.slash(ada.id, 'env set shop/api MODE=one', { channel: lounge });
    const post = await until('the answer', () =>
      [...stage.world.posts.values()].find((one) => one.channel_id === lounge.id),
    );
    expect([post.user_id, post.props['from_webhook']]).toEqual([ada.id, 'true']);
  });

  it('without the right token is refused', async () => {
    await expect(stage.people.slash(stage.world.ada.id, 'whoami', { token: 'made-up' })).resolves.toBe(401);
    expect(stage.world.ephemerals).toEqual([]);
  });

  it('opens the form of a command alone, and runs what was filled in', async () => {
    await stage.people.slash(stage.world.ada.id, 'deploy');
    const { account, dialog } = lastDialog(stage.world);
    expect([account, dialog.elements.map(({ name, type }) => [name, type])]).toEqual([
      stage.world.ada.id,
      [
        ['app', 'radio'],
        ['ref', 'text'],
      ],
    ]);
    await expect(stage.people.submit(stage.world.ada.id, { app: 'shop/nothing' })).resolves.toEqual({
      errors: { app: expect.stringContaining('shop/nothing') },
    });
    await expect(stage.people.submit(stage.world.ada.id, { app: 'shop/api' })).resolves.toEqual({});
    await until('a deployment', () =>
      stage.db.database.asSystem().count(Deployment, { application: stage.application.id }),
    );
    await stage.people.slash(stage.world.ada.id, 'cancel shop/api');
  });

  it('asks for a secret in a dialog, and shows it nowhere', async () => {
    await stage.people.slash(stage.world.ada.id, 'env set shop/api KEY --secret');
    const { dialog } = lastDialog(stage.world);
    const [name = ''] = dialog.elements.map((element) => element.name);
    await expect(stage.people.submit(stage.world.ada.id, { [name]: 'hunter2hunter2' })).resolves.toEqual({});
    await firstPost();
    expect(
      JSON.stringify([[...stage.world.posts.values()], stage.world.ephemerals, stage.world.dialogs]),
    ).not.toContain('hunter2');
  });

  it('names channels by their names, which arrive as ids', async () => {
    await stage.people.slash(stage.world.ada.id, 'notify add shop failed ~deploys');
    await firstPost();
    const route = await stage.db.database.asSystem().findOneOrFail(NotificationRoute, { project: stage.project.id });
    expect([route.platform, route.channel]).toEqual(['mattermost', stage.world.deploys.id]);
  });
});

describe('a dialog', () => {
  it('answers its own person alone', async () => {
    await stage.people.slash(stage.world.ada.id, 'deploy');
    await expect(stage.people.submit(stage.world.bob.id, { app: 'shop/api' })).resolves.toEqual({
      error: 'This form is too old or not yours, and nothing was run. Close it and open it again.',
    });
  });
});

describe('a mention', () => {
  it('is answered in its thread', async () => {
    const asked = stage.people.say(stage.world.ada.id, '@shipmate: env set shop/api MODE=two');
    await firstPost();
    const [answer] = [...stage.world.posts.values()].filter(({ user_id: author }) => author === stage.world.bot.id);
    expect(answer?.root_id).toBe(asked.id);
  });

  // Before the next one, after which the bot does not try for an hour.
  it('is answered for one person’s eyes where the bot may', async () => {
    stage.world.botIsAdmin = true;
    stage.people.say(stage.world.ada.id, '@shipmate whoami');
    expect(textOf(await whisperTo(stage.world.ada.id))).toContain('admin');
    stage.world.botIsAdmin = false;
  });

  it('is answered in the direct messages where one person alone is to see it', async () => {
    stage.people.say(stage.world.ada.id, '@shipmate whoami');
    expect(textOf(await firstPost({ direct: stage.world.ada.id }))).toContain('admin');
    expect(stage.postsIn()).toEqual([]);
  });
});
