import { describe, expect, it } from '@jest/globals';
import { renderReply } from '../../../src/bots/slack/render.ts';
import type { Action, Reply } from '../../../src/replies/reply.ts';
import { buttonsOf, wordsOf } from '../../support/slack/people.ts';
import { validateSlackMessage } from '../../support/slack/validate.ts';

const nasty =
  '<!channel> <!here> <@U1> @everyone @here `x` ```y``` *b* _i_ ~s~ **c** & < > \u202eabc \u0007 <https://a.b|c>';
const names = Array.from({ length: 10_000 }, (_, at) => `project-${at}/${'a'.repeat(200)}`);

function filled(text: string): Reply {
  return {
    tone: 'danger',
    title: text,
    text,
    fields: [{ name: text, value: text }],
    table: { columns: ['Name', 'What'], rows: [[text, text]] },
    code: text,
    link: { label: text, url: 'https://shop.example' },
    actions: [{ label: text, command: text, style: 'danger', confirm: text }],
  };
}

const button = (at: number): Action => ({
  label: `Do ${at}`,
  command: `status ${'x'.repeat(1_500)}`,
  confirm: 'Really?',
});

const extremes: [string, Reply][] = [
  ['nothing at all', { tone: 'info' }],
  ['empty texts', filled('')],
  ['text that wants to ping and to format', filled(nasty)],
  ['very long texts', filled('long words '.repeat(2_000))],
  ['one very long word', filled('x'.repeat(20_000))],
  ['emoji at the cut', filled('👩‍👩‍👧‍👦'.repeat(2_000))],
  ['only quotes, line breaks and backslashes', filled('"\\\n'.repeat(4_000))],
  ['formats everywhere', filled('`a` **b** '.repeat(2_000))],
  ['addresses everywhere', filled('https://a.example/b '.repeat(1_000))],
  ['right-to-left text', filled('שלום \u202e\u2067 مرحبا '.repeat(200))],
  ['10 000 rows', { tone: 'info', table: { columns: ['A', 'B'], rows: names.map((name) => [name, nasty]) } }],
  ['1 000 fields', { tone: 'info', fields: names.slice(0, 1_000).map((name) => ({ name, value: nasty.repeat(20) })) }],
  ['a log of 10 000 lines', { tone: 'info', code: names.join('\n') }],
  ['100 actions', { tone: 'info', text: 'x', actions: Array.from({ length: 100 }, (_, at) => button(at)) }],
  ['a command that is too long', { tone: 'info', actions: [{ label: 'x', command: 'y'.repeat(2_001) }] }],
];

describe('a reply', () => {
  it.each(extremes)('of %s is within the limits and pings nobody', (_what, reply) => {
    expect(validateSlackMessage(renderReply(reply))).toEqual([]);
    expect(validateSlackMessage(renderReply(reply, new Set()))).toEqual([]);
  });

  it('shows what people wrote as they wrote it, without what turns its direction', () => {
    const { blocks, text } = renderReply({ tone: 'info', title: nasty, code: nasty });
    expect(wordsOf(blocks)).toContain('<!channel> <!here> <@U1> @everyone @here `x` ```y``` *b* _i_ ~s~');
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).not.toMatch(/<!|@everyone|\u202e/);
  });

  it('links its title to its page', () => {
    const { blocks } = renderReply({ tone: 'success', title: 'shop/api 3f2c1ab', page: 'https://ship.example/d/1' });
    expect(JSON.stringify(blocks)).toContain(
      '"type":"link","url":"https://ship.example/d/1","text":"shop/api 3f2c1ab"',
    );
  });

  it('formats code, bold words and addresses', () => {
    const { blocks } = renderReply({ tone: 'info', text: 'Say `deploy` **now** at https://a.example/b.' });
    const [block] = blocks as { elements: { elements: unknown[] }[] }[];
    expect(block?.elements[0]?.elements.slice(2)).toEqual([
      { type: 'text', text: 'Say ' },
      { type: 'text', text: 'deploy', style: { code: true } },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'now', style: { bold: true } },
      { type: 'text', text: ' at ' },
      { type: 'link', url: 'https://a.example/b', text: 'https://a.example/b' },
      { type: 'text', text: '.' },
    ]);
  });

  it('says how much is missing', () => {
    const many = renderReply({
      tone: 'info',
      table: { columns: ['A'], rows: names.map((name) => [name]) },
      code: names.join('\n'),
    });
    expect(wordsOf(many.blocks)).toMatch(/… \d{4} more\b/);
    expect(wordsOf(many.blocks)).toMatch(/… \d{4} more lines: open the log/);
  });

  it('asks before what cannot be taken back', () => {
    const action: Action = { label: 'Roll back', command: 'rollback shop/api', style: 'danger', confirm: 'Go back?' };
    expect(buttonsOf(renderReply({ tone: 'info', actions: [action] }).blocks)).toMatchObject([
      {
        value: 'rollback shop/api',
        style: 'danger',
        confirm: { text: { text: 'Go back?' }, confirm: { text: 'Roll back' } },
      },
    ]);
  });
});

describe('the validator', () => {
  it.each<[string, unknown[]]>([
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
    ['a section of 3 001 characters', [{ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(3_001) } }]],
    ['a header of 151 characters', [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]],
    ['an empty element', [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [] }] }]],
    ['a mention', [{ type: 'section', text: { type: 'mrkdwn', text: 'hi <!channel>' } }]],
    ['an unknown block', [{ type: 'marquee' }]],
  ])('refuses %s', (_what, blocks) => {
    expect(validateSlackMessage({ text: 'x', blocks })).not.toEqual([]);
  });
});

describe('a time', () => {
  it('is the reader’s', () => {
    const { blocks, text } = renderReply({ tone: 'info', text: 'Expires at 2026-11-30 08:00 UTC.' });
    expect(JSON.stringify(blocks)).toContain(
      '{"type":"date","timestamp":1796025600,"format":"{date_short_pretty} {time}","fallback":"2026-11-30 08:00 UTC"}',
    );
    expect(text).toBe('● Expires at <!date^1796025600^{date_short_pretty} {time}|2026-11-30 08:00 UTC>.');
  });
});
