import type { CallToolResult } from '@modelcontextprotocol/server';
import { harmless } from '../../harmless-text.ts';
import type { Reply } from '../../replies/reply.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { replyText } from './reply-text.ts';

/** More data than this would be read twice, as they are in the text as well. Characters of JSON. */
const mostData = 10_000;

/** What has the shape of a credential; the secrets that Shipmate knows are hidden where the text is made. */
const redact = createRedactor([]);

/**
 * What an assistant is told. An answer that is only for the person who asked holds a secret, or a link that acts as them:
 * the assistant gets its sentences alone.
 */
export function toolResult(reply: Reply): CallToolResult {
  const shown = reply.private ? withoutSecrets(reply) : reply;
  const data = shown.data === undefined ? undefined : structured(shown.data);
  return {
    content: [{ type: 'text', text: redact(replyText(shown)) }],
    ...(data && { structuredContent: data }),
    ...(reply.tone === 'danger' && { isError: true }),
  };
}

/** A mistake or a refusal, as a sentence that the assistant can act on. */
export function toolError(sentence: string): CallToolResult {
  return { content: [{ type: 'text', text: redact(harmless(sentence)) }], isError: true };
}

/** Its sentences, and where the rest is. */
export function withoutSecrets({ text, title, tone }: Reply): Reply {
  const note =
    'What else it says is a secret, which only people are shown: a person gets it in chat, by the same command.';
  return { tone, ...(title !== undefined && { title }), text: [text, note].filter(Boolean).join('\n') };
}

/** What `--json` prints, as an object, which the protocol asks for. */
function structured(data: unknown): Record<string, unknown> | undefined {
  const json = JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'string' ? redact(harmless(value)) : value,
  );
  return json === undefined || json.length > mostData ? undefined : { result: JSON.parse(json) as unknown };
}
