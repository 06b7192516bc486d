import { setTimeout as delay } from 'node:timers/promises';
import type { Authorization, Client, Order as ClientOrder } from 'acme-client';
import type { AcmeConfig } from '../config.ts';
import type { AcmeAccount, Authority, Challenge, ChallengeType, Order } from './authority.ts';
import { AuthorityError } from './authority-error.ts';
import { invalidError, throwProblem } from './acme-problem.ts';
import { type AcmeRequestOptions, acmeTransport, type AcmeResponse } from './transport.ts';
import { formatDuration } from '../units/durations.ts';

/** A used or expired nonce: the authority's refusal includes a new one. */
const badNonceRetries = 20;

export interface AuthorityOptions extends AcmeConfig {
  /** Polling interval, milliseconds (default 2,000; doubles up to 16,000). */
  pollMs?: number;
  /** How long it may take for one step, milliseconds (default two minutes). */
  waitMs?: number;
}

/** The door to `acme-client`, which handles signatures and nonces. Loaded on first use. */
export function acmeAuthority({
  directoryUrl,
  email,
  caFile,
  binding,
  pollMs = 2_000,
  waitMs = 120_000,
}: AuthorityOptions): Authority {
  const transport = acmeTransport(caFile);
  return {
    directoryUrl,
    async open(accountKey, signal) {
      const { Client, crypto } = await import('acme-client');
      const client = new Client({
        directoryUrl,
        accountKey,
        ...(binding && { externalAccountBinding: { kid: binding.keyId, hmacKey: binding.hmacKey } }),
      });
      sendBy(client, async (url, method, options) => {
        const response = await transport(url, method, options, signal);
        throwProblem(response, url);
        return response;
      });
      await openAccount(client, email);
      const wait = { pollMs, waitMs, signal };
      return createAccount(client, wait, async (host, key) => (await crypto.createCsr({ altNames: [host] }, key))[1]);
    },
  };
}

/** Without an address there is nothing to update of an account that exists, and an empty update is refused. */
async function openAccount(client: Client, email: string | undefined): Promise<void> {
  if (email !== undefined) {
    await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${email}`] });
    return;
  }
  try {
    await client.createAccount({ onlyReturnExisting: true });
  } catch (error) {
    if (!(error instanceof AuthorityError && error.problem?.endsWith(':accountDoesNotExist'))) throw error;
    await client.createAccount({ termsOfServiceAgreed: true });
  }
}

/**
 * `acme-client` sends through an axios of its own that is shared by the whole process, repeats by itself for minutes
 * and drops what a problem says. One that sends for this client alone keeps trusted roots, time-outs and words apart.
 */
function sendBy(
  client: Client,
  request: (url: string, method: string, options?: AcmeRequestOptions) => Promise<AcmeResponse>,
): void {
  const { http } = client as unknown as { http: { request: typeof request; maxBadNonceRetries: number } };
  http.request = request;
  http.maxBadNonceRetries = badNonceRetries;
}

interface Wait {
  pollMs: number;
  waitMs: number;
  signal: AbortSignal;
}

function createAccount(client: Client, wait: Wait, csrOf: (host: string, key: string) => Promise<Buffer>): AcmeAccount {
  // The library only reads the URL to refresh it.
  const read = (order: Order) => client.getOrder(order as ClientOrder);
  const authorizations = async (order: Order) => client.getAuthorizations(await read(order));
  return {
    order: async (host) => orderOf(await client.createOrder({ identifiers: [{ type: 'dns', value: host }] })),
    async find(url) {
      try {
        return orderOf(await read({ url, status: 'pending' }));
      } catch (error) {
        if (error instanceof AuthorityError && error.kind === 'refused') return undefined;
        throw error;
      }
    },
    async challenges(order, type) {
      const open = (await authorizations(order)).filter(({ status }) => status === 'pending');
      return Promise.all(open.map((authorization) => challengeOf(client, authorization, type)));
    },
    async validate(order, challenges) {
      for (const { url, token } of challenges) await client.completeChallenge({ url, token } as never);
      await waitFor(wait, 'is validating the domain', async () => {
        const found = await authorizations(order);
        for (const { status, identifier, challenges: tried } of found) {
          if (status === 'pending' || status === 'valid') continue;
          throw invalidError(identifier.value, tried.find(({ error }) => error)?.error as object | undefined);
        }
        return found.every(({ status }) => status === 'valid') || undefined;
      });
    },
    async certify(order, host, key) {
      const current = await read(order);
      if (current.status === 'ready') await client.finalizeOrder(current, await csrOf(host, key));
      const issued = await waitFor(wait, 'is issuing the certificate', async () => {
        const now = await read(order);
        if (now.status === 'invalid') throw invalidError(host, now.error as object | undefined);
        return now.status === 'valid' ? now : undefined;
      });
      return client.getCertificate(issued);
    },
  };
}

function orderOf({ url, status }: ClientOrder): Order {
  return { url, status };
}

async function challengeOf(
  client: Client,
  { identifier, challenges }: Authorization,
  type: ChallengeType,
): Promise<Challenge> {
  const challenge = challenges.find((one) => one.type === type);
  if (!challenge) {
    const offered = challenges.map((one) => one.type).join(', ');
    throw new AuthorityError('refused', `The authority offers ${offered} for ${identifier.value}, not ${type}.`);
  }
  const answer = await client.getChallengeKeyAuthorization(challenge);
  return { url: challenge.url, host: identifier.value, token: challenge.token, answer };
}

async function waitFor<T>(
  { pollMs, waitMs, signal }: Wait,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (let pause = pollMs; ; pause = Math.min(pause * 2, pollMs * 8)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new AuthorityError('unavailable', `The authority still ${what} after ${formatDuration(waitMs)}.`);
    }
    await delay(pause, undefined, { signal });
  }
}
