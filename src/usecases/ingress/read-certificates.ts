import { createPrivateKey, X509Certificate } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { DomainTargetType } from '../../entities/domain.ts';
import type { IngressCertificate } from '../../ingress/ingress.ts';
import type { Cipher } from '../../secrets/cipher.ts';

interface Row {
  id: string;
  domain_id: string;
  certificate: string;
  private_key: string;
}

/**
 * The newest certificate of every domain with TLS turned on, expired ones included: a browser warning is better than
 * passwords in plain text.
 */
export async function readCertificates(em: EntityManager, cipher: Cipher): Promise<IngressCertificate[]> {
  const served = await readServedCertificates(em, cipher, ['application', 'shipmate']);
  return served.map(({ certificate, hosts, privateKey }) => ({ hosts, certificate, privateKey }));
}

/** The same of the domains of databases or of applications: whoever serves the ones needs no key of the others. */
export async function readServedCertificates(
  em: EntityManager,
  cipher: Cipher,
  targets: readonly DomainTargetType[],
): Promise<(IngressCertificate & { domainId: string })[]> {
  const { rows } = await executeSql<Row>(
    em,
    `select distinct on (c.domain_id) c.id, c.domain_id, c.certificate, c.private_key
     from certificates c join domains d on d.id = c.domain_id
     where d.tls_enabled and d.target_type = any ($1)
     order by c.domain_id, c.created_at desc, c.id`,
    [targets],
  );
  return rows.flatMap((row) => open(row, cipher));
}

/** Skips certificates that Caddy would reject together with everything else; `domain check` reports them. */
function open(
  { id, domain_id, certificate, private_key }: Row,
  cipher: Cipher,
): (IngressCertificate & { domainId: string })[] {
  try {
    const privateKey = cipher.decrypt(private_key, `certificates:${id}:private_key`);
    const fits = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
    return fits ? [{ domainId: domain_id, hosts: hostsOf(certificate), certificate, privateKey }] : [];
  } catch {
    return [];
  }
}

/** The host names of a certificate; none when it is unreadable. */
export function hostsOf(pem: string): string[] {
  try {
    const names = new X509Certificate(pem).subjectAltName ?? '';
    return [...names.matchAll(/DNS:([^,\s]+)/g)].map(([, host = '']) => host.toLowerCase());
  } catch {
    return [];
  }
}
