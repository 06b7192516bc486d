import { Client, DefaultRestOptions, type RESTOptions } from 'discord.js';
import { Readable } from 'node:stream';
import { readWithin } from '../../bounded-answer.ts';
import type { DiscordConfig } from '../../config-chat-platforms.ts';

/** A call that takes longer counts as an outage, milliseconds. */
const callMs = 10_000;
/** All commands of an application, the largest of answers, have about a megabyte. */
const maxAnswer = 4 * 1024 ** 2;

/** The library's client, not yet connected. @param timeoutMs How long one call may take, milliseconds (default 10 000). */
export function createClient({ apiUrl, token }: Pick<DiscordConfig, 'apiUrl' | 'token'>, timeoutMs = callMs): Client {
  const client = new Client({
    intents: [],
    rest: {
      version: '10',
      timeout: timeoutMs,
      makeRequest: requestWhole,
      retries: 1,
      ...(apiUrl !== undefined && { api: apiUrl }),
      // Edits are not queued: when they may go on, they show what is newest.
      rejectOnRateLimit: ({ method, route }) => method === 'PATCH' && route.startsWith('/channels/'),
    },
  });
  client.rest.setToken(token);
  return client;
}

/**
 * What discord.js sends with, but it resolves to whole answers: the library's own time limit ends with the headers, and
 * there is none for the size.
 * @throws {AnswerTooLargeError}
 */
const requestWhole: RESTOptions['makeRequest'] = async (url, init) => {
  const response = await DefaultRestOptions.makeRequest(url, init);
  const bytes = response.body === null ? Buffer.alloc(0) : await readWithin(response.body as Readable, maxAnswer);
  const text = async () => bytes.toString('utf8');
  return {
    headers: response.headers,
    ok: response.ok,
    status: response.status,
    statusText: response.statusText,
    body: Readable.from([bytes]),
    bodyUsed: false,
    arrayBuffer: async () => new Uint8Array(bytes).buffer,
    json: async () => JSON.parse(await text()) as unknown,
    text,
  };
};
