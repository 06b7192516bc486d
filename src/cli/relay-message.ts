import { z } from 'zod';
import { UnavailableError, UserError } from '../errors.ts';
import { readLines } from '../text-lines.ts';
import { userAgent } from '../version.ts';
import type { Transport } from './transport.ts';

/** A connection of an assistant, which the server does not know as one: each message is a request of its own. */
export interface Relay {
  /** Finds Shipmate: before the first message, and again once it did not answer. */
  open(): Promise<Transport>;
  transport: Transport | undefined;
  path: string;
  /** What ends each request that is under way, by its id. */
  underWay: Map<string | number, AbortController>;
  /** Of the first answer: carries the assistant's name. */
  session?: string;
  /** Of the protocol, as it was agreed upon. */
  version?: string;
}

type Write = (message: unknown) => void;

/** Of the server's answers, characters. */
const longestAnswer = 10 * 1024 ** 2;

const Id = z.union([z.string(), z.number()]);
const Message = z.object({
  id: Id.optional(),
  method: z.string().optional(),
  params: z
    .object({
      name: z.unknown().optional(),
      uri: z.unknown().optional(),
      requestId: Id.optional(),
      _meta: z.object({ 'io.modelcontextprotocol/protocolVersion': z.string().optional() }).optional(),
    })
    .optional(),
});
type Message = z.infer<typeof Message>;
const Problem = z.object({ detail: z.string() });
const Answer = z.object({ id: Id, method: z.undefined().optional() });
/** A refusal of what the server did not read so far as to know its id. */
const Nameless = z.looseObject({ id: z.null().optional(), error: z.object({}).loose() });
const Begun = z.object({ id: Id, result: z.object({ protocolVersion: z.string() }) });

/**
 * Sends one message of an assistant on, and writes what comes back. What goes wrong is an answer too.
 * @param text Undefined for a message that is too long.
 */
export async function relayMessage(relay: Relay, text: string | undefined, write: Write): Promise<void> {
  const message = text === undefined ? undefined : read(text);
  if (!message || text === undefined) {
    const why = text === undefined ? 'The message is longer than 1 MiB.' : 'The message is not JSON-RPC.';
    write({ jsonrpc: '2.0', id: null, error: { code: -32_700, message: why } });
    return;
  }
  const { id, method, params } = message;
  // Nobody waits any more: leaving the request tells the server so.
  if (method === 'notifications/cancelled' && params?.requestId !== undefined) {
    relay.underWay.get(params.requestId)?.abort();
    return;
  }
  const ending = new AbortController();
  if (id !== undefined) relay.underWay.set(id, ending);
  try {
    await exchange(relay, { message, text }, ending.signal, write);
  } catch (error) {
    if (ending.signal.aborted) return;
    if (error instanceof UnavailableError) relay.transport = undefined;
    if (id === undefined) return;
    const why = error instanceof UserError ? error.message : 'The connection to Shipmate was lost before it answered.';
    write({ jsonrpc: '2.0', id, error: { code: -32_000, message: why } });
  } finally {
    if (id !== undefined) relay.underWay.delete(id);
  }
}

async function exchange(
  relay: Relay,
  { message, text }: { message: Message; text: string },
  signal: AbortSignal,
  write: Write,
): Promise<void> {
  const transport = (relay.transport ??= await relay.open());
  const headers = headersFor(relay, message);
  const response = await transport.send(relay.path, { method: 'POST', body: text, headers, signal });
  const session = response.headers.get('mcp-session-id');
  if (session !== null) relay.session = session;
  let isAnswered = message.id === undefined;
  for await (const one of messagesIn(response, transport.place)) {
    if (message.method === 'initialize') agree(relay, one);
    const nameless = isAnswered ? undefined : Nameless.safeParse(one).data;
    isAnswered ||= nameless !== undefined || Answer.safeParse(one).data?.id === message.id;
    write(nameless ? { ...nameless, id: message.id } : one);
  }
  if (isAnswered) return;
  // Whoever asked would wait for ever.
  throw new UserError(`The server at ${transport.place} sent no answer (HTTP ${response.status}).`);
}

/** @throws {UserError} for what is no message, with the server's own sentence where it has one. */
async function* messagesIn(response: Response, place: string): AsyncGenerator<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('text/event-stream') && response.body) {
    for await (const { text } of readLines(response.body, longestAnswer)) {
      const message = text.startsWith('data:') ? parsed(text.slice('data:'.length)) : undefined;
      if (message !== undefined) yield message;
    }
    return;
  }
  const answer = await response.text();
  if (answer.trim() === '') return;
  const message = parsed(answer);
  const problem = type.includes('problem+json') ? Problem.safeParse(message) : undefined;
  if (problem?.success) throw new UserError(problem.data.detail);
  if (message === undefined) throw new UserError(`The server at ${place} is not Shipmate (HTTP ${response.status}).`);
  yield message;
}

function agree(relay: Relay, message: unknown): void {
  const begun = Begun.safeParse(message);
  if (begun.success) relay.version = begun.data.result.protocolVersion;
}

/** What the protocol says beside the message: since 2026-07-28, gateways read these and not the body. */
function headersFor({ session, version }: Relay, { method, params }: Message): Record<string, string> {
  const own = params?._meta?.['io.modelcontextprotocol/protocolVersion'];
  const named = params?.name ?? params?.uri;
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'user-agent': userAgent,
    ...(session !== undefined && { 'mcp-session-id': session }),
    ...((own ?? version) !== undefined && method !== 'initialize' && { 'mcp-protocol-version': own ?? version ?? '' }),
    ...(own !== undefined && method !== undefined && { 'mcp-method': headerValue(method) }),
    ...(own !== undefined && typeof named === 'string' && { 'mcp-name': headerValue(named) }),
  };
}

/** Headers hold ASCII; the protocol has a form for all else. */
function headerValue(text: string): string {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text) && !text.startsWith('=?base64?')) return text;
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

function read(text: string): Message | undefined {
  const message = Message.safeParse(parsed(text));
  return message.success ? message.data : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
