import type { Dispatcher } from '../../handlers/dispatch.ts';
import { type Form, formOf, secretForm, wantsForm } from '../../handlers/command-form.ts';
import { type CommandRequest, isChatter } from '../../handlers/command-request.ts';
import type { Action, Reply } from '../../replies/reply.ts';
import { shortId } from '../../replies/short-id.ts';
import type { Logger } from '../../logger.ts';
import { isForOne } from '../audience.ts';
import { errorUnder } from '../error-under.ts';
import { isLiveNote, type LiveLinks, withLiveLink } from '../live-link.ts';
import { resolveWithin } from '../resolve-within.ts';
import type { Answers } from './answers.ts';
import type { Asked } from './asked.ts';

export interface Conversation {
  /** Opens the line's form or runs it, and answers. */
  take(asked: Asked): Promise<void>;
  /** Asks whether the line is to run. */
  confirm(asked: Asked, question: { label: string; question: string }): Promise<void>;
  /**
   * Runs what a form made and answers, unless the refusal came at once: then it resolves to what to show under which
   * field.
   */
  submit(asked: Asked, form: Form, values: Record<string, string>): Promise<Record<string, string> | undefined>;
}

interface ConversationDeps {
  answers: Answers;
  dispatcher: Dispatcher;
  live: LiveLinks;
  logger: Logger;
  /** Keeps what goes on after Mattermost was answered. */
  track(work: Promise<void>): void;
}

/** A dialog waits three seconds for its answer. */
const submitMs = 2_000;
/** How long the note beside a live message waits for it, so that it links to it, and how long it may follow, milliseconds. */
const soonMs = 1_500;
const lateMs = 10 * 60_000;

export function createConversation({ answers, dispatcher, live, logger, track }: ConversationDeps): Conversation {
  async function take(asked: Asked): Promise<void> {
    const given = dispatcher.read({ line: asked.line });
    if (asked.mentioned && isChatter(given)) return;
    const { offers, request, suggests } = await dispatcher.meant(given, asked.origin);
    if (offers.length > 0 && asked.trigger === undefined) return offer(asked, request, offers);
    const wanted = asked.form || wantsForm(request) ? formOf(request, offers, suggests) : undefined;
    if (wanted) return openForm(asked, wanted);
    await settle(asked, request, await dispatcher.dispatch(request, asked.origin));
  }

  /** Where no dialog can open, the applications are buttons, or a menu. */
  async function offer(asked: Asked, { command }: CommandRequest, offers: readonly string[]): Promise<void> {
    const actions = offers.map((application): Action => ({
      label: application,
      command: `${command?.name ?? ''} ${application}`,
      ...(!command?.reads && { confirm: `${command?.name ?? ''} ${application}?` }),
    }));
    await answers.tell(asked, { tone: 'info', text: `${command?.summary ?? ''}: which one?`, actions });
  }

  /** Asks for what the line still needs, or answers. */
  async function settle(asked: Asked, request: CommandRequest, reply: Reply): Promise<void> {
    if (reply.asks) await openForm(asked, secretForm(asked.line, reply.asks), reply.asks);
    else await answer(asked, reply, isForOne(request, reply));
  }

  /** Where nobody pressed or typed a slash command no dialog opens, so a button asks for a press. */
  async function openForm(asked: Asked, form: Form, asks?: Reply['asks']): Promise<void> {
    if (asked.trigger !== undefined) {
      try {
        return await answers.openForm(asked, form, asks);
      } catch (error) {
        logger.warn({ err: error, platform: 'mattermost' }, 'dialog not opened');
      }
    }
    const open: Action = { label: 'Fill in', command: asked.line, style: 'primary', ...(!asks && { form: true }) };
    await answers.tell(asked, { tone: 'info', text: `${form.title}: press to go on.`, actions: [open], private: true });
  }

  async function answer(asked: Asked, reply: Reply, forOne: boolean): Promise<void> {
    if (forOne && isLiveNote(reply)) await note(asked, { ...reply, actions: [] });
    else if (forOne) await answers.tell(asked, reply);
    else await answers.announce(asked, reply);
  }

  /** Nobody can edit what one person alone sees: a live message that comes late is told of by itself. */
  async function note(asked: Asked, reply: Reply): Promise<void> {
    const { deploymentId = '' } = reply;
    const url = await live.find(deploymentId, asked.origin, soonMs);
    await answers.tell(asked, withLiveLink(reply, url));
    if (url === undefined) track(tellLate(asked, deploymentId));
  }

  async function tellLate(asked: Asked, deployment: string): Promise<void> {
    const url = await live.find(deployment, asked.origin, lateMs);
    if (url === undefined) return;
    const text = `The live message of ${shortId(deployment)} is there now.`;
    await answers.tell(asked, withLiveLink({ tone: 'info', text, private: true }, url));
  }

  return {
    take,
    async confirm(asked, question) {
      try {
        await answers.openQuestion(asked, question);
      } catch (error) {
        logger.warn({ err: error, platform: 'mattermost' }, 'dialog not opened');
        const yes: Action = { label: `Yes: ${question.label}`, command: asked.line, style: 'danger' };
        await answers.tell(asked, { tone: 'warning', text: question.question, actions: [yes], private: true });
      }
    },
    async submit(asked, form, values) {
      const { line, secrets } = form.submit(values);
      const request = dispatcher.read({ line, secrets });
      const running = dispatcher.dispatch(request, asked.origin);
      const quick = await resolveWithin(running, submitMs);
      if (quick?.tone === 'danger') return errorUnder(form, values, quick.text ?? quick.title ?? 'That was refused.');
      track(running.then((reply) => settle({ ...asked, line }, request, reply)));
      return undefined;
    },
  };
}
