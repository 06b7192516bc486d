import { GitHostError } from './api.ts';
import { fetchAtHost } from './redirects.ts';
import { wholeAnswer } from '../bounded-answer.ts';
import { formatDuration } from '../units/durations.ts';

/** No host may keep Shipmate away from the others for longer than this, milliseconds. */
const longestPauseMs = 3_600_000;
/** GitHub's documentation on secondary limits: without `Retry-After`, wait at least one minute. */
const secondaryPauseMs = 60_000;
/** Characters of a host's answer that an error repeats. */
const maxReason = 200;
/** A page of 100 checks whose reports are as long as GitHub takes them, 65,535 characters, bytes after inflating. */
const maxAnswer = 8 * 1024 ** 2;
/** No commit has more pages of checks: GitHub takes 1,000 checks and 1,000 statuses. */
const maxRequests = 100;

/** What the client libraries send with. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Runs one operation of a client library with a `fetch` that reads a bounded answer in bounded time, and no more than
 * a bounded number of them. Each library tells failures in its own way, some without the headers, some with the token:
 * so the answer itself becomes the error, and is what a library is interrupted with.
 * @throws {GitHostError}
 */
export async function withTransport<T>(
  { token, timeoutMs }: { token: string; timeoutMs: number },
  work: (fetch: Fetch) => Promise<T>,
): Promise<T> {
  let failure: GitHostError | undefined;
  let requests = 0;
  async function limited(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    failure = undefined;
    requests += 1;
    if (requests > maxRequests) throw (failure = new GitHostError(`it has more than ${maxRequests} pages of answers`));
    const response = await answerTo(url, init, timeoutMs).catch((error: GitHostError) => error);
    if (response instanceof Response && response.ok) return response;
    throw (failure = response instanceof Response ? await refusal(response) : response);
  }
  try {
    return await work(limited);
  } catch (error) {
    const known = failure ?? new GitHostError(`the answer was not understood: ${causeOf(error)}`);
    known.message = known.message.replaceAll(token, '…');
    throw known;
  }
}

async function answerTo(url: string | URL | Request, init: RequestInit, timeoutMs: number): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await wholeAnswer(await fetchAtHost(url, { ...init, signal }), maxAnswer);
  } catch (error) {
    if (error instanceof GitHostError) throw error;
    throw new GitHostError(signal.aborted ? `no answer within ${formatDuration(timeoutMs)}` : causeOf(error));
  }
}

async function refusal(response: Response): Promise<GitHostError> {
  const { status } = response;
  const text = (await response.text()).slice(0, 10_000);
  const reason = reasonIn(text).slice(0, maxReason);
  const isLimit = isRateLimit(response, reason);
  if (needsSso(response)) return new GitHostError(ssoText, { status, refused: true, reason: 'sso' });
  return new GitHostError(`it answered ${status}: ${reason}`, {
    status,
    refused: status < 500 && ![408, 425].includes(status) && !isLimit,
    retryAfterMs: pauseOf(response.headers) ?? (isLimit && status === 403 ? secondaryPauseMs : undefined),
  });
}

/** GitHub, of an organization with SAML. The header also has an address for one sign-in, which stays out of messages. */
function needsSso({ headers, status }: Response): boolean {
  return status === 403 && /^required\b/i.test(headers.get('x-github-sso') ?? '');
}

const ssoText = 'the organization requires single sign-on, and the token is not authorized for it';

/** GitHub answers 403 when a token has asked too much; for its secondary limits often without a header that says so. */
function isRateLimit({ headers, status }: Response, reason: string): boolean {
  if (status !== 403) return status === 429;
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || /secondary rate limit/i.test(reason)
  );
}

/** `Retry-After` is seconds or a date; GitHub's and GitLab's reset is seconds since 1970. */
function pauseOf(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  const exhausted = (headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining')) === '0';
  const reset = exhausted ? (headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset')) : null;
  const ms = after
    ? Number(after) * 1_000 || Date.parse(after) - Date.now()
    : Number(reset ?? NaN) * 1_000 - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestPauseMs) : undefined;
}

/** The hosts answer `message`, `error`, `error.message` or `errors` with what is wrong in particular; proxies before them answer HTML. */
function reasonIn(text: string): string {
  try {
    const { error, errors, message } = JSON.parse(text) as { error?: unknown; errors?: unknown; message?: unknown };
    const details = Array.isArray(errors) ? errors.slice(0, 3).flatMap((one) => messageOf(one) ?? []) : [];
    const reason = message ?? messageOf(error) ?? error ?? (details.length > 0 ? details.shift() : undefined);
    return [typeof reason === 'string' ? reason : JSON.stringify(reason ?? ''), ...details].join(': ');
  } catch {
    return text.replaceAll(/<[^>]*>|\s+/g, ' ').trim();
  }
}

function messageOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
