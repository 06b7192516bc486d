import { describe, expect, it } from '@jest/globals';
import type { APIInteraction } from 'discord.js';
import { originOf } from '../../../src/bots/discord/origin.ts';

const user = { id: '4', username: 'ada', global_name: null };

describe('the place of an interaction', () => {
  it.each([
    ['a channel of a guild', { guild_id: '2', context: 0, member: { user, nick: 'Ada' } }, true],
    ['direct messages with the bot', { context: 1, user }, false],
    ['direct messages of several people', { context: 2, user }, true],
    ['direct messages, where Discord tells no context', { user }, false],
  ])('tells whether others read along: %s', (_place, interaction, shared) => {
    const { shared: found } = originOf({ channel: { id: '3' }, ...interaction } as unknown as APIInteraction);
    expect(found).toBe(shared);
  });
});
