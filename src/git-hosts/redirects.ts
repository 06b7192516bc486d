import { userAgent } from '../version.ts';
import { GitHostError } from './api.ts';

/** As browsers and git allow at most 20; a host needs one for https and one for a renamed repository. */
const maxRedirects = 5;

/**
 * Follows redirects with the same method and body, to the same host only. `fetch` itself would turn a POST that is
 * answered with 301 into a GET without a body, which answers 200 and does nothing, and would send on a token that is
 * not in `Authorization` (`PRIVATE-TOKEN`) wherever it is told.
 * @throws {GitHostError} when the redirect leads to another host, back to http, or nowhere.
 */
export async function fetchAtHost(url: string | URL | Request, init: RequestInit): Promise<Response> {
  const request = new Request(url, init);
  const body = request.body ? await request.arrayBuffer() : undefined;
  const { headers, method, signal } = request;
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  let address = request.url;
  for (let turn = 0; turn <= maxRedirects; turn += 1) {
    const response = await fetch(address, { method, headers, signal, redirect: 'manual', ...(body && { body }) });
    if (![301, 302, 307, 308].includes(response.status)) return response;
    await response.body?.cancel();
    address = nextAddress(address, response.headers.get('location'));
  }
  throw new GitHostError(`it redirects more than ${maxRedirects} times`);
}

function nextAddress(from: string, location: string | null): string {
  if (location === null || !URL.canParse(location, from)) throw new GitHostError('it redirects to no address');
  const [old, next] = [new URL(from), new URL(location, from)];
  const isSecured = old.protocol === 'http:' && next.protocol === 'https:';
  if (next.origin !== old.origin && !(isSecured && next.hostname === old.hostname)) {
    throw new GitHostError(
      `it redirects to ${next.origin}, which does not get the token. Connect the repository at the address it has now`,
      { refused: true },
    );
  }
  return next.href;
}
