import { createPrivateKey, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { formatDay } from '../../units/times.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const soonDays = 14;

/** The first problem of a domain's certificate, or `good`. Days are in UTC, `2026-12-01`. */
export type CertificateState =
  | { kind: 'missing' | 'unreadable' | 'foreign-key' }
  | { kind: 'other-hosts'; hosts: string[] }
  | { kind: 'expired'; on: string }
  /** The certificate at this index of the chain was not issued by the next. */
  | { kind: 'broken-chain'; at: number }
  /** The ingress serves another certificate. */
  | { kind: 'not-served' }
  /** `self`: self-signed; otherwise the issuer's certificate is missing from the chain. */
  | { kind: 'untrusted'; issuer: string; self: boolean; until: string }
  | { kind: 'expiring'; days: number; until: string }
  | { kind: 'good'; issuer: string; until: string };

export interface StoredCertificate {
  /** PEM, the whole chain. */
  certificate: string;
  /** PEM. */
  privateKey: string;
}

export interface CertificateFacts {
  /** The host that visitors request; for a wildcard, one of the names it covers. */
  host: string;
  stored: StoredCertificate | undefined;
  /** PEM of authorities trusted in addition to the public ones. */
  authorities: string[];
  /** SHA-256 of the certificate that the ingress served, where it answered. */
  shown: string | undefined;
  now: Date;
}

export function judgeCertificate(facts: CertificateFacts): CertificateState {
  const { authorities, now, stored } = facts;
  if (!stored) return { kind: 'missing' };
  const chain = (stored.certificate.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
  const [leaf] = chain;
  if (!leaf) return { kind: 'unreadable' };
  const until = formatDay(leaf.validToDate);
  const days = Math.floor((leaf.validToDate.getTime() - now.getTime()) / dayMs);
  const unusable = whyUnusable(leaf, chain, stored, facts);
  if (unusable) return unusable;
  const last = chain.at(-1) ?? leaf;
  if (!isTrusted(last, authorities)) {
    return { kind: 'untrusted', issuer: issuerOf(last), self: last.checkIssued(last), until };
  }
  return days < soonDays ? { kind: 'expiring', days, until } : { kind: 'good', issuer: issuerOf(leaf), until };
}

function whyUnusable(
  leaf: X509Certificate,
  chain: X509Certificate[],
  { privateKey }: StoredCertificate,
  { host, now, shown }: CertificateFacts,
): CertificateState | undefined {
  if (!leaf.checkPrivateKey(createPrivateKey(privateKey))) return { kind: 'foreign-key' };
  if (leaf.checkHost(host) === undefined) {
    return { kind: 'other-hosts', hosts: (leaf.subjectAltName ?? '').replaceAll('DNS:', '').split(', ') };
  }
  if (leaf.validToDate < now) return { kind: 'expired', on: formatDay(leaf.validToDate) };
  const at = chain.findIndex((one, index) => {
    const issuer = chain[index + 1];
    return issuer && !(one.checkIssued(issuer) && one.verify(issuer.publicKey));
  });
  if (at !== -1) return { kind: 'broken-chain', at };
  return shown !== undefined && shown !== leaf.fingerprint256 ? { kind: 'not-served' } : undefined;
}

function isTrusted(last: X509Certificate, authorities: string[]): boolean {
  return [...authorities, ...rootCertificates].some((pem) => {
    const root = new X509Certificate(pem);
    return root.fingerprint256 === last.fingerprint256 || (last.checkIssued(root) && last.verify(root.publicKey));
  });
}

function issuerOf({ issuer }: X509Certificate): string {
  const names = new Map(issuer.split('\n').map((line) => line.split('=', 2) as [string, string]));
  return names.get('O') ?? names.get('CN') ?? issuer;
}
