import { describe, expect, it } from '@jest/globals';
import { renderComponents } from '../../../src/bots/discord/components.ts';
import { renderEmbeds } from '../../../src/bots/discord/embeds.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';
import { wordsOf } from '../../support/discord/shown.ts';

describe('a time', () => {
  it('is the reader’s, and what people wrote like one is text', () => {
    const text = 'Expires at 2026-11-30 08:00 UTC. <t:1:R>';
    const reply = { tone: 'info', text } as const;
    const shown = 'Expires at <t:1796025600:f>. <\u200bt:1:R>';
    expect(renderEmbeds(reply, createStoredLines()).embeds[0]?.description).toBe(shown);
    expect(wordsOf(renderComponents(reply, createStoredLines()))).toBe(shown);
  });

  it('is text where Discord would show the mark itself: in titles, names of fields, tables and logs', () => {
    const at = '2026-11-30 08:00 UTC';
    const table = { columns: ['When', 'What'], rows: [[at, 'backup']] };
    const fields = [{ name: at, value: at }];
    const reply = { tone: 'info', title: at, fields, table, code: at } as const;
    const [embed] = renderEmbeds(reply, createStoredLines()).embeds;
    expect([embed?.title, embed?.fields]).toEqual([at, [{ name: at, value: '<t:1796025600:f>', inline: true }]]);
    expect(embed?.description).not.toContain('<t:');
    const [title, named = '', ...rest] = wordsOf(renderComponents(reply, createStoredLines())).split('\n');
    expect([title, named]).toEqual([`### ${at}`, `**${at}:** <t:1796025600:f>`]);
    expect(rest.join('\n')).toContain(at);
    expect(rest.join('\n')).not.toContain('<t:');
  });
});
