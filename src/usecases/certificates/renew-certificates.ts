import { randomUUID } from 'node:crypto';
import type { AcmeAccount } from '../../acme/authority.ts';
import { AuthorityError } from '../../acme/authority-error.ts';
import { executeSql } from '../../database/database.ts';
import { AcmeAccount as AccountRow } from '../../entities/acme-account.ts';
import { AcmeChallenge } from '../../entities/acme-challenge.ts';
import { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { type AccountWithKey, ensureAccount } from './acme-account.ts';
import type { ProofOptions } from './prove-domain.ts';
import { renewCertificate } from './renew-certificate.ts';
import { renewJobName } from '../domains/request-certificate.ts';

/** Longest run, milliseconds; the next one continues, so that minutely jobs get a free worker. */
const runMs = 90_000;
/** Longest pause for all domains after a rate limit on one, milliseconds. */
const longestPauseMs = 15 * 60_000;
const outagePauseMs = 60_000;
/** Domains processed in parallel. */
const parallel = 4;

interface Counts {
  issued: number;
  failed: number;
}

/**
 * Gets certificates for all due domains. One run at a time across all replicas; a request that arrives during the final
 * check is found by the second check, after the lease is released.
 */
export async function renewCertificates(deps: Deps, signal: AbortSignal, options: ProofOptions = {}): Promise<string> {
  const counts: Counts = { issued: 0, failed: 0 };
  const end = performance.now() + runMs;
  await lookAfterAll(deps);
  for (;;) {
    const lease = await deps.leases.tryAcquire('certificates:renew');
    if (!lease) return 'another run is in progress';
    try {
      if (!(await renewDue(deps, { counts, end, signal: AbortSignal.any([signal, lease.lost]) }, options))) break;
    } finally {
      await lease.release();
    }
    if ((await readDue(deps, 1)).length === 0) break;
    if (performance.now() < end) continue;
    await deps.queue.enqueueJob({
      name: renewJobName,
      lane: 'quick',
      key: `${renewJobName}:next:${randomUUID()}`,
      input: { goOn: true },
    });
    break;
  }
  return `${counts.issued} issued, ${counts.failed} failed`;
}

interface Run {
  counts: Counts;
  end: number;
  signal: AbortSignal;
}

/** @returns false when the authority should not be contacted for now. */
async function renewDue(deps: Deps, { counts, end, signal }: Run, options: ProofOptions): Promise<boolean> {
  let account: AcmeAccount | undefined;
  while (performance.now() < end) {
    const due = await readDue(deps, parallel);
    if (due.length === 0) return true;
    const row = await ensureAccount(deps);
    if (row.pausedUntil && row.pausedUntil > new Date()) return false;
    try {
      account ??= await deps.acme.authority.open(row.key, signal);
    } catch (error) {
      if (!(error instanceof AuthorityError)) throw error;
      account = refusing(error);
    }
    const opened = account;
    const results = await Promise.allSettled(
      due.map((domain) => renewCertificate(deps, { account: opened, domain, signal }, options)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    const failures = results.flatMap((result) =>
      result.status === 'fulfilled' && !result.value.ok ? [result.value.reason] : [],
    );
    counts.failed += failures.length;
    counts.issued += results.length - failures.length;
    if (await pauseAfter(deps, row, failures)) return false;
  }
  return true;
}

/** An account that fails every request with `error`, while there is no real one. */
function refusing(error: AuthorityError): AcmeAccount {
  const refuse = () => Promise.reject(error);
  return { order: refuse, find: refuse, challenges: refuse, validate: refuse, certify: refuse };
}

/** Pauses when the authority is down or limits us, so that a thousand domains do not all retry in vain. */
async function pauseAfter({ database }: Deps, account: AccountWithKey, failures: AuthorityError[]): Promise<boolean> {
  const last = failures.find(({ kind, problem }) => kind === 'unavailable' || (kind === 'rate-limited' && problem));
  if (!last) return false;
  const wanted = last.retryAt?.getTime() ?? Date.now() + outagePauseMs;
  const pausedUntil = new Date(Math.min(wanted, Date.now() + longestPauseMs));
  await database.asSystem().nativeUpdate(AccountRow, { id: account.id }, { pausedUntil });
  return true;
}

/** Schedules domains without a renewal row, e.g. older ones, and deletes old challenges. */
async function lookAfterAll({ database }: Deps): Promise<void> {
  await database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `insert into certificate_renewals (id, domain_id, next_attempt_at)
       select gen_random_uuid(), id, now() from domains d
       where tls_enabled and not exists (select from certificates c where c.domain_id = d.id)
       on conflict (domain_id) do nothing`,
    );
    await em.nativeDelete(AcmeChallenge, { expiresAt: { $lt: new Date() } });
  });
}

async function readDue({ database }: Deps, limit: number): Promise<Domain[]> {
  return database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql<{ domain_id: string }>(
      em,
      `select domain_id from certificate_renewals r join domains d on d.id = domain_id
       where tls_enabled and next_attempt_at <= now() order by next_attempt_at limit $1`,
      [limit],
    );
    return em.find(Domain, { id: { $in: rows.map((row) => row.domain_id) } }, { populate: ['project'] });
  });
}
