import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Certificate, type CertificateSource } from '../../entities/certificate.ts';
import type { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import type { actor } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import type { Chain } from './certificate-chain.ts';

/** Certificates kept per domain, the served one included. */
const kept = 3;

interface NewCertificate {
  domain: Domain;
  chain: Chain;
  /** PEM. */
  key: string;
  source: CertificateSource;
  /** Who uploaded it; undefined: issued to the system. */
  by?: ReturnType<typeof actor>;
}

const actions: Record<CertificateSource, string> = {
  acme: 'domain.certificate_issue',
  uploaded: 'domain.certificate_upload',
};

/**
 * Stores a certificate and records it in the audit log; the next ingress reconciliation serves it.
 * @returns its id.
 */
export async function storeCertificate(
  { cipher }: Pick<Deps, 'cipher'>,
  em: EntityManager,
  { by, chain, domain, key, source }: NewCertificate,
): Promise<string> {
  const id = randomUUID();
  em.create(Certificate, {
    id,
    domain: domain.id,
    issuer: chain.issuer,
    certificate: chain.pem,
    privateKey: cipher.encrypt(key, `certificates:${id}:private_key`),
    expiresAt: chain.notAfter,
    source,
  });
  await em.flush();
  await executeSql(
    em,
    `delete from certificates where domain_id = $1 and id not in (
       select id from certificates where domain_id = $1 order by created_at desc, id limit ${kept}
     )`,
    [domain.id],
  );
  await recordAudit(em, {
    ...by,
    action: actions[source],
    resourceType: 'domain',
    resourceId: domain.id,
    details: {
      kind: 'certificate',
      domain: domain.domain,
      issuer: chain.issuer,
      expires_at: chain.notAfter.toISOString(),
    },
  });
  return id;
}
