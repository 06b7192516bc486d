import { describe, expect, it } from '@jest/globals';
import { renderComponents } from '../../../src/bots/discord/components.ts';
import { attachmentsOf } from '../../../src/bots/discord/message.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';
import type { Action, Reply } from '../../../src/replies/reply.ts';
import { buttonsOf, kindsOf, wordsOf } from '../../support/discord/shown.ts';
import { componentsV2, validateDiscordMessage } from '../../support/discord/validate.ts';

const page = 'https://ship.example.com/applications/shop/api';
const lines = createStoredLines();

function shown(reply: Partial<Reply>) {
  const whole: Reply = { tone: 'info', ...reply };
  return renderComponents(whole, lines, attachmentsOf(whole));
}

describe('a reply', () => {
  it('is a container: a head with a button to the page, a line, the rest, and rows of buttons', () => {
    const actions: Action[] = [{ label: 'Logs', command: 'logs shop/api' }];
    const fields = [{ name: 'Status', value: 'running' }];
    const link = { label: 'shop/api', url: 'https://shop.example.com' };
    const message = shown({ tone: 'danger', title: 'shop/api', text: 'It broke.', page, fields, link, actions });
    expect(kindsOf(message)).toEqual([17, 9, 10, 2, 14, 10, 1, 2, 2]);
    expect(message.components[0]).toMatchObject({ accent_color: 0xcf3b3b });
    expect(wordsOf(message)).toBe('### shop/api\nIt broke.\n**Status:** running');
    expect(buttonsOf(message)).toEqual([
      { type: 2, style: 5, label: 'Open', url: page },
      { type: 2, style: 2, label: 'Logs', custom_id: 'run:logs shop/api' },
      { type: 2, style: 5, label: 'shop/api', url: 'https://shop.example.com' },
    ]);
  });

  it('shows the steps in the place of the first sentence', () => {
    const steps = [
      { id: 'clone', title: 'Clone', state: 'done', detail: '2 s' },
      { id: 'build', title: 'Build', state: 'current', detail: 'step 3 of 12' },
      { id: 'roll_out', title: 'Roll-out', state: 'waiting' },
    ] as const;
    const text = 'building (step 3 of 12)\nasked by ada';
    const message = shown({ title: 'shop/api', text, steps: { title: 'building (step 3 of 12)', steps: [...steps] } });
    expect(wordsOf(message).split('\n')).toEqual([
      '### shop/api',
      'building (step 3 of 12)',
      '✅ Clone · 2 s',
      '▶️ Build · step 3 of 12',
      '⬜ Roll-out',
      'asked by ada',
    ]);
  });

  it('says beside the steps what the reply says there', () => {
    const steps = [{ id: 'clone', title: 'Clone', state: 'done', detail: '2 s' }] as const;
    const whole = { title: 'done in 2 s', steps: [...steps], beside: 'asked by ada' };
    const message = shown({ text: 'done in 2 s\nasked by ada · clone 2 s', steps: whole });
    expect(wordsOf(message).split('\n')).toEqual(['done in 2 s', '✅ Clone · 2 s', 'asked by ada']);
  });

  it.each([
    ['>>> the rest of the message', String.raw`\>>> the rest of the message`],
    ['one\n> two', 'one\n\\> two'],
    ['-# small', String.raw`\-# small`],
    ['a > b and c -# d', 'a > b and c -# d'],
  ])('quotes and shrinks nothing that people wrote: %j', (text, words) => {
    expect(wordsOf(shown({ text }))).toBe(words);
  });

  it('shows a picture and a log that went up with it, and names none that did not', () => {
    const reply: Reply = {
      tone: 'info',
      title: 'Digest',
      code: 'line\n'.repeat(1_000),
      picture: { png: new Uint8Array(4), alt: 'Deployments a day' },
    };
    const message = renderComponents(reply, lines, attachmentsOf(reply));
    expect(JSON.stringify(message)).toContain('"file":{"url":"attachment://log.txt"}');
    expect(JSON.stringify(message)).toContain(
      '"items":[{"media":{"url":"attachment://picture.png"},"description":"Deployments a day"}]',
    );
    expect(validateDiscordMessage(message, ['log.txt', 'picture.png'])).toEqual([]);
    expect(JSON.stringify(renderComponents(reply, lines))).not.toContain('attachment://');
  });

  it('links to the page where rows are cut', () => {
    const rows = Array.from({ length: 500 }, (_, at) => [`app-${at}`, 'running']);
    const message = shown({ title: 'Applications', table: { columns: ['Name', 'Status'], rows }, page });
    expect(wordsOf(message)).toMatch(new RegExp(String.raw`\n… \d+ more: \[open the page\]\(${page}\)$`));
    expect(validateDiscordMessage(message)).toEqual([]);
  });

  it('has a button beside each row of a list, which is not below as well, and the rest as a table', () => {
    const names = Array.from({ length: 14 }, (_, at) => `shop/app-${at}`);
    const actions = names.map((name, at): Action | undefined =>
      at === 1 ? undefined : { label: 'Status', command: `status ${name}` },
    );
    const rows = names.map((name) => [name, 'running', '2']);
    const table = { columns: ['Application', 'Status', 'Replicas'], rows, links: { 0: [page] }, actions };
    const other = { label: 'New', command: 'app create', form: true } as const;
    const message = shown({
      title: 'Applications',
      table,
      actions: [{ label: 'Status', command: 'status shop/app-0' }, other],
    });
    const [heading, first, ...rest] = wordsOf(message).split('\n');
    expect([heading, first]).toEqual(['### Applications', `**[shop/app-0](${page})**`]);
    expect(rest.slice(0, 2)).toEqual(['-# Status: running · Replicas: 2', '**shop/app-1**']);
    expect(buttonsOf(message).map(({ custom_id: id }) => id)).toEqual([
      ...[0, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => `run:status shop/app-${at}`),
      'form:app create',
    ]);
    expect(rest.slice(-6)).toEqual([
      'Application  Status   Replicas',
      'shop/app-10  running  2',
      'shop/app-11  running  2',
      'shop/app-12  running  2',
      'shop/app-13  running  2',
      '```',
    ]);
    expect(validateDiscordMessage(message)).toEqual([]);
  });

  it('pings those that it mentions, by a text above the container, and nobody else', () => {
    const message = shown({ text: 'by <@400000000000000009> and @everyone', mentions: ['400000000000000001'] });
    expect(message.components[0]).toEqual({ type: 10, content: '<@400000000000000001>' });
    expect(message.allowed_mentions).toEqual({ parse: [], users: ['400000000000000001'] });
    expect(validateDiscordMessage(message)).toEqual([]);
  });

  it.each([[' \n '], ['']])('has no text without letters: %j', (text) => {
    expect(wordsOf(shown({ text }))).toBe('Done.');
    expect(validateDiscordMessage(shown({ title: text, text, code: text }))).toEqual([]);
  });

  it('has all its buttons with everything beside them: 40 components', () => {
    const actions = Array.from({ length: 25 }, (_, at) => ({ label: `${at}`, command: `status app-${at}` }));
    const message = shown({
      title: 'shop/api',
      text: 'It broke.',
      page,
      mentions: ['400000000000000001'],
      fields: [{ name: 'Status', value: 'failed' }],
      code: 'line\n'.repeat(1_000),
      picture: { png: new Uint8Array(4), alt: 'Load' },
      actions,
    });
    expect(kindsOf(message)).toHaveLength(40);
    expect(validateDiscordMessage(message, ['log.txt', 'picture.png'])).toEqual([]);
  });
});

describe('the Discord of these tests refuses', () => {
  const text = (content = 'x') => ({ type: 10, content });
  const button = { type: 2, style: 1, label: 'x', custom_id: 'x' };
  const container = (...components: object[]) => [{ type: 17, components }];
  const row = (...components: object[]) => ({ type: 1, components });
  const many = Array.from({ length: 40 }, () => text());

  it.each<[string, object[], string[]?]>([
    ['the message is empty', []],
    ['an empty container', container()],
    ['an empty text', [text(' ')]],
    ['41 components', container(...many)],
    ['4001 characters', [text('x'.repeat(4_001))]],
    ['a button at the top level', [button]],
    ['a container in a container', container(...container(text()))],
    ['a section without accessory', [{ type: 9, components: [text()] }]],
    [
      'a section has one to three texts',
      [{ type: 9, components: [text(), text(), text(), text()], accessory: button }],
    ],
    ['the custom id x twice', [row(button), row(button)]],
    [
      'the id 7 twice',
      [
        { ...text(), id: 7 },
        { ...text(), id: 7 },
      ],
    ],
    ['a row is wrong', [row()]],
    ['a label has 81 characters', [row({ ...button, label: 'x'.repeat(81) })]],
    ['a custom id has 101 characters', [row({ ...button, custom_id: 'x'.repeat(101) })]],
    ['a link button', [row({ type: 2, style: 5, label: 'x', url: 'http://localhost:8080/' })]],
    ['a link button', [row({ type: 2, style: 5, label: 'x', url: `https://example.com/${'x'.repeat(500)}` })]],
    ['a gallery of 0', [{ type: 12, items: [] }]],
    ['no such attachment: a.png', [{ type: 12, items: [{ media: { url: 'attachment://a.png' } }] }]],
    ['a file that is no attachment', [{ type: 13, file: { url: 'https://example.com/a.txt' } }]],
    ['an attachment that nothing shows: b.png', [text()], ['b.png']],
    ['the colour of a container', [{ type: 17, accent_color: 0x1000000, components: [text()] }]],
    ['the spacing of a separator', [{ type: 14, spacing: 3 }]],
    ['a component of type 4', [row({ type: 4 }), text()]],
  ])('%s', (problem, components, files = []) => {
    const message = { flags: componentsV2, components, allowed_mentions: { parse: [] } };
    expect(validateDiscordMessage(message, files)).toContain(problem);
  });

  it.each([{ content: 'x' }, { embeds: [{ title: 'x' }] }, { poll: {} }, { sticker_ids: ['1'] }])(
    'old fields beside components: %j',
    (old) => {
      const message = { flags: componentsV2, components: [text()], allowed_mentions: { parse: [] }, ...old };
      expect(validateDiscordMessage(message)).toEqual([`${Object.keys(old).join()} beside components`]);
    },
  );

  it('mentions that are not allowed, which ping out of any text', () => {
    const message = { flags: componentsV2, components: [text('<@1>')], allowed_mentions: { parse: [] } };
    expect(validateDiscordMessage(message)).toEqual(['others are mentioned than allowed']);
  });
});
