import { describe, expect, it } from '@jest/globals';
import { renderReply } from '../../../src/bots/discord/render.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';

describe('a time', () => {
  it('is the reader’s, and what people wrote like one is text', () => {
    const text = 'Expires at 2026-11-30 08:00 UTC. <t:1:R>';
    const { embeds } = renderReply({ tone: 'info', text }, createStoredLines());
    expect(embeds[0]?.description).toBe('Expires at <t:1796025600:f>. <\u200bt:1:R>');
  });
});
