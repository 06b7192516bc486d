import { describe, expect, it } from '@jest/globals';
import { renderReply } from '../../../src/bots/discord/render.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';

describe('a time', () => {
  it('is the reader’s, and what people wrote like one is text', () => {
    const text = 'Expires at 2026-11-30 08:00 UTC. <t:1:R>';
    const { embeds } = renderReply({ tone: 'info', text }, createStoredLines());
    expect(embeds[0]?.description).toBe('Expires at <t:1796025600:f>. <\u200bt:1:R>');
  });

  it('is text where Discord would show the mark itself: in titles, names of fields, tables and logs', () => {
    const at = '2026-11-30 08:00 UTC';
    const table = { columns: ['When', 'What'], rows: [[at, 'backup']] };
    const fields = [{ name: at, value: at }];
    const { embeds } = renderReply({ tone: 'info', title: at, fields, table, code: at }, createStoredLines());
    const [embed] = embeds;
    expect([embed?.title, embed?.fields]).toEqual([at, [{ name: at, value: '<t:1796025600:f>', inline: true }]]);
    expect(embed?.description).not.toContain('<t:');
  });
});
