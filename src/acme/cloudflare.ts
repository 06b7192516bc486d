import { z } from 'zod';
import { AnswerTooLargeError, textWithin } from '../bounded-answer.ts';
import type { DnsConfig } from '../config.ts';
import { userAgent } from '../version.ts';
import { type DnsProvider, DnsProviderError } from './dns-provider.ts';

const answerMs = 20_000;
/** The least that Cloudflare takes, seconds. */
const ttl = 60;

const Answer = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});
const Found = z.array(z.object({ id: z.string(), content: z.string().optional() }));

/**
 * Four requests of Cloudflare's API by hand. Its official client (`cloudflare` 7.3.0) is not used: 17,310 files and 120
 * MB on disk, and 47 MB of memory and a second to load for every endpoint there is, also by `cloudflare/tree-shakable`.
 *
 * The token needs the permissions Zone / Zone / Read and Zone / DNS / Edit.
 * @see https://developers.cloudflare.com/api/resources/dns/subresources/records/
 */
export function cloudflare({ token, apiUrl }: DnsConfig): DnsProvider {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': userAgent },
        signal: AbortSignal.timeout(answerMs),
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await textWithin(response);
    } catch (error) {
      const why =
        error instanceof AnswerTooLargeError ? `Cloudflare: ${error.message}.` : 'Cloudflare does not answer.';
      throw new DnsProviderError(why, { cause: error });
    }
    const answer = Answer.safeParse(parsed(text)).data;
    if (response.ok && answer?.success) return answer.result;
    const words = answer?.errors.map(({ code, message }) => `${message} (${code})`).join('; ');
    const step = [401, 403].includes(response.status) ? ' CLOUDFLARE_API_TOKEN needs Zone Read and DNS Edit.' : '';
    throw new DnsProviderError(`Cloudflare refuses: ${words || `it answers ${response.status}`}.${step}`);
  }

  /** The zone is the longest end of the name that Cloudflare knows. */
  async function zoneOf(name: string): Promise<string> {
    for (let labels = name.split('.').slice(1); labels.length >= 2; labels = labels.slice(1)) {
      const [zone] = Found.parse(await call('GET', `/zones?name=${encodeURIComponent(labels.join('.'))}`));
      if (zone) return zone.id;
    }
    throw new DnsProviderError(
      `The Cloudflare token has no access to a zone of ${name.replace(/^_acme-challenge\./, '')}.`,
    );
  }

  async function recordsOf(zone: string, name: string, value: string): Promise<string[]> {
    const query = `type=TXT&name=${encodeURIComponent(name)}&per_page=100`;
    const records = Found.parse(await call('GET', `/zones/${zone}/dns_records?${query}`));
    return records.filter(({ content }) => content?.replaceAll('"', '') === value).map(({ id }) => id);
  }

  return {
    name: 'Cloudflare',
    async set(name, value) {
      const zone = await zoneOf(name);
      if ((await recordsOf(zone, name, value)).length > 0) return;
      // TXT values are quoted strings there.
      await call('POST', `/zones/${zone}/dns_records`, { type: 'TXT', name, content: `"${value}"`, ttl });
    },
    async remove(name, value) {
      const zone = await zoneOf(name);
      for (const id of await recordsOf(zone, name, value)) await call('DELETE', `/zones/${zone}/dns_records/${id}`);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
