import { describe, expect, it } from '@jest/globals';
import { markdown, plain } from '../../../src/bots/mattermost/markdown.ts';
import { usualLimits } from '../../../src/bots/mattermost/limits.ts';
import { filesOf, renderReply } from '../../../src/bots/mattermost/render.ts';
import type { Press } from '../../../src/bots/mattermost/press.ts';
import type { Action, Reply } from '../../../src/replies/reply.ts';

const seal = (press: Press) => ({ url: 'https://ship.example.com/x', context: { ...press } });
const shown = (reply: Reply, mentioned: string[] = []) => renderReply(reply, { limits: usualLimits, seal, mentioned });
const attachment = (reply: Reply) => shown(reply).props.attachments[0];

describe('a reply on Mattermost', () => {
  it('has the colour of its tone, a title that leads to its page, and the mentions above', () => {
    expect(
      shown({ tone: 'success', title: 'shop/api is live', text: 'In **3 s**', page: 'https://x.example/1' }, ['ada']),
    ).toEqual({
      message: '@ada',
      props: {
        attachments: [
          {
            fallback: 'shop/api is live · In **3 s**',
            color: '#2a9d5c',
            title: 'shop/api is live',
            title_link: 'https://x.example/1',
            text: 'In **3 s**',
          },
        ],
      },
    });
  });

  it('has its table as Markdown, with numbers to the right and links in the cells', () => {
    const table = {
      columns: ['App', 'Size'],
      rows: [
        ['a|b', '1 MB'],
        ['', '12 MB'],
      ],
      numbers: { 1: [1, 12] },
      links: { 0: ['https://x.example/a b', undefined] },
    };
    expect(attachment({ tone: 'info', table })?.text).toBe(
      '| App | Size |\n| --- | --: |\n| [a\\|b](<https://x.example/a%20b>) | 1 MB |\n| – | 12 MB |',
    );
  });

  it('has its steps as a list in the place of the first line', () => {
    const steps: Reply['steps'] = {
      title: 'Rolling out',
      steps: [
        { id: 'a', title: 'build', state: 'done', detail: '3 s' },
        { id: 'b', title: 'roll out', state: 'current' },
        { id: 'c', title: 'watch', state: 'waiting' },
      ],
    };
    expect(attachment({ tone: 'info', text: 'Rolling out\nof v2', steps })?.text).toBe(
      '**Rolling out**\n✅ build · 3 s\n🔵 **roll out**\n⬜ watch\nof v2',
    );
  });

  it('says why a deployment failed in full, with its code, and says nothing twice', () => {
    const title = `rolled back. Nothing answers at \`10.0.3.7:5432\`, ${'to which it connects, '.repeat(10)}as it seems.`;
    const code = 'Error: connect ECONNREFUSED';
    const steps: Reply['steps'] = {
      title,
      beside: 'asked by Ada',
      steps: [{ id: 'a', title: 'Roll out', state: 'failed', detail: '22 s', output: code }],
    };
    const text = attachment({ tone: 'warning', text: `${title}\nasked by Ada · roll-out 22 s`, steps, code })?.text;
    expect(text).toBe(`**${title}**\n❌ Roll out · 22 s\nasked by Ada\n\`\`\`\n${code}\n\`\`\``);
  });

  it('has buttons with ids of letters and digits, and a menu of those for which there is no room', () => {
    const action = (at: number): Action => ({
      label: `Take ${at}`,
      command: `status ${at}`,
      ...(at === 0 && { style: 'danger', confirm: 'Really?' }),
    });
    const few = attachment({ tone: 'info', actions: [action(0)] })?.actions;
    const choice = { line: 'status 0', confirm: { question: 'Really?', label: 'Take 0' } };
    const integration = { url: 'https://ship.example.com/x', context: { choices: [choice] } };
    expect(few).toEqual([{ id: 'press0', type: 'button', name: 'Take 0', style: 'danger', integration }]);
    const many =
      attachment({ tone: 'info', actions: Array.from({ length: 12 }, (_, at) => action(at)) })?.actions ?? [];
    expect(many.map(({ id }) => id)).toEqual([
      'press0',
      'press1',
      'press2',
      'press3',
      'press4',
      'press5',
      'press6',
      'menu',
    ]);
    expect(many.at(-1)?.options?.map(({ text, value }) => `${value} ${text}`)).toEqual([
      '0 Take 7',
      '1 Take 8',
      '2 Take 9',
      '3 Take 10',
      '4 Take 11',
    ]);
  });

  it('has its picture and a log that is too long as files', () => {
    const reply: Reply = {
      tone: 'info',
      code: 'x'.repeat(4_001),
      picture: { png: new Uint8Array([1, 2]), alt: 'a chart' },
    };
    expect(filesOf(reply).map(({ data, name }) => [name, data.length])).toEqual([
      ['log.txt', 4_001],
      ['picture.png', 2],
    ]);
    expect(filesOf({ tone: 'info', code: 'short' })).toEqual([]);
  });
});

describe('what people wrote', () => {
  const blank = '\u200b';
  it.each([
    ['@all and @ada', `@${blank}all and @${blank}ada`],
    ['~town-square :tada: a:b', `\\~${blank}town-square :${blank}tada: a:b`],
    ['*b* _i_ [x](https://evil.example)', '\\*b\\* \\_i\\_ \\[x\\](https://evil.example)'],
    ['# head', `${blank}# head`],
    ['1. one', `${blank}1. one`],
  ])('is text: %s', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it('keeps code, bold and addresses', () => {
    expect(markdown('run `a@b @c` or **c_d** at https://x.example/a_b.')).toBe(
      `run \`a@b @${blank}c\` or **c\\_d** at https://x.example/a_b.`,
    );
  });
});
