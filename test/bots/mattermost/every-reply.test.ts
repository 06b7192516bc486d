import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderDialog } from '../../../src/bots/mattermost/dialog.ts';
import { type Limits, limitsOf, usualLimits } from '../../../src/bots/mattermost/limits.ts';
import { renderReply, renderText } from '../../../src/bots/mattermost/render.ts';
import { sealPress } from '../../../src/bots/mattermost/press.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { formOf, secretForm } from '../../../src/handlers/command-form.ts';
import { readRequest } from '../../../src/handlers/command-request.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { createCipher } from '../../../src/secrets/aes-gcm.ts';
import { dialogProblems, messageProblems } from '../../support/mattermost/validate.ts';
import { everyReply, hostile } from '../../support/every-reply.ts';

const cipher = createCipher([Buffer.alloc(32, 7)]);
const place = { channel: 'c'.repeat(26), post: 'p'.repeat(26) };
const seal = (press: Parameters<typeof sealPress>[0]) => ({
  url: 'https://ship.example.com/mattermost/events',
  context: sealPress(press, place, cipher),
});
const oldest = limitsOf(4_000);
const servers = [
  ['of today', usualLimits, { message: 16_383, props: 760_000 }],
  ['of before version 5', oldest, { message: 4_000, props: 8_000 }],
] as const;

let replies: { line: string; reply: Reply }[];
beforeAll(async () => {
  replies = await everyReply();
});

function shown(reply: Reply, limits: Limits = usualLimits) {
  return renderReply(reply, { limits, seal, mentioned: [], footer: 'Asked by Ada' });
}

describe('every reply', () => {
  it.each(servers)('is a message that a server %s takes', (_, limits, most) => {
    const problems = replies.map(({ line, reply }) => [line, messageProblems(shown(reply, limits), most)]);
    expect(problems.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  it.each(servers)('is a text that a server %s takes', (_, limits, { message }) => {
    const long = replies.filter(({ reply }) => renderText(reply, limits).length > message);
    expect(long.map(({ line }) => line)).toEqual([]);
  });

  it('names nobody but in a fence, where names are letters', () => {
    const words = ({ props }: ReturnType<typeof shown>) =>
      JSON.stringify(props.attachments.map(({ fields, text, title }) => [title, text, fields])).replaceAll(
        /```.*?```/gs,
        '',
      );
    const pinging = replies.filter(({ reply }) => /(?<!\w)(?:@[a-z]|~[a-z][\w-]*(?!\/))/i.test(words(shown(reply))));
    expect(pinging.map(({ line }) => line)).toEqual([]);
  });
});

describe('every form', () => {
  it.each(commands.filter(({ form }) => form).map(({ name }) => name))('of `%s` is a dialog that opens', (name) => {
    const form = formOf(readRequest(commands, { line: `${name} "${hostile.replaceAll('"', '')}"` }));
    expect(form && dialogProblems(renderDialog(form, 'state'))).toEqual([]);
    const offered = formOf(readRequest(commands, { line: name }), ['shop/api', 'shop/ü'], false);
    expect(offered && dialogProblems(renderDialog(offered, 'state'))).toEqual([]);
  });

  it('that asks for secrets is a dialog that opens, and says who sees them', () => {
    const dialog = renderDialog(secretForm('env set shop/api KEY', [{ name: 'value', summary: 'Ä'.repeat(90) }]), 's');
    expect(dialogProblems(dialog)).toEqual([]);
    expect(dialog.elements.map(({ display_name, help_text, type }) => [display_name, help_text, type])).toEqual([
      ['value', 'Mattermost shows what you type here as you type. It is never posted or logged.', 'textarea'],
    ]);
  });
});

describe('a reply as large as it can be', () => {
  const long = `${hostile} `.repeat(200);
  const whole: Reply = {
    tone: 'danger',
    title: long,
    text: long,
    fields: Array.from({ length: 60 }, () => ({ name: long, value: long })),
    steps: {
      title: long,
      steps: Array.from({ length: 40 }, (_, at) => ({
        id: `${at}`,
        title: long,
        state: 'failed',
        detail: long,
        output: long,
      })),
    },
    table: { columns: ['One', 'Two'], rows: Array.from({ length: 10_000 }, () => [long, long]) },
    code: long.repeat(20),
    link: { label: long, url: 'https://example.com' },
    page: 'https://example.com/page',
    actions: Array.from({ length: 200 }, (_, at) => ({ label: long, command: `status ${'x'.repeat(300)}${at}` })),
  };
  const parts = ['title', 'text', 'fields', 'steps', 'table', 'code', 'link', 'actions'] as const;

  it.each(servers.flatMap(([name, limits, most]) => parts.map((part) => [part, name, limits, most] as const)))(
    'is cut to what fits: %s on a server %s',
    (part, _, limits, most) => {
      const { [part]: value } = whole;
      expect(messageProblems(shown({ tone: 'info', [part]: value }, limits), most)).toEqual([]);
    },
  );

  it.each(servers)('is cut to what fits with everything at once on a server %s', (_, limits, most) => {
    expect(messageProblems(shown(whole, limits), most)).toEqual([]);
    expect(renderText(whole, limits).length).toBeLessThanOrEqual(most.message);
  });

  it('says what was left out', () => {
    const text = (reply: Reply) => shown(reply).props.attachments[0]?.text ?? '';
    expect(text({ tone: 'info', table: whole.table ?? { columns: [], rows: [] } })).toMatch(/… \d+ more/);
    expect(text({ tone: 'info', code: 'line\n'.repeat(9_999) })).toMatch(/… \d+ more lines: open the log/);
    expect(text({ tone: 'info', actions: whole.actions ?? [] })).toMatch(/… \d+ more actions: type the command\.$/);
  });

  it('is never empty', () => {
    expect(messageProblems(shown({ tone: 'info' }))).toEqual([]);
    expect(renderText({ tone: 'info' }, usualLimits)).toBe('Done.');
  });
});
