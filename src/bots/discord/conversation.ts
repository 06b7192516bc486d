import { resolveWithin } from '../resolve-within.ts';
import type { Dispatcher, Meant } from '../../handlers/dispatch.ts';
import { type Form, formOf, secretForm, wantsForm } from '../../handlers/command-form.ts';
import { type CommandRequest, secretsWanted } from '../../handlers/command-request.ts';
import type { Reply } from '../../replies/reply.ts';
import type { Logger } from '../../logger.ts';
import type { Origin } from '../../usecases/origin.ts';
import { isForOne, opensInPrivate } from '../audience.ts';
import { isLiveNote, type LiveLinks, withLiveLink } from '../live-link.ts';
import type { Answerable, DiscordApi } from './api.ts';
import { renderModal } from './modal.ts';
import { isAboutForm, type Looks } from './looks.ts';
import { readUploaded, type Uploaded } from './uploaded-file.ts';
import { UsageError } from '../../errors.ts';
import { attachmentsOf } from './message.ts';
import type { StoredLines } from './stored-lines.ts';

/** A line that somebody gave, and the interaction that it is answered through. */
export interface Asked {
  line: string;
  origin: Origin;
  to: Answerable;
  /** Why no message of ours can appear there, and the step that mends it: sentences. */
  unwritable?: string | undefined;
}

export interface Conversation {
  /** Opens the form that the line needs, or runs it and answers. */
  take(asked: Asked): Promise<void>;
  /** Opens the line's form; without one, runs it. */
  open(asked: Asked): Promise<void>;
  /** Asks whether the line is to run. */
  confirm(asked: Asked, label: string): Promise<void>;
  /** Runs what a form made. @param uploads Files, by the fields that they are for. */
  submit(
    asked: Asked,
    form: Form,
    values: Record<string, string>,
    uploads?: Readonly<Record<string, Uploaded>>,
  ): Promise<void>;
  /** Says something at once, to the person alone. */
  say(asked: Pick<Asked, 'to'>, text: string): Promise<void>;
}

/** How long it may take to find out what a line means in its channel, milliseconds. */
const meantMs = 1_500;
/** How long the note beside a live message may come to link to it, milliseconds; it can be edited for 15 minutes. */
const linkMs = 10 * 60_000;

interface ConversationDeps {
  api: DiscordApi;
  dispatcher: Dispatcher;
  lines: StoredLines;
  live: LiveLinks;
  logger: Logger;
  looks: Looks;
  /** Where Discord keeps files, for tests (default: its CDN). */
  cdn?: string | undefined;
  /** Keeps what goes on after the answer. */
  track(work: Promise<void>): void;
}

export function createConversation({
  api,
  cdn,
  dispatcher,
  lines,
  live,
  logger,
  looks,
  track,
}: ConversationDeps): Conversation {
  async function take({ line, ...asked }: Asked): Promise<void> {
    const { offers, request } = await meantSoon(dispatcher.read({ line }), asked.origin);
    if (offers.length > 0) return offer(asked.to, request, offers);
    const form = wantsForm(request) ? formOf(request) : undefined;
    if (form) return openForm(asked.to, form, lines.idOf('fill', line));
    // A modal has to be the first answer, so what will be asked for is known before the line runs.
    const asks = secretsWanted(request);
    if (asks.length > 0) return openForm(asked.to, secretForm(line, asks), lines.idOf('secret', line));
    await run(asked, request);
  }

  /** Discord waits three seconds for the first answer. */
  async function meantSoon(request: CommandRequest, origin: Origin): Promise<Meant> {
    return (await resolveWithin(dispatcher.meant(request, origin), meantMs)) ?? { request, offers: [] };
  }

  async function offer(to: Answerable, { command }: CommandRequest, offers: readonly string[]): Promise<void> {
    const name = command?.name ?? '';
    const actions = offers.map((application) => ({
      label: application,
      command: `${name} ${application}`,
      ...(!command?.reads && { confirm: application }),
    }));
    const reply: Reply = { tone: 'info', text: `${command?.summary ?? ''}: which one?`, actions };
    await say(to, reply);
  }

  /** Where Discord refuses newer parts of a modal, all is typed. */
  async function openForm(to: Answerable, form: Form, id: string): Promise<void> {
    try {
      await api.openModal(to, renderModal(form, id));
    } catch (error) {
      if (!isAboutForm(error)) throw error;
      logger.warn({ err: error, platform: 'discord' }, 'opened a plainer form');
      await api.openModal(to, renderModal(form, id, true));
    }
  }

  async function run(asked: Omit<Asked, 'line'>, request: CommandRequest): Promise<void> {
    const quiet = opensInPrivate(request);
    await api.defer(asked.to, quiet);
    await finish(asked, request, quiet);
  }

  /** @param quiet Whether the answer was announced to the person alone. */
  async function finish(
    { origin, to, unwritable }: Omit<Asked, 'line'>,
    request: CommandRequest,
    quiet: boolean,
  ): Promise<void> {
    const reply = await dispatcher.dispatch(request, origin);
    const forOne = isForOne(request, reply);
    const shown = shownOf(reply, unwritable);
    try {
      await show(to, shown, { quiet, forOne });
      if (forOne && isLiveNote(shown) && unwritable === undefined) track(addLink(to, shown, origin));
    } catch (error) {
      logger.warn({ err: error, platform: 'discord' }, 'answered by a message instead');
      await sendLate(origin, shown, forOne);
    }
  }

  /** The live message is posted about when the note is. */
  async function addLink(to: Answerable, note: Reply, origin: Origin): Promise<void> {
    const url = await live.find(note.deploymentId ?? '', origin, linkMs);
    if (url === undefined) return;
    try {
      await looks.send((render) => api.answer(to, render(withLiveLink(note, url))));
    } catch (error) {
      logger.warn({ err: error, platform: 'discord' }, 'note not linked to the live message');
    }
  }

  /** The interaction takes no answer any more, as after 15 minutes: a message says it. */
  async function sendLate({ account, channel }: Origin, reply: Reply, forOne: boolean): Promise<void> {
    if (!forOne) return post(channel, reply);
    try {
      await post(await api.openDirect(account), reply);
    } catch (error) {
      logger.warn({ err: error, platform: 'discord' }, 'direct message refused');
      const text = `<@${account}>, the answer to your command came too late for Discord. Run the command again.`;
      await post(channel, { tone: 'warning', text });
    }
  }

  async function answer(to: Answerable, reply: Reply): Promise<void> {
    await looks.send((render) => api.answer(to, render(reply)));
  }

  async function textsOf(uploads: Readonly<Record<string, Uploaded>>): Promise<Record<string, string>> {
    const read = Object.entries(uploads).map(async ([name, file]) => [name, await readUploaded(file, cdn)] as const);
    return Object.fromEntries(await Promise.all(read));
  }

  async function post(channel: string, reply: Reply): Promise<void> {
    const files = attachmentsOf(reply);
    await looks.send((render) => api.post(channel, render(reply, files), files));
  }

  /** The first answer, to the person alone. */
  async function say(to: Answerable, reply: Reply): Promise<void> {
    await looks.send((render) => api.reply(to, render(reply), true));
  }

  /**
   * A deferred answer stays as visible as it was opened. One for others takes its place, e.g. a refusal: while an answer
   * is deferred, Discord takes a further one for it, so it is answered first and removed afterwards.
   */
  async function show(to: Answerable, reply: Reply, { forOne, quiet }: { forOne: boolean; quiet: boolean }) {
    const files = attachmentsOf(reply);
    if (forOne === quiet) return looks.send((render) => api.answer(to, render(reply, files), files));
    await looks.send((render) => api.answer(to, render({ tone: 'info', text: '…' })));
    await looks.send((render) => api.followUp(to, render(reply, files), forOne, files));
    await api.withdraw(to);
  }

  return {
    take,
    async open(asked) {
      const form = formOf(dispatcher.read({ line: asked.line }));
      if (!form) return take(asked);
      await openForm(asked.to, form, lines.idOf('fill', asked.line));
    },
    async confirm({ line, to }, label) {
      const reply: Reply = {
        tone: 'warning',
        text: `Really run \`${line.trim()}\`?`,
        actions: [{ label: `Yes: ${label}`, command: line, style: 'danger' }],
      };
      await say(to, reply);
    },
    async submit({ origin, ...asked }, form, values, uploads = {}) {
      const from = { ...asked, origin: { ...origin, form: true as const } };
      if (Object.keys(uploads).length === 0) return run(from, dispatcher.read(form.submit(values)));
      // Reading them may take longer than Discord waits.
      await api.defer(asked.to, true);
      const texts = await textsOf(uploads).catch((error: unknown) => {
        if (error instanceof UsageError) return error;
        throw error;
      });
      if (texts instanceof UsageError) return answer(asked.to, { tone: 'danger', text: texts.message });
      await finish(from, dispatcher.read(form.submit({ ...values, ...texts })), true);
    },
    async say({ to }, text) {
      await say(to, { tone: 'warning', text });
    },
  };
}

/** The live message has the buttons; where it cannot appear, the person learns that at once. */
function shownOf(reply: Reply, unwritable: string | undefined): Reply {
  if (!isLiveNote(reply)) return reply;
  if (unwritable === undefined) return { ...reply, actions: [] };
  return { ...reply, text: `${reply.text ?? ''}\nThe live message cannot appear here: ${unwritable}`.trim() };
}
