import type { Commits } from '@gitbeaker/rest';
import type { Fetch } from '../transport.ts';

type RequesterFn = NonNullable<ConstructorParameters<typeof Commits>[0]['requesterFn']>;
type Requester = ReturnType<RequesterFn>;
type Answer = Awaited<ReturnType<Requester['get']>>;

/**
 * What Gitbeaker sends with. Its own tries an answer of 429 again nine times within a third of a second, and
 * keeps neither the status nor `Retry-After`.
 */
export function gitLabRequester(fetch: Fetch): RequesterFn {
  return ({ authHeaders, headers, url }) => {
    async function send(method: string, endpoint: string, options: Parameters<Requester['get']>[1] = {}) {
      // Of some resources the base is a folder without its slash.
      const address = new URL(endpoint, `${url}/`.replace(/\/+$/, '/'));
      for (const [key, value] of Object.entries(snakeCase(options.searchParams))) {
        if (isPlain(value)) address.searchParams.set(key, String(value));
      }
      const authorization = await authHeaders['authorization']?.();
      const response = await fetch(address, {
        method,
        headers: { ...headers, ...(authorization && { authorization }), 'content-type': 'application/json' },
        ...(options.body && { body: JSON.stringify(snakeCase(options.body as Record<string, unknown>)) }),
      });
      const text = await response.text();
      // A removal is answered with nothing.
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      return { body, headers: Object.fromEntries(response.headers), status: response.status } as Answer;
    }
    const as = (method: string) => (endpoint: string, options?: Parameters<Requester['get']>[1]) =>
      send(method, endpoint, options);
    return { get: as('GET'), post: as('POST'), put: as('PUT'), patch: as('PATCH'), delete: as('DELETE') } as Requester;
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function snakeCase(values: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
