import { executeSql, type EntityManager } from '../../database/database.ts';
import { Certificate } from '../../entities/certificate.ts';
import { Domain } from '../../entities/domain.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../../errors.ts';
import { coverageOf } from '../../ingress/ingress.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findDomain, projectOf } from '../domains/find-domain.ts';
import { hostsOf } from '../ingress/read-certificates.ts';
import { actor } from '../origin.ts';
import type { CertificateRequest } from './certificate-request.ts';
import { tryServeCertificate } from './serve-certificate.ts';
import { requestCertificate } from '../domains/request-certificate.ts';
import { allOf } from '../../word-lists.ts';

export interface RemovedCertificate {
  domain: Domain;
  /** Domain whose certificate visitors get now; undefined: none. */
  instead: string | undefined;
  /** Whether a new one has been requested, because the domain has HTTPS turned on. */
  asked: boolean;
  applied: boolean;
}

/** The served certificate of a domain with HTTPS. */
interface Served {
  domain_id: string;
  domain: string;
  certificate: string;
}

/**
 * Removes a domain's certificates and keys, earlier ones included.
 * @throws {ConflictError} when visitors would lose HTTPS, unless `force`.
 */
export async function removeCertificate(
  deps: Deps,
  { user, origin, domain: name, force }: CertificateRequest & { force: boolean },
): Promise<RemovedCertificate> {
  const removed = await deps.database.asUser(user.id).transactional(async (em) => {
    const domain = await findDomain(em, name, { user, intent: 'change' });
    if ((await em.count(Certificate, { domain: domain.id })) === 0) {
      throw new NotFoundError(
        `\`${domain.domain}\` has no certificate. See \`cert show ${domain.domain}\` for the reason.`,
      );
    }
    const served = await readServed(deps);
    const others = served.filter((one) => one.domain_id !== domain.id);
    const left = await withoutHttps(em, served, others);
    if (left.length > 0 && !force) throw new ConflictError(refusal(domain, left));
    if ((await em.nativeDelete(Certificate, { domain: domain.id })) === 0) {
      throw new ForbiddenError(
        `Only members of the team of \`${projectOf(domain).name}\` can remove its certificates.`,
      );
    }
    if (domain.tlsEnabled) await requestCertificate(deps, em, domain);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'domain.certificate_remove',
      resourceType: 'domain',
      resourceId: domain.id,
      details: { kind: 'certificate', domain: domain.domain, without_https: left },
    });
    const instead = others.find(({ certificate }) => coverageOf(hostsOf(certificate))(domain.domain))?.domain;
    return { domain, instead, asked: domain.tlsEnabled };
  });
  return { ...removed, applied: await tryServeCertificate(deps, removed.domain) };
}

/** Across all teams: a host may be served by another team's wildcard certificate. */
async function readServed({ database }: Deps): Promise<Served[]> {
  const { rows } = await executeSql<Served>(
    database.asSystem(),
    `select distinct on (d.id) d.id as domain_id, d.domain, c.certificate
     from domains d join certificates c on c.domain_id = d.id
     where d.tls_enabled order by d.id, c.created_at desc, c.id`,
  );
  return rows;
}

/** Visible domains that have HTTPS now but would lose it with only the other certificates. */
async function withoutHttps(em: EntityManager, served: Served[], others: Served[]): Promise<string[]> {
  const gone = served.filter((one) => !others.includes(one)).flatMap(({ certificate }) => hostsOf(certificate));
  if (gone.length === 0) return [];
  const had = coverageOf(gone);
  const has = coverageOf(others.flatMap(({ certificate }) => hostsOf(certificate)));
  const domains = await em.find(Domain, { tlsEnabled: true }, { orderBy: { domain: 'asc' } });
  return domains.map(({ domain }) => domain).filter((host) => had(host) && !has(host));
}

function refusal({ domain, targetType }: Domain, left: string[]): string {
  if (targetType === 'database') {
    return (
      `Without the certificate nobody connects from outside until there is another. Request a new one first ` +
      `(\`cert renew ${domain}\`), upload one (\`cert upload ${domain}\`), or remove it anyway: \`cert remove ${domain} --force\`.`
    );
  }
  const names = allOf(left);
  return (
    `The certificate serves ${names}; without it, visitors get plain HTTP until there is another. ` +
    `Request a new one first (\`cert renew ${domain}\`), upload one (\`cert upload ${domain}\`), turn HTTPS off ` +
    `(\`domain set ${domain} --tls off\`), or remove it anyway: \`cert remove ${domain} --force\`.`
  );
}
