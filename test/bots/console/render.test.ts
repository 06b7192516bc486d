import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { renderReply } from '../../../src/bots/console/render.ts';
import { harmless, oneLine } from '../../../src/harmless-text.ts';
import { fit } from '../../../src/bots/console/wrap.ts';
import type { Reply } from '../../../src/replies/reply.ts';

const plain = { color: false, width: 60 };
const everything: Reply = {
  tone: 'success',
  title: 'shop/api `3f2c1ab`',
  text: 'Say `logs shop/api` for **more**.\nBye.',
  fields: [
    { name: 'replicas', value: '2/2' },
    { name: 'at', value: 'main' },
  ],
  table: {
    columns: ['when', 'what'],
    rows: [
      ['1 min ago', 'deployed'],
      ['2 h ago', 'failed'],
    ],
  },
  code: 'line one\n\tline two\n',
  link: { label: 'shop/api', url: 'http://api.shop.localhost' },
  actions: [{ label: 'Roll back', command: 'rollback shop/api' }],
};

describe('a reply without colour', () => {
  it('shows every part, aligned', () => {
    expect(renderReply(everything, plain)).toEqual([
      '✔ shop/api 3f2c1ab',
      '  Say `logs shop/api` for more.',
      '  Bye.',
      '  replicas  2/2',
      '  at        main',
      '  when       what',
      '  1 min ago  deployed',
      '  2 h ago    failed',
      '  line one',
      '  \tline two',
      '  shop/api: http://api.shop.localhost',
      '  → rollback shop/api',
    ]);
  });

  it.each([
    ['info', '● done'],
    ['success', '✔ done'],
    ['warning', '▲ done'],
    ['danger', '✖ done'],
  ] as const)('marks %s', (tone, line) => {
    expect(renderReply({ tone, text: 'done' }, plain)).toEqual([line]);
  });
});

describe('a reply with colour', () => {
  it('says the same, with code and bold painted and logs behind a bar', () => {
    const painted = renderReply(everything, { color: true, width: 60 });
    expect(painted.join('\n')).toContain('\u001b[36mlogs shop/api\u001b[39m');
    expect(painted.join('\n')).toContain('\u001b[1mmore\u001b[22m');
    expect(painted.map(stripVTControlCharacters)).toEqual(expect.arrayContaining(['  │ line one', '  │     line two']));
  });

  it.each([24, 40, 80])('keeps to %i columns', (width) => {
    const long = 'word '.repeat(60);
    const wide: Reply = {
      tone: 'info',
      title: long,
      text: `${long}\`${long}\``,
      fields: [{ name: 'name', value: long }],
      table: { columns: ['a', 'b', 'c'], rows: [[long, '日本語'.repeat(30), 'x'.repeat(90)]] },
      code: 'y'.repeat(300),
    };
    for (const line of renderReply(wide, { color: true, width })) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe('text that others wrote', () => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007\u001b[31mred\u001b[0m\u009b1A\rover\u0008\u202egpj.exe\u0000';

  it('loses its control sequences wherever it stands', () => {
    const reply: Reply = {
      tone: 'info',
      title: hostile,
      text: hostile,
      fields: [{ name: hostile, value: hostile }],
      table: { columns: [hostile], rows: [[hostile]] },
      code: hostile,
      link: { label: hostile, url: hostile },
      actions: [{ label: 'x', command: hostile }],
    };
    expect(renderReply(reply, plain).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    const painted = renderReply(reply, { color: true, width: 60 }).join('');
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('keeps tabs and line breaks, unless a single line is wanted', () => {
    expect(harmless('a\tb\nc')).toBe('a\tb\nc');
    expect(oneLine(' a\tb\n\nc ')).toBe('a b c');
  });

  it('cannot break out of its line', () => {
    expect(renderReply({ tone: 'info', title: 'a\nb', table: { columns: ['x'], rows: [['1\n2']] } }, plain)).toEqual([
      '● a b',
      '  x',
      '  1 2',
    ]);
  });
});

describe('cutting', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly te', 10, 'exactly te'],
    ['one more than', 10, 'one more …'],
    ['日本語日本語', 5, '日本…'],
  ])('%s to %i columns', (text, width, expected) => {
    expect(fit(text, width)).toBe(expected);
  });
});
