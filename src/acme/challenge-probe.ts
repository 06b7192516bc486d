import { Resolver } from 'node:dns/promises';
import { request } from 'node:http';
import { AnswerTooLargeError, readWithin } from '../bounded-answer.ts';
import type { Challenge } from './authority.ts';

const answerMs = 5_000;
/** The answer to a challenge has about 90 characters; whatever is longer is another one, bytes. */
const maxAnswer = 64 * 1024;

/**
 * - `found`: the answer is there.
 * - `wrong`: the authority would not find it either.
 * - `unclear`: unreachable from here, which proves little: a router may not support hairpin NAT.
 */
export interface Finding {
  kind: 'found' | 'wrong' | 'unclear';
  /** Why, as a sentence for persons. */
  message: string;
}

/** Checks what the authority will validate, since the authority counts failures. */
export interface Probe {
  http(challenge: Challenge): Promise<Finding>;
  /** Whether the name servers of the domain show the TXT record of a DNS-01 challenge. */
  txt(challenge: Challenge): Promise<boolean>;
}

export interface ProbeOptions {
  /** Port that the authority connects to (default 80). */
  httpPort?: number;
  /** e.g. `127.0.0.1:5353` (default: those of the host). */
  nameServers?: string[];
}

export function createProbe({ httpPort = 80, nameServers }: ProbeOptions = {}): Probe {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (nameServers) resolver.setServers(nameServers);
  return {
    async http(challenge) {
      const addresses = await addressesOf(resolver, challenge.host);
      const [address] = addresses;
      if (address === undefined) {
        const message = `${challenge.host} has no address. Add an A or AAAA record that points to the ingress, then: \`cert renew\`.`;
        return { kind: 'wrong', message };
      }
      return askAddress(challenge, address, httpPort);
    },
    async txt({ host, answer }) {
      const name = `_acme-challenge.${host}`;
      const authoritative = nameServers ? resolver : await authoritativeResolver(resolver, host);
      const records = await authoritative.resolveTxt(name).catch(() => []);
      return records.some((parts) => parts.join('') === answer);
    },
  };
}

async function addressesOf(resolver: Resolver, host: string): Promise<string[]> {
  const none = (error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return [];
    throw error;
  };
  const [four, six] = await Promise.all([resolver.resolve4(host).catch(none), resolver.resolve6(host).catch(none)]);
  return [...four, ...six];
}

async function askAddress({ host, token, answer }: Challenge, address: string, port: number): Promise<Finding> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const outgoing = request({
    host: address,
    port,
    path: `/.well-known/acme-challenge/${token}`,
    headers: { host },
    agent: false,
    signal: AbortSignal.timeout(answerMs),
  });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    readWithin(response, maxAnswer)
      .catch((error: unknown) => {
        if (error instanceof AnswerTooLargeError) return '';
        throw error;
      })
      .then((body) => resolve({ status: response.statusCode ?? 0, body: body.toString() }), reject);
  });
  outgoing.end();
  try {
    const { status, body } = await promise;
    if (body.trim() === answer) return { kind: 'found', message: '' };
    if (status >= 300 && status < 400)
      return { kind: 'unclear', message: `${host} at ${address} redirects to another host.` };
    const message =
      `Something else answers for ${host} at ${address} (status ${status}). ` +
      'Point its A and AAAA records to the ingress, then: `cert renew`.';
    return { kind: 'wrong', message };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      kind: 'unclear',
      message: `From here, port ${port} of ${host} (${address}) is unreachable: ${code ?? message}.`,
    };
  }
}

/** Queries the authoritative servers, since resolvers cache that a record was missing. */
async function authoritativeResolver(resolver: Resolver, host: string): Promise<Resolver> {
  for (let labels = host.split('.'); labels.length >= 2; labels = labels.slice(1)) {
    const servers = await resolver.resolveNs(labels.join('.')).catch(() => []);
    const addresses = await Promise.all(servers.map((server) => resolver.resolve4(server).catch(() => [])));
    if (addresses.flat().length === 0) continue;
    const authoritative = new Resolver({ timeout: 2_000, tries: 2 });
    authoritative.setServers(addresses.flat());
    return authoritative;
  }
  return resolver;
}
