import type { Dispatcher } from '../../handlers/dispatch.ts';
import { type Form, formOf, secretForm, wantsForm } from '../../handlers/command-form.ts';
import { type CommandRequest, isChatter } from '../../handlers/command-request.ts';
import type { Action, Reply } from '../../replies/reply.ts';
import type { Logger } from '../../logger.ts';
import type { Origin } from '../../usecases/origin.ts';
import { cutText } from '../truncate.ts';
import type { SlackApi, SlackFile } from './api.ts';
import { isForOne } from '../audience.ts';
import { isLiveNote, type LiveLinks, withLiveLink } from '../live-link.ts';
import { shortId } from '../../replies/short-id.ts';
import { filesOf } from './files.ts';
import { errorUnder } from '../error-under.ts';
import { type ModalState, renderModal } from './modal.ts';
import { formatThread, isDirect, type ThreadRef } from './thread-ref.ts';
import { slackRefusal } from './refusals.ts';
import type { Looks } from './looks.ts';
import { resolveWithin } from '../resolve-within.ts';

/** A line that somebody gave, and how they can be answered. */
export interface Asked {
  line: string;
  origin: Origin;
  thread: ThreadRef;
  /** Answers without being a member of the channel: five times within 30 minutes. */
  responseUrl?: string | undefined;
  /** Opens a modal, within three seconds. */
  trigger?: string | undefined;
  /** Somebody spoke of Shipmate, and may have said anything. */
  mentioned?: boolean | undefined;
  /** The person looks at a thread of their own, in which Slack can say that the answer is on its way. */
  waits?: boolean | undefined;
  /** The line’s form is wanted before it runs. */
  form?: boolean | undefined;
}

export interface Conversation {
  /** Opens the line's form or runs it, and answers. */
  take(asked: Asked): Promise<void>;
  /** Asks whether the line is to run, where Slack does not ask by itself. */
  confirm(asked: Asked, label: string): Promise<void>;
  /**
   * Runs what a form made and answers, unless the refusal came at once: then it resolves to what to show under which
   * field.
   */
  submit(asked: Asked, form: Form, values: Record<string, string>): Promise<Record<string, string> | undefined>;
}

interface ConversationDeps {
  api: SlackApi;
  dispatcher: Dispatcher;
  live: LiveLinks;
  looks: Looks;
  logger: Logger;
  /** Keeps what goes on after Slack was answered. */
  track(work: Promise<void>): void;
}

/** A modal waits three seconds for its answer. */
const submitMs = 2_000;
/** How long a finished answer waits for it to have been said that it is on its way, milliseconds. */
const busyMs = 1_000;
const busyText = 'is working on it…';
/** Of a context block's text. */
const mostContext = 200;
/** How long the note beside a live message waits for it, so that it links to it, and how long it may follow, milliseconds. */
const soonMs = 1_500;
const lateMs = 10 * 60_000;

export function createConversation({ api, dispatcher, live, logger, looks, track }: ConversationDeps): Conversation {
  async function take(asked: Asked): Promise<void> {
    const { form, line, origin } = asked;
    const given = dispatcher.read({ line });
    const { asks, offers, request, suggests } = await dispatcher.meant(given, origin);
    if (asked.mentioned && !asks && isChatter(request)) return;
    const wanted = form || wantsForm(request) ? formOf(request, offers, suggests) : undefined;
    if (wanted) return openForm(asked, wanted);
    await settle(asked, request, await answered(asked, dispatcher.dispatch(request, origin)));
  }

  /** Slack takes the word back when the answer is posted, so that it has to be said before. */
  async function answered(asked: Asked, reply: Promise<Reply>): Promise<Reply> {
    if (!asked.waits) return reply;
    const busy = api.setBusy(asked.thread, busyText).catch((error: unknown) => {
      logger.debug({ err: error, platform: 'slack' }, 'not said that the answer is on its way');
    });
    await resolveWithin(busy, busyMs);
    return reply;
  }

  /** Asks for what the line still needs, or answers. */
  async function settle(asked: Asked, request: CommandRequest, reply: Reply): Promise<void> {
    if (reply.asks) await openForm(asked, secretForm(asked.line, reply.asks), reply.asks);
    else await answer(asked, reply, isForOne(request, reply));
  }

  /** Where nobody pressed or typed a slash command Slack opens no modal, so a button asks for a press. */
  async function openForm(asked: Asked, form: Form, asks?: Reply['asks']): Promise<void> {
    const { line, thread, responseUrl, trigger } = asked;
    const state: ModalState = {
      line,
      thread: formatThread(thread),
      ...(responseUrl && { responseUrl }),
      ...(asks && { asks }),
    };
    const view = renderModal(form, state);
    if (!view) return tell(asked, { tone: 'danger', text: 'The line is too long for a form in Slack.' });
    if (trigger !== undefined) {
      try {
        return await api.openView(trigger, view);
      } catch (error) {
        logger.warn({ err: error, platform: 'slack' }, 'modal not opened');
      }
    }
    const open: Action = { label: 'Fill in', command: line, style: 'primary', ...(!asks && { form: true }) };
    await tell(asked, { tone: 'info', text: `${form.title}: press to go on.`, actions: [open], private: true });
  }

  async function answer(asked: Asked, reply: Reply, forOne: boolean): Promise<void> {
    const { origin } = asked;
    if (forOne && isLiveNote(reply)) await note(asked, { ...reply, actions: [] });
    else if (forOne) await tell(asked, reply);
    else await announce(asked, reply);
    for (const file of filesOf(reply, looks)) await send(asked, file, forOne).catch(report('file not sent', origin));
  }

  /** Nobody can edit what one person alone sees: a live message that comes late is told of by itself. */
  async function note(asked: Asked, reply: Reply): Promise<void> {
    const { deploymentId = '' } = reply;
    const url = await live.find(deploymentId, asked.origin, soonMs);
    await tell(asked, withLiveLink(reply, url));
    if (url === undefined) track(tellLate(asked, deploymentId));
  }

  async function tellLate(asked: Asked, deployment: string): Promise<void> {
    const url = await live.find(deployment, asked.origin, lateMs);
    if (url === undefined) return;
    const text = `The live message of ${shortId(deployment)} is there now.`;
    await tell(asked, withLiveLink({ tone: 'info', text, private: true }, url));
  }

  async function tell(asked: Asked, reply: Reply): Promise<void> {
    const { origin, thread, responseUrl } = asked;
    const drawn = looks.draw(reply);
    if (!origin.shared && !reply.private) return void (await api.post(thread, drawn));
    try {
      if (responseUrl !== undefined) await api.respond(responseUrl, drawn);
      else await api.whisper(thread, origin.account, drawn);
    } catch (error) {
      report('answered in the direct messages', origin)(error);
      await api.post(await api.openDirect(origin.account), drawn);
    }
  }

  async function announce(asked: Asked, reply: Reply): Promise<void> {
    const { origin, responseUrl, thread } = asked;
    const by = cutText(`Asked by ${origin.accountName}`, mostContext);
    const signature = [{ type: 'context' as const, elements: [{ type: 'plain_text' as const, text: by }] }];
    const drawn = looks.draw(reply, origin.shared ? signature : []);
    try {
      if (origin.shared && isDirect(thread) && responseUrl !== undefined)
        await api.respond(responseUrl, drawn, 'in_channel');
      else await api.post(thread, drawn);
    } catch (error) {
      report('answered in private', origin)(error);
      await tell(asked, { ...reply, text: `${reply.text ?? ''}\nI may not write here: \`/invite\` me.`.trim() });
    }
  }

  async function send(asked: Asked, file: SlackFile, forOne: boolean): Promise<void> {
    const { origin, thread } = asked;
    const own = origin.shared && (forOne || isDirect(thread));
    try {
      await api.upload(own ? await api.openDirect(origin.account) : thread, file);
    } catch (error) {
      // Slack takes files only where Shipmate is a member.
      if (own || slackRefusal(error)?.kind !== 'channel') throw error;
      await api.upload(await api.openDirect(origin.account), file);
    }
  }

  function report(what: string, { channel }: Origin): (error: unknown) => void {
    return (error) => logger.warn({ err: error, platform: 'slack', channel }, what);
  }

  return {
    take,
    async confirm(asked, label) {
      const { line } = asked;
      const text = `Press to run \`${line}\`.`;
      await tell(asked, { tone: 'warning', text, actions: [{ label, command: line, style: 'danger' }] });
    },
    async submit(asked, form, values) {
      const { line, secrets } = form.submit(values);
      const request = dispatcher.read({ line, secrets });
      const running = dispatcher.dispatch(request, { ...asked.origin, form: true });
      const quick = await resolveWithin(running, submitMs);
      if (quick?.tone === 'danger') return errorUnder(form, values, quick.text ?? quick.title ?? 'That was refused.');
      track(running.then((reply) => settle({ ...asked, line }, request, reply)));
      return undefined;
    },
  };
}
