import { beforeEach, describe, expect, it } from '@jest/globals';
import { readManifest } from '../../support/slack/manifest.ts';
import { validateSlackMessage } from '../../support/slack/validate.ts';
import { webApi } from '../../support/slack/web-api.ts';
import { createSlackWorld, type SlackWorld } from '../../support/slack/world.ts';

let world: SlackWorld;
let methods: ReturnType<typeof webApi>;
beforeEach(() => {
  world = createSlackWorld();
  methods = webApi(world, readManifest());
});

const rich = [
  { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a' }] }] },
];
const section = { type: 'section', text: { type: 'plain_text', text: 'a' } };

function call(method: string, args: Record<string, unknown>): Record<string, unknown> {
  return methods[method]?.(args) ?? {};
}

const post = (channel: string, blocks: unknown = rich) => call('chat.postMessage', { channel, text: 'a', blocks });

describe('the Slack of these tests', () => {
  it('limits how often each method may be called', () => {
    // “auth.test … hundreds of requests per minute”: the one that tells whether Slack is there.
    const unlimited = Object.keys(methods).filter((name) => world.limits[name] === undefined);
    expect(unlimited).toEqual(['auth.test']);
  });

  it('lets an app write in no direct messages of others', () => {
    expect(() => post(world.foreignDirect)).toThrow('channel_not_found');
    const whisper = { channel: world.foreignDirect, user: 'U1', text: 'a', blocks: rich };
    expect(() => call('chat.postEphemeral', whisper)).toThrow('channel_not_found');
  });

  it('takes ephemeral messages and files of members alone', () => {
    world.channels.add('CPUBLIC');
    expect(post('CPUBLIC')).toMatchObject({ channel: 'CPUBLIC' });
    const whisper = { channel: 'CPUBLIC', user: 'U1', text: 'a', blocks: rich };
    expect(() => call('chat.postEphemeral', whisper)).toThrow('not_in_channel');
  });

  it('edits nothing after the time in which a workspace lets people edit', () => {
    const { ts } = post('C1');
    world.editWindowClosed = true;
    expect(() => call('chat.update', { channel: 'C1', ts, text: 'b', blocks: rich })).toThrow('edit_window_closed');
  });

  it('replaces rich text by nothing else', () => {
    const { ts } = post('C1');
    expect(() => call('chat.update', { channel: 'C1', ts, text: 'b', blocks: [section] })).toThrow('block_mismatch');
  });

  it('takes five answers by a response_url, within half an hour', () => {
    const id = world.makeResponseUrl('C1').split('/').at(-1) ?? '';
    for (let use = 1; use <= 5; use += 1) expect(world.useResponseUrl(id)).toBe('C1');
    expect(() => world.useResponseUrl(id)).toThrow('used_url');
    const late = world.makeResponseUrl('C1').split('/').at(-1) ?? '';
    world.clockMs += 30 * 60_000;
    expect(() => world.useResponseUrl(late)).toThrow('expired_url');
  });

  it('wants each block_id once in a message', () => {
    const twice = [1, 2].map(() => ({ ...section, block_id: 'b' }));
    expect(validateSlackMessage({ text: 'a', blocks: twice })).toEqual(['invalid_blocks: a block_id is not unique']);
  });

  it('takes no time and no person in preformatted text', () => {
    const inside = [
      { type: 'date', timestamp: 1, format: '{ago}' },
      { type: 'user', user_id: 'U1' },
    ];
    for (const element of inside) {
      const blocks = [{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [element] }] }];
      expect(validateSlackMessage({ text: 'a', blocks })).toContainEqual(expect.stringMatching(/^invalid_blocks/));
    }
  });

  it('knows the address of a message that is there', () => {
    const { ts } = post('C1');
    expect(call('chat.getPermalink', { channel: 'C1', message_ts: ts })).toEqual({
      channel: 'C1',
      permalink: `https://acme.slack.com/archives/C1/p${String(ts).replace('.', '')}`,
    });
    expect(() => call('chat.getPermalink', { channel: 'C2', message_ts: ts })).toThrow('message_not_found');
  });
});
