import { setTimeout as delay } from 'node:timers/promises';
import type { AcmeAccount, Challenge, ChallengeType, Order } from '../../acme/authority.ts';
import { AuthorityError } from '../../acme/authority-error.ts';
import { DnsProviderError } from '../../acme/dns-provider.ts';
import { AcmeChallenge } from '../../entities/acme-challenge.ts';
import type { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { reconcileIngress } from '../ingress/reconcile-ingress.ts';

/** Lifetime of challenges that a killed run leaves behind: longer than any run. */
const answeredMs = 60 * 60_000;

export interface ProofOptions {
  /** How long a TXT record may take to become visible, milliseconds (default three minutes). */
  recordMs?: number;
  pollMs?: number;
}

/** Publishes the challenge and has the authority validate it. @throws {AuthorityError} with the next step. */
export async function proveDomain(
  deps: Deps,
  { account, domain, order, signal }: { account: AcmeAccount; domain: Domain; order: Order; signal: AbortSignal },
  options: ProofOptions = {},
): Promise<void> {
  const type = typeFor(deps, domain);
  const challenges = await account.challenges(order, type);
  if (challenges.length === 0) return;
  const prove = type === 'dns-01' ? byRecords : byAnswers;
  await prove(deps, { domain, challenges, signal, options }, () => account.validate(order, challenges));
}

function typeFor({ acme }: Deps, { domain }: Domain): ChallengeType {
  if (!domain.startsWith('*.')) return 'http-01';
  if (acme.dns) return 'dns-01';
  throw new AuthorityError(
    'refused',
    'Authorities validate wildcards by a DNS record only. Configure a DNS provider (SHIPMATE_DNS_PROVIDER), ' +
      'or upload a certificate: `cert upload`.',
  );
}

interface Proof {
  domain: Domain;
  challenges: Challenge[];
  signal: AbortSignal;
  options: ProofOptions;
}

async function byAnswers(deps: Deps, { domain, challenges }: Proof, validate: () => Promise<void>): Promise<void> {
  const { acme, database } = deps;
  await database.asSystem().transactional(async (em) => {
    await em.nativeDelete(AcmeChallenge, { domain: domain.id });
    for (const { answer, host, token } of challenges) {
      const expiresAt = new Date(Date.now() + answeredMs);
      em.create(AcmeChallenge, { domain: domain.id, host, token, keyAuthorization: answer, expiresAt });
    }
  });
  try {
    await reconcileIngress(deps);
    const findings = await Promise.all(challenges.map((challenge) => acme.probe.http(challenge)));
    const wrong = findings.find(({ kind }) => kind === 'wrong');
    if (wrong) throw new AuthorityError('refused', wrong.message);
    await validate().catch((error: unknown) => {
      const unclear = findings.find(({ kind }) => kind === 'unclear');
      if (!(error instanceof AuthorityError && error.kind === 'invalid' && unclear)) throw error;
      const { kind, problem } = error;
      throw new AuthorityError(kind, `${error.message}\n${unclear.message}`, { problem, cause: error });
    });
  } finally {
    // The next ingress reconciliation removes them there.
    await database.asSystem().nativeDelete(AcmeChallenge, { domain: domain.id });
  }
}

async function byRecords(
  { acme }: Deps,
  { challenges, signal, options }: Proof,
  validate: () => Promise<void>,
): Promise<void> {
  const { dns, probe } = acme;
  if (!dns) return;
  const records = challenges.map((challenge) => ({ challenge, name: `_acme-challenge.${challenge.host}` }));
  try {
    for (const { challenge, name } of records) await dns.set(name, challenge.answer);
    for (const { challenge } of records) await waitForRecord(challenge);
    await validate();
  } catch (error) {
    if (error instanceof DnsProviderError) throw new AuthorityError('refused', error.message, { cause: error });
    throw error;
  } finally {
    await Promise.allSettled(records.map(({ challenge, name }) => dns.remove(name, challenge.answer)));
  }

  async function waitForRecord(challenge: Challenge): Promise<void> {
    const { recordMs = 180_000, pollMs = 5_000 } = options;
    const deadline = performance.now() + recordMs;
    while (!(await probe.txt(challenge))) {
      if (performance.now() > deadline) {
        const text = `${dns?.name} accepted the record \`_acme-challenge.${challenge.host}\`, but the name servers do not serve it.`;
        throw new AuthorityError('unavailable', text);
      }
      await delay(pollMs, undefined, { signal });
    }
  }
}
