import type { Form } from '../../handlers/command-form.ts';
import type { Logger } from '../../logger.ts';
import type { Reply } from '../../replies/reply.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import type { MattermostApi } from './api.ts';
import type { Asked } from './asked.ts';
import { type Dialog, renderDialog, renderQuestion } from './dialog.ts';
import { type DialogState, sealState } from './dialog-state.ts';
import type { Draw } from './draw.ts';
import { filesOf, type MattermostMessage, renderText } from './render.ts';
import { MattermostError } from './rest.ts';
import { formatThread } from './thread-ref.ts';

/** What people see of an answer. */
export interface Answers {
  /** Shows it to the person alone. */
  tell(asked: Asked, reply: Reply): Promise<void>;
  /** Shows it to all of the channel. */
  announce(asked: Asked, reply: Reply): Promise<void>;
  /** @throws {Error} when the dialog does not open. */
  openForm(asked: Asked, form: Form, asks?: Reply['asks']): Promise<void>;
  openQuestion(asked: Asked, question: { label: string; question: string }): Promise<void>;
}

export interface AnswersDeps {
  api: MattermostApi;
  cipher: Cipher;
  draw: Draw;
  logger: Logger;
  /** Where dialogs are sent to. */
  url: string;
}

/** A bot that may not whisper is asked again after this, milliseconds. */
const againMs = 3_600_000;

export function createAnswers({ api, cipher, draw, logger, url }: AnswersDeps): Answers {
  let refusedAt = Number.NEGATIVE_INFINITY;

  /** Only a bot that is a system admin may, so most may not. */
  async function whisper({ origin, thread }: Asked, message: MattermostMessage): Promise<boolean> {
    if (performance.now() - refusedAt < againMs) return false;
    try {
      await api.whisper(thread, origin.account, message);
      return true;
    } catch (error) {
      if (!(error instanceof MattermostError) || error.status !== 403) throw error;
      refusedAt = performance.now();
      return false;
    }
  }

  /** Shows it as the answer to what the person did, for as long as the server takes one. */
  async function respond({ held, responsePath }: Asked, reply: Reply, message: MattermostMessage) {
    const command = commandResponse('ephemeral', message);
    const hasParts = filesOf(reply).length > 0;
    if (held?.as === 'command' && held.request.answer(command)) return true;
    if (held?.as === 'press' && !hasParts && (reply.actions ?? []).length === 0) {
      const text = renderText(reply, (await api.facts()).limits);
      if (held.request.answer({ ephemeral_text: text, skip_slack_parsing: true })) return true;
    }
    if (responsePath === undefined) return false;
    await api.rest.post(responsePath, command);
    return true;
  }

  async function tell(asked: Asked, reply: Reply): Promise<void> {
    const { origin, thread } = asked;
    const files = filesOf(reply);
    if (!origin.shared && !reply.private) {
      await api.post(thread, await draw(reply, { channel: thread.channel }), { files });
      return;
    }
    const message = await draw(reply, { channel: thread.channel, account: origin.account });
    const shown = await respond(asked, reply, message).catch(report('not answered by the request', asked));
    if (!shown && !(await whisper(asked, message))) await direct(asked, reply);
    // Nothing that one person alone sees holds files.
    else if (files.length > 0)
      await direct(asked, { tone: reply.tone, ...(reply.title && { title: reply.title }) }, reply);
  }

  async function direct({ origin }: Asked, reply: Reply, files: Reply = reply): Promise<void> {
    const channel = await api.openDirect(origin.account);
    const message = await draw(reply, { channel, account: origin.account });
    await api.post({ channel, root: undefined }, message, { files: filesOf(files) });
  }

  function report(what: string, { origin: { channel } }: Asked): (error: unknown) => false {
    return (error) => {
      logger.warn({ err: error, platform: 'mattermost', channel }, what);
      return false;
    };
  }

  async function open(asked: Asked, dialog: (state: string) => Dialog, more: Partial<DialogState>): Promise<void> {
    const { channelName, line, origin, responsePath, thread, trigger = '' } = asked;
    const state: DialogState = {
      line,
      thread: formatThread(thread),
      account: origin.account,
      channelName,
      responsePath,
      ...more,
    };
    await api.openDialog(trigger, url, dialog(sealState(state, cipher)));
  }

  return {
    tell,
    async announce(asked, reply) {
      const { origin, responsePath, thread } = asked;
      const footer = origin.shared ? `Asked by ${origin.accountName}` : undefined;
      const message = await draw(reply, { channel: thread.channel }, footer);
      try {
        await api.post(thread, message, { files: filesOf(reply) });
      } catch (error) {
        report('answered by the request', asked)(error);
        // Where the bot is no member, the answer is that of the command.
        if (responsePath === undefined)
          await tell(asked, { ...reply, text: `${reply.text ?? ''}\nI may not write here: \`/invite\` me.`.trim() });
        else await api.rest.post(responsePath, commandResponse('in_channel', message));
      }
    },
    async openForm(asked, form, asks) {
      await open(asked, (state) => renderDialog(form, state), asks ? { asks: [...asks] } : {});
    },
    async openQuestion(asked, question) {
      await open(asked, (state) => renderQuestion(question, state), { question: true });
    },
  };
}

/** @see https://developers.mattermost.com/integrate/slash-commands, under “Parameters” */
function commandResponse(type: 'ephemeral' | 'in_channel', { message, props }: MattermostMessage): object {
  return { response_type: type, text: message, attachments: props.attachments, skip_slack_parsing: true };
}
