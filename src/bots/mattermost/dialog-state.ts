import { z } from 'zod';
import type { Cipher } from '../../secrets/cipher.ts';

/** What a dialog remembers while a person fills it in; never a secret. */
const stateSchema = z.object({
  line: z.string(),
  /** As in origins. */
  thread: z.string(),
  channelName: z.string().optional(),
  account: z.string(),
  responsePath: z.string().optional(),
  asks: z.array(z.object({ name: z.string(), summary: z.string() })).optional(),
  /** It asks whether the line is to run. */
  question: z.literal(true).optional(),
  /** Seconds since 1970. */
  expires: z.number(),
});
export type DialogState = Omit<z.infer<typeof stateSchema>, 'expires'>;

const purpose = 'mattermost dialog';
/** Somebody may look something up while it is open, milliseconds. */
const lifetimeMs = 24 * 3_600_000;

/** The state goes to the person's client and back, so it is signed. */
export function sealState(state: DialogState, cipher: Cipher, now = new Date()): string {
  const text = JSON.stringify({ ...state, expires: Math.ceil((now.getTime() + lifetimeMs) / 1_000) });
  return `${cipher.sign(text, purpose)}.${text}`;
}

/** Undefined when it is not ours, is somebody else's, or too old. */
export function openState(sealed: string, account: string, cipher: Cipher, now = new Date()): DialogState | undefined {
  const dot = sealed.indexOf('.');
  const text = sealed.slice(dot + 1);
  if (dot < 0 || !cipher.verify(text, sealed.slice(0, dot), purpose)) return undefined;
  const { expires, ...state } = stateSchema.parse(JSON.parse(text));
  return state.account === account && expires * 1_000 > now.getTime() ? state : undefined;
}
