import type { Dispatcher } from '../../handlers/dispatch.ts';
import { decodeLine } from '../../handlers/decode.ts';
import { type Form, formOf, secretForm, wantsForm } from '../../handlers/form.ts';
import { matchCommand, parseLine, stripInvocation } from '../../handlers/parse.ts';
import type { Reply } from '../../replies/reply.ts';
import { tokenise } from '../../handlers/tokens.ts';
import type { Origin } from '../../usecases/origin.ts';
import { isForOne } from '../audience.ts';
import type { Answerable, DiscordApi } from './api.ts';
import { renderModal } from './modal.ts';
import { attachmentsOf, renderReply } from './render.ts';
import type { StoredLines } from './stored-lines.ts';

/** A line that somebody gave, and the interaction that it is answered through. */
export interface Asked {
  line: string;
  origin: Origin;
  to: Answerable;
}

export interface Conversation {
  /** Opens the form that the line needs, or runs it and answers. `pressed`: only the person sees that it is worked on. */
  take(asked: Asked, pressed?: boolean): Promise<void>;
  /** Opens the line's form; without one, runs it. */
  open(asked: Asked): Promise<void>;
  /** Asks whether the line is to run. */
  confirm(asked: Asked, label: string): Promise<void>;
  /** Runs what a form made. */
  submit(asked: Asked, form: Form, values: Record<string, string>): Promise<void>;
  /** Says something at once, to the person alone. */
  say(asked: Pick<Asked, 'to'>, text: string): Promise<void>;
}

interface ConversationDeps {
  api: DiscordApi;
  dispatcher: Dispatcher;
  lines: StoredLines;
}

/** They change something, and what they answer holds a secret, or is told by a live message. */
const toldInPrivate = new Set([
  'deploy',
  'redeploy',
  'rollback',
  'promote',
  'token create',
  'app create',
  'app connect',
]);

export function createConversation({ api, dispatcher, lines }: ConversationDeps): Conversation {
  const { commands } = dispatcher;

  async function take(asked: Asked, pressed = false): Promise<void> {
    const { line, to } = asked;
    const form = wantsForm(commands, line) ? formOf(commands, line) : undefined;
    if (form) return api.openModal(to, renderModal(form, lines.idOf('fill', line)));
    // A modal has to be the first answer, so what will be asked for is known before the line runs.
    const asks = secretsOf(line);
    if (asks.length > 0) return api.openModal(to, renderModal(secretForm(line, asks), lines.idOf('secret', line)));
    await run(asked, {}, pressed || isQuiet(line));
  }

  async function run({ line, origin, to }: Asked, secrets: Record<string, string>, quiet: boolean): Promise<void> {
    await api.defer(to, quiet);
    const reply = await dispatcher.dispatch({ line, secrets }, origin);
    await show(to, shownOf(reply), { quiet, forOne: isForOne(commands, line, reply) });
  }

  /** What was deferred for everybody cannot become private, nor the other way round: it is taken back then. */
  async function show(to: Answerable, reply: Reply, { forOne, quiet }: { forOne: boolean; quiet: boolean }) {
    const message = renderReply(reply, lines);
    if (forOne === quiet) return api.answer(to, message, attachmentsOf(reply));
    if (!forOne) {
      await api.followUp(to, message, false, attachmentsOf(reply));
      return api.withdraw(to);
    }
    await api.withdraw(to);
    await api.followUp(to, message, true, attachmentsOf(reply));
  }

  function secretsOf(line: string): NonNullable<Reply['asks']> {
    try {
      return decodeLine(parseLine(commands, line)).missing;
    } catch {
      // The same mistake is told when the line runs.
      return [];
    }
  }

  /** Whether the answer is for the person alone, as far as the line tells. */
  function isQuiet(line: string): boolean {
    const command = matchCommand(commands, tokenise(stripInvocation(line), { lenient: true }))?.command;
    return (
      command === undefined || command.reads === true || command.role === 'anyone' || toldInPrivate.has(command.name)
    );
  }

  return {
    take,
    async open(asked) {
      const form = formOf(commands, asked.line);
      if (!form) return take(asked, true);
      await api.openModal(asked.to, renderModal(form, lines.idOf('fill', asked.line)));
    },
    async confirm({ line, to }, label) {
      const reply: Reply = {
        tone: 'warning',
        text: `Really run \`${line.trim()}\`?`,
        actions: [{ label: `Yes: ${label}`, command: line, style: 'danger' }],
      };
      await api.reply(to, renderReply(reply, lines), true);
    },
    async submit(asked, form, values) {
      const { line, secrets } = form.submit(values);
      await run({ ...asked, line }, secrets, true);
    },
    async say({ to }, text) {
      await api.reply(to, renderReply({ tone: 'warning', text }, lines), true);
    },
  };
}

/** The live message has the buttons. */
function shownOf(reply: Reply): Reply {
  return reply.deploymentId !== undefined && !reply.title ? { ...reply, actions: [] } : reply;
}
