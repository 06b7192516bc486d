import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { AnswerTooLargeError, readWithin } from '../bounded-answer.ts';
import { userAgent } from '../version.ts';
import { AuthorityError } from './authority-error.ts';
import { formatDuration } from '../units/durations.ts';

const answerMs = 30_000;

/** The adapter `acme-client` expects: only a broken connection is an error. */
export interface AcmeResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** Parsed when it is JSON. */
  data: unknown;
}

export interface AcmeRequestOptions {
  /** Sent as JSON. */
  data?: object;
}

export type AcmeTransport = (
  url: string,
  method: string,
  options: AcmeRequestOptions | undefined,
  signal: AbortSignal,
) => Promise<AcmeResponse>;

/**
 * Sends to the authority with certificates that are trusted here and nowhere else in the process, once: repeating is
 * up to the one who asks. @param caFile PEM, trusted beside the usual ones.
 */
export function acmeTransport(caFile: string | undefined): AcmeTransport {
  let agent: Promise<Agent> | undefined;
  return async (url, method, options, signal) => {
    agent ??= openAgent(caFile);
    try {
      return await send(url, method, options, signal, await agent);
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(url, error, caFile);
    }
  };
}

async function openAgent(caFile: string | undefined): Promise<Agent> {
  if (caFile === undefined) return new Agent({ keepAlive: false });
  const pem = await readFile(caFile, 'utf8');
  // Read once: given as `ca`, the hundred and more roots would be parsed for every connection.
  const secureContext = createSecureContext({ ca: [...getCACertificates('default'), pem] });
  return new Agent({ keepAlive: false, secureContext });
}

async function send(
  url: string,
  method: string,
  { data }: AcmeRequestOptions = {},
  signal: AbortSignal,
  agent: Agent,
): Promise<AcmeResponse> {
  const body = data === undefined ? undefined : JSON.stringify(data);
  const headers = {
    'content-type': 'application/jose+json',
    'user-agent': userAgent,
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<AcmeResponse>();
  const options = {
    method: method.toUpperCase(),
    headers,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  };
  const outgoing = url.startsWith('https:') ? httpsRequest(url, { ...options, agent }) : httpRequest(url, options);
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    readWithin(response)
      .then((bytes) => ({
        status: response.statusCode ?? 0,
        headers: response.headers,
        data: decode(bytes.toString('utf8'), response.headers['content-type']),
      }))
      .then(resolve, reject);
  });
  outgoing.end(body);
  return promise;
}

function decode(text: string, type = ''): unknown {
  return /[/+]json\b/.test(type) && text !== '' ? JSON.parse(text) : text;
}

function unreachable(url: string, error: unknown, caFile: string | undefined): AuthorityError {
  const { code, message } = error as NodeJS.ErrnoException;
  const { host } = new URL(url);
  if (error instanceof AnswerTooLargeError)
    return new AuthorityError('unavailable', `The authority at ${host} cannot be used: ${error.message}.`, {
      cause: error,
    });
  if (code === 'ENOENT' || code === 'EACCES') {
    return new AuthorityError('refused', `ACME_CA_FILE cannot be read: ${caFile}.`, { cause: error });
  }
  if (untrusted.has(code ?? '')) {
    const text =
      `The certificate of the authority at ${host} is not trusted (${message}). ` +
      'If it is a private authority, set ACME_CA_FILE to its root certificate.';
    return new AuthorityError('refused', text, { cause: error });
  }
  const why =
    code === 'ABORT_ERR' || code === 'TimeoutError'
      ? `no answer within ${formatDuration(answerMs)}`
      : (code ?? message);
  return new AuthorityError('unavailable', `The authority at ${host} does not answer (${why}).`, { cause: error });
}

/** @see https://nodejs.org/api/tls.html (X509 certificate error codes) */
const untrusted = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
