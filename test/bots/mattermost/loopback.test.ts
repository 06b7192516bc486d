import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client4, ClientError, WebSocketClient } from '@mattermost/client';
import { attachmentProblems, dialogProblems } from '../../support/mattermost/validate.ts';
import { startMattermost } from '../../support/mattermost/mattermost.ts';
import { until } from '../../support/until.ts';

/** The server of these tests, as the official client of Mattermost meets it. */
let mattermost: Awaited<ReturnType<typeof startMattermost>>;
const client = new Client4();
beforeAll(async () => {
  mattermost = await startMattermost();
  client.setUrl(mattermost.url);
  client.setToken(mattermost.world.token);
});
afterAll(() => mattermost.close());

describe('the official client', () => {
  it('knows itself, posts, edits, reads back, and opens a conversation', async () => {
    const { ada, bot, deploys } = mattermost.world;
    expect((await client.getMe()).id).toBe(bot.id);
    const post = await client.createPost({ channel_id: deploys.id, message: 'hello' });
    const edited = await client.patchPost({ id: post.id, message: 'hello again' });
    expect([edited.id, (await client.getPost(post.id)).message]).toEqual([post.id, 'hello again']);
    const { order } = await client.getPostsSince(deploys.id, 1);
    expect(order).toContain(post.id);
    const direct = await client.createDirectChannel([bot.id, ada.id]);
    expect(direct.name).toBe([bot.id, ada.id].sort().join('__'));
  });

  it('uploads a file for a post', async () => {
    const form = new FormData();
    form.set('channel_id', mattermost.world.deploys.id);
    form.append('files', new Blob(['log']), 'log.txt');
    const { file_infos: infos } = await client.uploadFile(form);
    expect(infos.map(({ name, size }) => [name, size])).toEqual([['log.txt', 3]]);
  });

  it('is told what is refused, as errors of the API', async () => {
    const { lounge } = mattermost.world;
    const refusal = await client.createPost({ channel_id: lounge.id, message: 'x' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ClientError);
    expect(refusal).toMatchObject({ server_error_id: 'api.context.permissions.app_error', status_code: 403 });
  });

  it('hears of posts by the WebSocket, after the challenge', async () => {
    const socket = new WebSocketClient();
    const events: string[] = [];
    socket.addMessageListener(({ event, seq }) => events.push(`${seq} ${event}`));
    socket.addMissedMessageListener(() => events.push('missed'));
    socket.initialize(`${mattermost.url.replace('http', 'ws')}/api/v4/websocket`, mattermost.world.token);
    await until('a hello', () => events.length > 0);
    await client.createPost({ channel_id: mattermost.world.deploys.id, message: 'heard' });
    await until('the post', () => events.length > 1);
    expect(events).toEqual(['0 hello', '1 posted']);
    expect(mattermost.socket.counts.challenged).toBe(1);
    socket.close();
    await until('the end of it', () => mattermost.socket.connected() === 0);
  });
});

describe('the server of these tests', () => {
  const action = {
    id: 'press0',
    type: 'button' as const,
    name: 'x',
    integration: { url: 'https://x.example', context: {} },
  };
  const attachment = { fallback: 'x', color: '#123456', text: 'x' };

  it.each([
    [{ ...action, id: 'press-0' }, 'the id press-0 of an action'],
    [{ ...action, id: 'press_0' }, 'the id press_0 of an action'],
    [{ ...action, name: '' }, 'an action without a name'],
    [{ ...action, type: 'select' as const }, 'a menu without options'],
    [{ ...action, integration: { url: 'ship.example', context: {} } }, 'the integration URL ship.example'],
  ])('takes no action with a fault: %j', (one, problem) => {
    expect(attachmentProblems({ ...attachment, actions: [one] })).toEqual([problem]);
  });

  it('takes no dialog that clients do not open', () => {
    const element = { display_name: 'x', name: 'x', type: 'text' as const, optional: false };
    const dialog = {
      callback_id: 'shipmate' as const,
      title: 'x',
      submit_label: 'Go',
      notify_on_cancel: false as const,
      state: '',
    };
    const problems = (more: object) => dialogProblems({ ...dialog, elements: [{ ...element, ...more }] });
    expect(problems({})).toEqual([]);
    expect(dialogProblems({ ...dialog, title: 'ä'.repeat(13), elements: [] })).toEqual([`the title ${'ä'.repeat(13)}`]);
    expect(problems({ display_name: 'x'.repeat(25) })).toEqual([`x: the label ${'x'.repeat(25)}`]);
    expect(problems({ default: 'x'.repeat(151) })).toEqual(['x: the default']);
    expect(problems({ help_text: 'x'.repeat(151) })).toEqual(['x: the help text']);
    expect(problems({ type: 'select', options: [{ text: 'a', value: 'a' }], default: 'b' })).toEqual([
      'x: a default that is no option',
    ]);
  });
});
