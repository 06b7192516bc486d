import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatIdentity } from '../../../src/entities/chat-identity.ts';
import { linkIdentity } from '../../support/person.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import type { Limit } from '../../support/slack/world.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
beforeAll(async () => {
  stage = await makeSlackStage();
  stage.world.channels.add('CPUBLIC');
});
beforeEach(() => stage.forget());
afterEach(() => expect(stage.world.refused).toEqual([]));
afterAll(() => stage.close());

const message = (at = 0) => until('message', () => stage.world.messages[at]);
const shared = () =>
  until('file', () => [...stage.world.files.values()].find(({ channel }) => channel !== undefined)?.channel);
const picture = { png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]), alt: 'Load of a day' };

describe('a public channel that Shipmate is not in', () => {
  it('gets the answer, and the person the file that Slack does not take there', async () => {
    const { dispatch } = stage.dispatcher;
    stage.dispatcher.dispatch = async () => ({ tone: 'info', text: 'Load', picture });
    await stage.people.slash('project create unused', { channel: 'CPUBLIC' });
    expect(await message()).toMatchObject({ channel: 'CPUBLIC' });
    expect(await shared()).toBe('D1');
    stage.dispatcher.dispatch = dispatch;
    expect(stage.world.refused.splice(0)).toEqual(['files.completeUploadExternal: not_in_channel']);
  });

  it('gets a notification, and under it what its picture needs', async () => {
    const { message: ts } = await stage.bot.post('CPUBLIC', { tone: 'info', title: 'Digest of shop/*', picture });
    const note = stage.world.messages[1];
    expect(note).toMatchObject({ channel: 'CPUBLIC', thread: ts });
    expect(wordsOf(note?.blocks)).toContain('type /invite @Shipmate');
    expect(stage.world.refused.splice(0)).toEqual(['files.completeUploadExternal: not_in_channel']);
  });
});

describe('a message that Slack lets nobody edit', () => {
  it.each(['cant_update_message', 'is_inactive', 'block_mismatch'] as const)('is closed: %s', async (reason) => {
    const ref = await stage.bot.post('C1', { tone: 'info', text: 'building' });
    stage.world.unchangeable.set(ref.message, reason);
    await expect(stage.bot.edit(ref, { tone: 'info', text: 'done' })).rejects.toMatchObject({ kind: 'closed' });
    expect(stage.world.refused.splice(0)).toEqual([`chat.update: ${reason}`]);
  });
});

describe('a method that was called too often', () => {
  const usual = new Map<string, Limit>();
  function limit(method: string): void {
    usual.set(method, stage.world.limits[method] ?? { perMinute: 0, retryAfter: 0 });
    stage.world.limits[method] = { perMinute: 0, retryAfter: 1 };
  }
  async function release(method: string): Promise<void> {
    await until('a refusal', () => stage.world.limited.includes(method));
    Object.assign(stage.world.limits, Object.fromEntries(usual));
  }

  it('is called again when Slack says so: the Home tab is drawn', async () => {
    limit('views.publish');
    await stage.people.openHome();
    await release('views.publish');
    await until('the tab', () => stage.world.homes.get('U1'));
  });

  it('is called again: a person is told', async () => {
    limit('conversations.open');
    const told = stage.bot.tell?.('U2', { tone: 'info', text: 'Your route is refused.' });
    await release('conversations.open');
    await told;
    expect(await message()).toMatchObject({ channel: 'D2' });
  });

  it('is called again: a file goes up', async () => {
    limit('files.getUploadURLExternal');
    const posted = stage.bot.post('C1', { tone: 'info', text: 'Load', picture });
    await release('files.getUploadURLExternal');
    await posted;
    expect(await shared()).toBe('C1');
  });
});

describe('people of another workspace', () => {
  it('are the same in what Slack sends of them by either workspace', async () => {
    stage.world.people.set('U8', 'grace');
    await linkIdentity(stage.db.database, stage.ada, { platform: 'slack', workspace: 'T1', account: 'U8' });
    const elsewhere = { user: 'U8', channel: 'C1', team: 'T9' };
    await stage.people.mention('whoami', elsewhere);
    const asked = await until('answer', () => stage.world.whispers[0]);
    expect(wordsOf(asked.blocks)).toContain(stage.ada.username);
    const button = { type: 'button', action_id: 'run:0', value: 'whoami', text: { type: 'plain_text', text: 'Who' } };
    await stage.people.press([{ type: 'actions', elements: [button] }], 'Who', elsewhere);
    const pressed = await until('answer', () => stage.world.whispers[1]);
    expect(wordsOf(pressed.blocks)).toContain(stage.ada.username);
    const links = await stage.db.database.asSystem().find(ChatIdentity, { account: 'U8' });
    expect(links.map(({ workspace }) => workspace)).toEqual(['T1']);
  });

  it('are answered in Enterprise Grid as elsewhere', async () => {
    stage.world.enterprise = 'E1';
    await stage.people.slash('whoami');
    const { blocks } = await until('answer', () => stage.world.whispers[0]);
    expect(wordsOf(blocks)).toContain(stage.ada.username);
    await stage.people.mention('whoami');
    await until('another answer', () => stage.world.whispers[1]);
    stage.world.enterprise = undefined;
  });
});
