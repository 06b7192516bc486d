import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { RawListener } from '../../handlers/bodies/raw-request.ts';
import { endWith } from './held.ts';

const pressSchema = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  channel_name: z.string().optional(),
  post_id: z.string(),
  trigger_id: z.string().optional(),
  context: z.record(z.string(), z.unknown()),
});
export type PressRequest = z.infer<typeof pressSchema>;

const submissionSchema = z.object({
  type: z.literal('dialog_submission'),
  user_id: z.string(),
  state: z.string(),
  submission: z.record(z.string(), z.unknown()).nullish(),
  cancelled: z.boolean().optional(),
});
export type SubmissionRequest = z.infer<typeof submissionSchema>;

/** What a slash command sends. */
export interface CommandCall {
  text: string;
  channel: string;
  channelName: string;
  root: string | undefined;
  account: string;
  trigger: string | undefined;
  /** Path of its `response_url`. */
  responsePath: string | undefined;
  /** Ids of the public channels that the text names, by their names. */
  channels: Map<string, string>;
}

export interface HttpHandlers {
  command(call: CommandCall, response: ServerResponse): void;
  press(request: PressRequest, response: ServerResponse): void;
  submission(request: SubmissionRequest, response: ServerResponse): void;
}

/** Slash commands by their tokens, presses and dialogs, which carry our own signatures: one address takes them all. */
export function httpListener(commandTokens: readonly string[], handlers: HttpHandlers): RawListener {
  const known = commandTokens.map(hash);

  function takeCommand(body: string, response: ServerResponse): void {
    // Before the form is read, which takes long for a large one.
    const given = hash(/(?:^|&)token=([\w-]{1,100})(?:&|$)/.exec(body)?.[1] ?? '');
    // All are compared, so that the time tells nothing.
    if (known.filter((token) => timingSafeEqual(token, given)).length === 0)
      return endWith(response, 401, {
        text: 'SHIPMATE_MATTERMOST_COMMAND_TOKENS lacks the token of this slash command.',
      });
    handlers.command(callOf(new URLSearchParams(body)), response);
  }

  return (request, response) => {
    const body = request.rawBody.toString('utf8');
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      return takeCommand(body, response);
    const json = jsonOf(body);
    const submission = submissionSchema.safeParse(json).data;
    if (submission) return handlers.submission(submission, response);
    const press = pressSchema.safeParse(json).data;
    if (press) return handlers.press(press, response);
    endWith(response, 400, { error: 'This is no request of Mattermost.' });
  };
}

function callOf(form: URLSearchParams): CommandCall {
  const names = form.getAll('channel_mentions');
  const ids = form.getAll('channel_mentions_ids');
  return {
    text: (form.get('text') ?? '').trim(),
    channel: form.get('channel_id') ?? '',
    channelName: form.get('channel_name') ?? '',
    root: form.get('root_id') || undefined,
    account: form.get('user_id') ?? '',
    trigger: form.get('trigger_id') || undefined,
    responsePath: /\/hooks\/commands\/[a-z0-9]+$/.exec(form.get('response_url') ?? '')?.[0],
    channels: new Map(names.map((name, at) => [name, ids[at] ?? ''])),
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
