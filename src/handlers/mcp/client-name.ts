import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { oneLine } from '../../harmless-text.ts';

/** As much as an audit row shows, characters. */
const longestName = 60;
const longestVersion = 19;
const longest = longestName + 1 + longestVersion;

const Implementation = z.object({ name: z.string(), version: z.string().optional() });
const Message = z.object({
  method: z.string().optional(),
  params: z
    .object({
      clientInfo: z.unknown().optional(),
      _meta: z.object({ 'io.modelcontextprotocol/clientInfo': z.unknown().optional() }).optional(),
    })
    .optional(),
});

/** How a client names itself, e.g. `claude-code 2.1.0`: nobody checks it, so it is made harmless and short. */
function nameOf(info: unknown): string | undefined {
  const read = Implementation.safeParse(info);
  if (!read.success) return undefined;
  const { name, version = '' } = read.data;
  return [short(name, longestName), short(version, longestVersion)].filter(Boolean).join(' ') || undefined;
}

function short(text: string, length: number): string {
  return oneLine(text.slice(0, 10 * length)).slice(0, length);
}

/** What a message says about its sender: since 2026-07-28 every one says it, before only the first. */
export function clientOf(body: unknown): { name: string | undefined; begins: boolean } {
  const message = Message.safeParse(body);
  if (!message.success) return { name: undefined, begins: false };
  const { method, params } = message.data;
  const begins = method === 'initialize';
  return { name: nameOf(begins ? params?.clientInfo : params?._meta?.['io.modelcontextprotocol/clientInfo']), begins };
}

/**
 * A session id that carries the client's name, so that later requests tell it to whichever replica they reach. It opens
 * nothing: the token does.
 */
export function sessionIdFor(name: string): string {
  return `${randomBytes(16).toString('hex')}.${Buffer.from(name).toString('base64url')}`;
}

/** The name in a session id; undefined when it is none of ours. */
export function nameInSession(id: string | undefined): string | undefined {
  const encoded = /^[\da-f]{32}\.([\w-]{1,500})$/.exec(id ?? '')?.[1];
  if (encoded === undefined) return undefined;
  return oneLine(Buffer.from(encoded, 'base64url').toString('utf8')).slice(0, longest) || undefined;
}
