import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderModal } from '../../../src/bots/discord/modal.ts';
import { renderReply } from '../../../src/bots/discord/render.ts';
import { createStoredLines } from '../../../src/bots/discord/stored-lines.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { formOf } from '../../../src/handlers/command-form.ts';
import { readRequest } from '../../../src/handlers/command-request.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { modalProblems, type ModalPart, validateDiscordMessage } from '../../support/discord/validate.ts';
import { everyReply, hostile } from '../../support/every-reply.ts';

const lines = createStoredLines();
let replies: { line: string; reply: Reply }[];
beforeAll(async () => {
  replies = await everyReply();
});

function textOf(reply: Reply): string {
  return JSON.stringify(renderReply(reply, lines));
}

describe('every reply', () => {
  it('is a message that Discord takes', () => {
    const problems = replies.map(({ line, reply }) => [line, validateDiscordMessage(renderReply(reply, lines))]);
    expect(problems.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  it('names nobody and no channel but in a fence, where names are letters', () => {
    const shown = (reply: Reply) => textOf(reply).replaceAll(/```.*?```/gs, '');
    const pinging = replies.filter(({ reply }) => /<(@|#|@&)\d|@(everyone|here)/.test(shown(reply)));
    expect(pinging.map(({ line }) => line)).toEqual([]);
  });
});

describe('every form', () => {
  it.each(commands.filter(({ form }) => form).map(({ name }) => name))(
    'of `%s` is a modal that Discord takes',
    (name) => {
      const form = formOf(readRequest(commands, { line: `${name} "${hostile.replaceAll('"', '')}"` }));
      const modal = form && renderModal(form, lines.idOf('fill', `${name} ${'x'.repeat(300)}`));
      expect(modal?.title.length).toBeLessThanOrEqual(45);
      expect(modal?.custom_id.length).toBeLessThanOrEqual(100);
      expect(modal ? modalProblems(modal.components as ModalPart[]) : []).toEqual([]);
    },
  );
});

describe('a reply as large as it can be', () => {
  const long = `${hostile} `.repeat(200);
  const whole: Reply = {
    tone: 'danger',
    title: long,
    text: long,
    fields: Array.from({ length: 60 }, () => ({ name: long, value: long })),
    table: { columns: ['One', 'Two'], rows: Array.from({ length: 10_000 }, () => [long, long]) },
    code: long.repeat(20),
    link: { label: long, url: 'https://example.com' },
    page: 'https://example.com/page',
    actions: Array.from({ length: 40 }, (_, at) => ({ label: long, command: `status ${'x'.repeat(300)}${at}` })),
  };
  const parts = ['title', 'text', 'fields', 'table', 'code', 'link', 'actions'] as const;

  it.each(parts.map((part) => [part]))('is cut to what fits: %s', (part) => {
    const { [part]: value } = whole;
    expect(validateDiscordMessage(renderReply({ tone: 'info', [part]: value }, lines))).toEqual([]);
  });

  it('is cut to what fits with everything at once, and says so', () => {
    expect(validateDiscordMessage(renderReply(whole, lines))).toEqual([]);
    expect(textOf({ tone: 'info', table: whole.table ?? { columns: [], rows: [] } })).toMatch(/… \d+ more/);
    expect(textOf({ tone: 'info', code: 'line\n'.repeat(9_999) })).toMatch(/… \d+ more lines: open the log/);
  });

  it('is never empty', () => {
    expect(validateDiscordMessage(renderReply({ tone: 'info' }, lines))).toEqual([]);
  });
});
