import { z } from 'zod';
import type { Cipher } from '../../secrets/cipher.ts';

const choiceSchema = z.object({
  line: z.string(),
  /** Asked before the line runs. */
  confirm: z.object({ question: z.string(), label: z.string() }).optional(),
  /** Its form is wanted first. */
  form: z.literal(true).optional(),
});

/** What a button or a menu does: one of these lines. */
export interface Press {
  choices: z.infer<typeof choiceSchema>[];
}

/** Where a button is. */
export interface Place {
  /** Id of the channel. */
  channel: string;
  /** Of the message, as far as it is known. */
  post?: string | undefined;
  /** Who alone may press it. */
  account?: string | undefined;
}

const sealedSchema = z.object({
  choices: z.array(choiceSchema),
  channel: z.string(),
  post: z.string().optional(),
  account: z.string().optional(),
  /** Seconds since 1970. */
  expires: z.number(),
});

const purpose = 'mattermost press';
/** Live messages and calls for approvals are pressed days later, milliseconds; an edit renews it. */
const lifetimeMs = 30 * 86_400_000;

/** What stands behind a button, signed: only the server of Mattermost hands it out, and only for that place and time. */
export function sealPress({ choices }: Press, place: Place, cipher: Cipher, now = new Date()): Record<string, unknown> {
  const sealed = JSON.stringify({ choices, ...place, expires: Math.ceil((now.getTime() + lifetimeMs) / 1_000) });
  return { sealed, signature: cipher.sign(sealed, purpose) };
}

export type Opened = { choice: Press['choices'][number] } | { problem: string };

/** @param pressed What the server says of the press; `option` is what was chosen of a menu. */
export function openPress(
  context: Record<string, unknown>,
  pressed: { channel: string; post: string; account: string; option: string | undefined },
  cipher: Cipher,
  now = new Date(),
): Opened | undefined {
  const { sealed, signature } = context;
  if (typeof sealed !== 'string' || typeof signature !== 'string') return undefined;
  if (!cipher.verify(sealed, signature, purpose)) return undefined;
  const { account, channel, choices, expires, post } = sealedSchema.parse(JSON.parse(sealed));
  if (channel !== pressed.channel || (post !== undefined && post !== pressed.post)) return undefined;
  if (account !== undefined && account !== pressed.account) return { problem: 'This is for somebody else.' };
  if (expires * 1_000 <= now.getTime()) return { problem: 'This button is too old. Type the command instead.' };
  const choice = choices[Number(pressed.option ?? 0)];
  return choice && { choice };
}
