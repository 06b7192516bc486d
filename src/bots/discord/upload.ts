import type { RequestData } from 'discord.js';
import type { DiscordFile } from './message.ts';

/**
 * The body of a message with files, as bytes, and their list, without which no component of an edit may name them. Given a `FormData`, the HTTP client of Node streams it, and when the
 * connection turns out to be closed, an error that nobody can catch ends the process (seen with Node 24.21).
 */
export async function uploadOf(
  message: object,
  files: readonly DiscordFile[],
): Promise<Pick<RequestData, 'body' | 'headers' | 'passThroughBody'>> {
  if (files.length === 0) return { body: message };
  const form = new FormData();
  const attachments = files.map(({ alt, name }, id) => ({ id, filename: name, ...(alt && { description: alt }) }));
  form.set('payload_json', JSON.stringify({ ...message, attachments }));
  for (const [at, { data, name }] of files.entries()) {
    form.set(`files[${at}]`, new Blob([new Uint8Array(data)], { type: typeOf(name) }), name);
  }
  const encoded = new Response(form);
  return {
    body: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    passThroughBody: true,
  };
}

function typeOf(name: string): string {
  return name.endsWith('.png') ? 'image/png' : 'text/plain; charset=utf-8';
}
