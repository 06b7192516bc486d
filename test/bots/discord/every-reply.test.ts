import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderModal } from '../../../src/bots/discord/modal.ts';
import { renderComponents } from '../../../src/bots/discord/components.ts';
import { renderEmbeds } from '../../../src/bots/discord/embeds.ts';
import { attachmentsOf } from '../../../src/bots/discord/message.ts';
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

const looks = {
  components: (reply: Reply) => renderComponents(reply, lines, attachmentsOf(reply)),
  embeds: (reply: Reply) => renderEmbeds(reply, lines),
};

function problemsOf(look: keyof typeof looks, reply: Reply): string[] {
  const files = attachmentsOf(reply).map(({ name }) => name);
  return validateDiscordMessage(looks[look](reply), files);
}

describe.each(['components', 'embeds'] as const)('every reply in %s', (look) => {
  const textOf = (reply: Reply) => JSON.stringify(looks[look](reply));

  it('is a message that Discord takes', () => {
    const problems = replies.map(({ line, reply }) => [line, problemsOf(look, reply)]);
    expect(problems.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  it('names nobody and no channel but in a fence, where names are letters', () => {
    const shown = (reply: Reply) => textOf(reply).replaceAll(/```.*?```/gs, '');
    const pinging = replies.filter(({ reply }) => /<(@|#|@&)\d|@(everyone|here)/.test(shown(reply)));
    expect(pinging.map(({ line }) => line)).toEqual([]);
  });
});

describe('every button', () => {
  it('has a line that is a command, beside the rows of a table too', () => {
    const all = replies.flatMap(({ reply }) => [...(reply.actions ?? []), ...(reply.table?.actions ?? [])]);
    const listed = replies.filter(({ reply }) => reply.table?.actions?.some((action) => action !== undefined));
    const unknown = all.filter((action) => action && !readRequest(commands, { line: action.command }).command);
    expect(unknown).toEqual([]);
    expect(listed.map(({ line }) => line)).toContain('status');
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

describe.each(['components', 'embeds'] as const)('a reply as large as it can be in %s', (look) => {
  const textOf = (reply: Reply) => JSON.stringify(looks[look](reply));
  const long = `${hostile} `.repeat(200);
  const whole: Reply = {
    tone: 'danger',
    title: long,
    text: long,
    fields: Array.from({ length: 60 }, () => ({ name: long, value: long })),
    table: {
      columns: ['One', 'Two'],
      rows: Array.from({ length: 10_000 }, () => [long, long]),
      actions: Array.from({ length: 10_000 }, () => ({ label: long, command: `status ${long}` })),
    },
    code: long.repeat(20),
    link: { label: long, url: 'https://example.com' },
    page: 'https://example.com/page',
    mentions: ['400000000000000001', '400000000000000002'],
    steps: {
      title: long,
      steps: (['done', 'failed', 'skipped'] as const).map((state) => ({
        id: state,
        title: long,
        state,
        detail: long,
        output: long,
      })),
    },
    picture: { png: new Uint8Array(4), alt: long },
    actions: Array.from({ length: 40 }, (_, at) => ({ label: long, command: `status ${'x'.repeat(300)}${at}` })),
  };
  const parts = ['title', 'text', 'fields', 'table', 'code', 'link', 'actions', 'steps', 'picture'] as const;

  it.each(parts.map((part) => [part]))('is cut to what fits: %s', (part) => {
    const { [part]: value } = whole;
    expect(problemsOf(look, { tone: 'info', [part]: value })).toEqual([]);
  });

  it('is cut to what fits with everything at once, and says so', () => {
    expect(problemsOf(look, whole)).toEqual([]);
    expect(textOf({ tone: 'info', table: whole.table ?? { columns: [], rows: [] } })).toMatch(/… \d+ more/);
    expect(textOf({ tone: 'info', code: 'line\n'.repeat(9_999) })).toMatch(/… \d+ more lines: open the log/);
  });

  it('is never empty', () => {
    expect(problemsOf(look, { tone: 'info' })).toEqual([]);
  });
});
