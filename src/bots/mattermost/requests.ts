import type { ServerResponse } from 'node:http';
import { type Form, formOf, secretForm } from '../../handlers/command-form.ts';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import type { MattermostApi } from './api.ts';
import type { Me } from './me.ts';
import type { Asked } from './asked.ts';
import type { Conversation } from './conversation.ts';
import { type DialogState, openState } from './dialog-state.ts';
import { endWith, hold } from './held.ts';
import type { CommandCall, HttpHandlers, PressRequest, SubmissionRequest } from './http.ts';
import { withChannelIds } from './message-line.ts';
import { originOf } from './origin.ts';
import { openPress } from './press.ts';
import { parseThread } from './thread-ref.ts';
import { isTriggerOf } from './trigger.ts';

export interface RequestsDeps {
  api: MattermostApi;
  cipher: Cipher;
  conversation: Conversation;
  dispatcher: Dispatcher;
  me(): Promise<Me>;
  track(work: Promise<void>): void;
}

/** Takes what people do at buttons, in dialogs and with the slash command. */
export function createRequests(deps: RequestsDeps): HttpHandlers {
  const { api, cipher, conversation, dispatcher, me, track } = deps;

  async function command(call: CommandCall, response: ServerResponse): Promise<void> {
    const { account, channel, channelName, channels, responsePath, root, text, trigger } = call;
    const request = hold(response);
    const thread = { channel, root };
    const line = await withChannelIds(text, (name) => channels.get(name));
    const origin = await originOf(api, (await me()).id, { account, thread, channelName });
    const held = { as: 'command' as const, request };
    await conversation.take({ line, origin, thread, channelName, held, responsePath, trigger });
    request.answer({});
  }

  async function press(pressed: PressRequest, response: ServerResponse): Promise<void> {
    const {
      channel_id: channel,
      channel_name: channelName,
      context,
      post_id: post,
      trigger_id: trigger,
      user_id: account,
    } = pressed;
    const option = typeof context['selected_option'] === 'string' ? context['selected_option'] : undefined;
    const opened = openPress(context, { channel, post, account, option }, cipher);
    if (!opened || !(await isTheirs(account, trigger)))
      return endWith(response, 403, { error: 'This is no press of a button of ours.' });
    const request = hold(response);
    if ('problem' in opened) return void request.answer({ ephemeral_text: opened.problem, skip_slack_parsing: true });
    const { confirm, form, line } = opened.choice;
    const thread = { channel, root: undefined };
    const origin = await originOf(api, (await me()).id, { account, thread, channelName });
    const asked: Asked = { line, origin, thread, channelName, held: { as: 'press', request }, trigger, form };
    await (confirm ? conversation.confirm(asked, confirm) : conversation.take(asked));
    request.answer({});
  }

  /** Where the server tells no key, only our own signature proves the press. */
  async function isTheirs(account: string, trigger: string | undefined): Promise<boolean> {
    const { signingKey } = await api.facts();
    return signingKey === undefined || isTriggerOf(account, trigger ?? '', signingKey);
  }

  async function submission(sent: SubmissionRequest, response: ServerResponse): Promise<void> {
    if (sent.cancelled) return endWith(response, 200, {});
    const state = openState(sent.state, sent.user_id, cipher);
    const outdated = 'This form is too old or not yours, and nothing was run. Close it and open it again.';
    if (!state) return endWith(response, 200, { error: outdated });
    const thread = parseThread(state.thread);
    const { account, channelName, line, responsePath } = state;
    const origin = await originOf(api, (await me()).id, { account, thread, channelName });
    const asked: Asked = { line, origin, thread, channelName, responsePath };
    if (state.question) {
      track(conversation.take(asked));
      return endWith(response, 200, {});
    }
    const form = formOfState(dispatcher, state);
    if (!form) return endWith(response, 200, { error: outdated });
    const errors = await conversation.submit(asked, form, valuesOf(sent));
    endWith(response, 200, errors ? { errors } : {});
  }

  /** What fails before it is answered is a refusal to the server, which says so to the person. */
  function answered(work: Promise<void>, response: ServerResponse): void {
    track(
      work.catch((error: unknown) => {
        if (!response.headersSent) endWith(response, 500, { error: 'Shipmate could not take this.' });
        throw error;
      }),
    );
  }

  return {
    command: (call, response) => answered(command(call, response), response),
    press: (request, response) => answered(press(request, response), response),
    submission: (request, response) => answered(submission(request, response), response),
  };
}

/** The form of a dialog, from what it remembers; undefined when its command has none any more. */
function formOfState({ read }: Dispatcher, { asks, line }: DialogState): Form | undefined {
  return asks ? secretForm(line, asks) : formOf(read({ line }));
}

/** What was left empty is null or absent. */
function valuesOf({ submission }: SubmissionRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(submission ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value === true ? 'true' : '',
    ]),
  );
}
