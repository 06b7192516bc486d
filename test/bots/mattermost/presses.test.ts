import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPress, sealPress } from '../../../src/bots/mattermost/press.ts';
import { openState, sealState } from '../../../src/bots/mattermost/dialog-state.ts';
import { Project } from '../../../src/entities/project.ts';
import { createCipher } from '../../../src/secrets/aes-gcm.ts';
import type { Action } from '../../../src/replies/reply.ts';
import { lastDialog } from '../../support/mattermost/people.ts';
import { type MattermostStage, makeMattermostStage } from '../../support/mattermost/stage.ts';
import { makeTrigger } from '../../support/mattermost/triggers.ts';

let stage: MattermostStage;
beforeAll(async () => {
  stage = await makeMattermostStage();
});
beforeEach(() => {
  const { world } = stage;
  world.posts.clear();
  for (const list of [world.ephemerals, world.dialogs, world.refused]) list.length = 0;
});
afterAll(() => stage.close());

async function posted(...actions: Action[]) {
  await stage.bot.post(stage.world.deploys.id, { tone: 'info', text: 'x', actions });
  const [post] = stage.postsIn();
  if (!post) throw new Error('nothing was posted');
  return post;
}

describe('a button', () => {
  it('runs its line, and shows the answer to the person alone', async () => {
    const post = await posted({ label: 'Who am I?', command: 'whoami' });
    await expect(stage.people.press(stage.world.ada.id, post, 'Who am I?')).resolves.toContain('admin');
    await expect(stage.people.press(stage.world.bob.id, post, 'Who am I?')).resolves.toContain('viewer');
    expect([stage.postsIn().length, stage.world.refused]).toEqual([1, []]);
  });

  it('that asks first opens a dialog without elements, which runs the line', async () => {
    const post = await posted({ label: 'Who am I?', command: 'whoami', confirm: 'Really **ask**?' });
    await expect(stage.people.press(stage.world.ada.id, post, 'Who am I?')).resolves.toBe('');
    const { dialog } = lastDialog(stage.world);
    expect([dialog.title, dialog.introduction_text, dialog.elements]).toEqual([
      'Who am I?',
      'Really \\*\\*ask\\*\\*?',
      [],
    ]);
    await expect(stage.people.submit(stage.world.ada.id, {})).resolves.toEqual({});
  });

  it('that opens a form does', async () => {
    const post = await posted({ label: 'Deploy', command: 'deploy shop/api', form: true });
    await stage.people.press(stage.world.ada.id, post, 'Deploy');
    expect(lastDialog(stage.world).dialog.elements.map(({ default: preset, name }) => [name, preset])).toEqual([
      ['app', 'shop/api'],
      ['ref', undefined],
    ]);
  });

  it('of a menu runs the line that is chosen', async () => {
    const actions = Array.from({ length: 12 }, (_, at) => ({
      label: `Line ${at}`,
      command: at === 9 ? 'whoami' : 'help',
    }));
    const post = await posted(...actions);
    await expect(stage.people.press(stage.world.bob.id, post, 'More', '2')).resolves.toContain('viewer');
    await expect(stage.people.press(stage.world.bob.id, post, 'More', '99')).resolves.toBe(403);
  });
});

describe('a press that was made up', () => {
  it('is refused: in another channel, in another’s name, too old, changed', async () => {
    const post = await posted({ label: 'Who am I?', command: 'whoami' });
    const context = post.attachments[0]?.actions?.[0]?.integration.context ?? {};
    const { ada, bob, deploys, lounge } = stage.world;
    const pressed = { user_id: ada.id, channel_id: deploys.id, post_id: post.id, context };
    const statusOf = async (more: object) => (await stage.people.send({ ...pressed, ...more })).status;
    const trigger_id = makeTrigger(stage.world, ada.id);
    await expect(statusOf({ trigger_id })).resolves.toBe(200);
    await expect(statusOf({ trigger_id, channel_id: lounge.id })).resolves.toBe(403);
    await expect(statusOf({ trigger_id, user_id: bob.id })).resolves.toBe(403);
    await expect(statusOf({ trigger_id: makeTrigger(stage.world, ada.id, Date.now() - 3_600_000) })).resolves.toBe(403);
    await expect(
      statusOf({ trigger_id: Buffer.from(`x:${ada.id}:${Date.now()}:AAAA`).toString('base64') }),
    ).resolves.toBe(403);
    await expect(statusOf({})).resolves.toBe(403);
    const sealed = String(context['sealed']).replace('whoami', 'project delete shop');
    await expect(statusOf({ trigger_id, context: { ...context, sealed } })).resolves.toBe(403);
    await expect(statusOf({ trigger_id, context: {} })).resolves.toBe(403);
    expect((await stage.people.send({ text: 'x' })).status).toBe(400);
    await expect(stage.db.database.asSystem().count(Project, { name: 'shop' })).resolves.toBe(1);
  });
});

describe('what is signed', () => {
  const cipher = createCipher([Buffer.alloc(32, 1)]);
  const at = new Date('2026-11-29T08:00:00Z');
  const later = (days: number) => new Date(at.getTime() + days * 86_400_000);
  const pressed = { channel: 'c', post: 'p', account: 'a', option: undefined };

  it('is a press for its channel, its post, its person and thirty days', () => {
    const context = sealPress({ choices: [{ line: 'status' }] }, { channel: 'c', post: 'p', account: 'a' }, cipher, at);
    expect(openPress(context, pressed, cipher, later(29))).toEqual({ choice: { line: 'status' } });
    expect(openPress(context, pressed, cipher, later(31))).toEqual({
      problem: 'This button is too old. Type the command instead.',
    });
    expect(openPress(context, { ...pressed, account: 'b' }, cipher, at)).toEqual({
      problem: 'This is for somebody else.',
    });
    expect(openPress(context, { ...pressed, channel: 'd' }, cipher, at)).toBeUndefined();
    expect(openPress(context, { ...pressed, post: 'q' }, cipher, at)).toBeUndefined();
    expect(openPress(context, pressed, createCipher([Buffer.alloc(32, 2)]), at)).toBeUndefined();
  });

  it('is a dialog for its person and a day, and no press', () => {
    const state = { line: 'deploy', thread: 'c', account: 'a' };
    const sealed = sealState(state, cipher, at);
    expect(openState(sealed, 'a', cipher, later(0.9))).toEqual(state);
    expect(openState(sealed, 'a', cipher, later(1.1))).toBeUndefined();
    expect(openState(sealed, 'b', cipher, at)).toBeUndefined();
    expect(openState('x', 'a', cipher, at)).toBeUndefined();
    const [signature, text] = [sealed.slice(0, sealed.indexOf('.')), sealed.slice(sealed.indexOf('.') + 1)];
    expect(openPress({ sealed: text, signature }, pressed, cipher, at)).toBeUndefined();
  });
});

it('answers no request but at the server that is set up, wherever its `response_url` leads', async () => {
  // The site has another address than the one that Shipmate calls.
  const { ada, deploys, hooks } = stage.world;
  await stage.people.slash(ada.id, 'env set shop/api A=1', { channel: stage.world.lounge });
  expect([...hooks.values()].map(({ uses }) => uses)).toContain(1);
  expect(deploys.members.has(ada.id)).toBe(true);
});
