import { textWithin } from '../../bounded-answer.ts';

/** A call that takes longer counts as an outage, milliseconds. */
export const callMs = 10_000;
/** Without a word of the server about how long to wait, milliseconds. */
const pauseMs = 1_000;

/** What Mattermost answers other than success. */
export class MattermostError extends Error {
  override name = 'MattermostError' as const;
  readonly status: number;
  /** e.g. `api.context.permissions.app_error`; empty when something before Mattermost answered. */
  readonly id: string;

  constructor(message: string, { id, status }: { id: string; status: number }) {
    super(message);
    this.status = status;
    this.id = id;
  }
}

/** It wants fewer requests. Its answer is plain text, so only the headers tell for how long. */
export class TooManyRequestsError extends Error {
  override name = 'TooManyRequestsError' as const;
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`Mattermost wants a pause of ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Rest {
  /**
   * One request to the REST API. @param path After `/api/v4`.
   * @throws {MattermostError} @throws {TooManyRequestsError} and what `fetch` throws, e.g. when the server is away.
   */
  call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T>;
  /** To an address of the server that needs no token, e.g. a `response_url`. */
  post(path: string, body: object): Promise<void>;
}

/** Mattermost by HTTP: every call ends in time, and no answer is larger than what is read of it. */
export function createRest(url: string, token: string, timeoutMs = callMs): Rest {
  async function send(address: string, init: RequestInit): Promise<string> {
    // A redirect would turn a POST into a GET.
    const response = await fetch(address, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const answer = await textWithin(response);
    if (response.ok) return answer;
    if (response.status === 429) throw new TooManyRequestsError(pauseOf(response.headers));
    throw errorOf(response, answer);
  }

  return {
    async call<T>(method: string, path: string, body?: object) {
      const form = body instanceof FormData;
      const answer = await send(`${url}/api/v4${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && !form && { 'content-type': 'application/json' }) },
        ...(body && { body: form ? body : JSON.stringify(body) }),
      });
      return JSON.parse(answer) as T;
    },
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      await send(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    },
  };
}

/** Seconds in both headers. @see https://developers.mattermost.com/api-documentation/, under “Rate limiting” */
function pauseOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? headers.get('x-ratelimit-reset') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= 3_600 ? Math.max(1, seconds * 1_000) : pauseMs;
}

function errorOf({ headers, status }: Response, answer: string): MattermostError {
  const to = headers.get('location');
  if (status >= 300 && status < 400 && to !== null)
    return new MattermostError(`it leads on to another address: set SHIPMATE_MATTERMOST_URL to that one`, {
      id: '',
      status,
    });
  const { id, message } = parsed(answer);
  return new MattermostError(message?.replace(/\.$/, '') ?? `the server answered ${status}`, { id: id ?? '', status });
}

function parsed(answer: string): { id?: string; message?: string } {
  try {
    const json: unknown = JSON.parse(answer);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
