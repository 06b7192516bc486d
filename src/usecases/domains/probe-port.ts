import { type IncomingMessage, request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { probePath } from '../../ingress/ingress.ts';

const answerMs = 3_000;

/** What answers at an address. */
export interface Answer {
  /** `ours`: the ingress of this Shipmate. */
  kind: 'ours' | 'other' | 'refused' | 'silent' | 'no-tls';
  /** SHA-256 of the served certificate, formatted like `X509Certificate.fingerprint256`. */
  fingerprint?: string;
}

export interface Endpoint {
  address: string;
  port: number;
  secure: boolean;
}

/** Checks whether the endpoint is the ingress that answers with `probe`. */
export async function probePort({ address, port, secure }: Endpoint, host: string, probe: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    host: address,
    port,
    path: probePath,
    headers: { host },
    agent: false,
    signal: AbortSignal.timeout(answerMs),
  };
  // Unverified on purpose: a wrong certificate is a finding, checked afterwards, not a connection error.
  const outgoing = secure
    ? requestSecurely({ ...options, servername: host, rejectUnauthorized: false })
    : request(options);
  outgoing.on('response', resolve).on('error', reject).end();
  try {
    const response = await promise;
    const said = response.headers['content-length'] === String(probe.length) ? await text(response) : '';
    const fingerprint = secure ? (response.socket as TLSSocket).getPeerCertificate().fingerprint256 : undefined;
    response.destroy();
    return { kind: said === probe ? 'ours' : 'other', ...(fingerprint && { fingerprint }) };
  } catch (error) {
    const { code = '', name } = error as NodeJS.ErrnoException;
    if (code === 'ABORT_ERR' || name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT')
      return { kind: 'silent' };
    if (secure && !/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return { kind: 'no-tls' };
    return { kind: code === 'ECONNREFUSED' ? 'refused' : 'silent' };
  } finally {
    outgoing.destroy();
  }
}
