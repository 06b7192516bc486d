import { formatSize } from './units/sizes.ts';

/** What others answer is kept in memory up to here unless somebody knows better, bytes after inflating. */
export const maxAnswerBytes = 1024 ** 2;

/** More was answered than is read. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError';
}

/**
 * All of a body, in memory.
 * @throws {AnswerTooLargeError} as soon as there is more than `limit` bytes; the rest is not read.
 */
export async function readWithin(body: AsyncIterable<Uint8Array>, limit = maxAnswerBytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw new AnswerTooLargeError(`the answer is larger than ${formatSize(limit)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The text of an answer to `fetch`. @throws {AnswerTooLargeError} */
export async function textWithin({ body }: Response, limit = maxAnswerBytes): Promise<string> {
  return body ? (await readWithin(body, limit)).toString('utf8') : '';
}

/** The same answer, all of it in memory. @throws {AnswerTooLargeError} */
export async function wholeAnswer(answer: Response, limit = maxAnswerBytes): Promise<Response> {
  const { body, headers, status, statusText, url } = answer;
  const whole = new Response(body && (await readWithin(body, limit)), { headers, status, statusText });
  // Octokit resolves links to further pages against it, and the constructor takes none.
  return Object.defineProperty(whole, 'url', { value: url });
}

/** `fetch` that resolves to the whole answer, so that a signal ends the reading too. @throws {AnswerTooLargeError} */
export async function fetchWithin(url: string | URL | Request, init?: RequestInit, limit?: number): Promise<Response> {
  return wholeAnswer(await fetch(url, init), limit);
}
