import { executeSql, type EntityManager } from '../../database/database.ts';
import type { CertificateSource } from '../../entities/certificate.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { findApplication } from '../applications/find-application.ts';
import { findDomain } from '../domains/find-domain.ts';
import { readChain } from './certificate-chain.ts';

export type CertificateState = 'waiting' | 'issuing' | 'valid' | 'failing' | 'expired' | 'off';

export interface ShownCertificate {
  domainId: string;
  domain: string;
  /** `failing`: the last attempt to issue or renew it failed. */
  state: CertificateState;
  /** This and the following are undefined without a certificate. */
  issuer: string | undefined;
  source: CertificateSource | undefined;
  expiresAt: Date | undefined;
  /** PEM, the chain. */
  certificate: string | undefined;
  /** Next attempt; undefined: none planned. */
  nextAttemptAt: Date | undefined;
  attempts: number;
  error: string | undefined;
}

interface Row {
  domain_id: string;
  domain: string;
  tls_enabled: boolean;
  issuer: string | null;
  source: CertificateSource | null;
  expires_at: Date | null;
  certificate: string | null;
  next_attempt_at: Date | null;
  running_since: Date | null;
  attempts: number | null;
  error: string | null;
}

/** The certificate of each visible domain, earliest expiry first. */
export async function listCertificates(deps: Deps, user: User, application?: string): Promise<ShownCertificate[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const target = application === undefined ? null : (await findApplication(em, application)).id;
    return read(em, 'd.tls_enabled and ($1::uuid is null or d.target_id = $1)', target);
  });
}

/** @throws {NotFoundError} when the person sees no such domain. */
export async function showCertificate(
  deps: Deps,
  user: User,
  name: string,
): Promise<{ shown: ShownCertificate; hosts: string[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const domain = await findDomain(em, name);
    const [shown] = await read(em, 'd.id = $1', domain.id);
    if (!shown) throw new Error(`the domain ${domain.id} is there and is not`);
    return { shown, hosts: shown.certificate ? readChain(shown.certificate).hosts : [] };
  });
}

async function read(em: EntityManager, where: string, value: string | null): Promise<ShownCertificate[]> {
  const { rows } = await executeSql<Row>(
    em,
    `select d.id as domain_id, d.domain, d.tls_enabled, c.issuer, c.source, c.expires_at, c.certificate,
       r.next_attempt_at, r.running_since, r.attempts, r.error
     from domains d
     left join lateral (
       select * from certificates where domain_id = d.id order by created_at desc, id limit 1
     ) c on true
     left join certificate_renewals r on r.domain_id = d.id
     where ${where} order by c.expires_at nulls first, d.domain limit 1000`,
    [value],
  );
  return rows.map((row) => ({
    domainId: row.domain_id,
    domain: row.domain,
    state: stateFromRow(row),
    issuer: row.issuer ?? undefined,
    source: row.source ?? undefined,
    expiresAt: dateOf(row.expires_at),
    certificate: row.certificate ?? undefined,
    nextAttemptAt: dateOf(row.next_attempt_at),
    attempts: row.attempts ?? 0,
    error: row.error ?? undefined,
  }));
}

function stateFromRow({
  tls_enabled: tls,
  expires_at: expiresAt,
  attempts,
  running_since: running,
}: Row): CertificateState {
  if (!tls) return 'off';
  if (running) return 'issuing';
  if (expiresAt && new Date(expiresAt) <= new Date()) return 'expired';
  if ((attempts ?? 0) > 0) return 'failing';
  return expiresAt ? 'valid' : 'waiting';
}

function dateOf(value: Date | null): Date | undefined {
  return value === null ? undefined : new Date(value);
}
