import { createPrivateKey, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Finding } from './finding.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const soonDays = 14;

export interface StoredCertificate {
  /** PEM, the whole chain. */
  certificate: string;
  /** PEM. */
  privateKey: string;
}

export interface CertificateFacts {
  domain: string;
  /** What visitors ask for: for a pattern, one of the names it stands for. */
  host: string;
  stored: StoredCertificate | undefined;
  /** PEM of authorities that are trusted beside the usual ones. */
  authorities: string[];
  /** SHA-256 of what the ingress shows, where it answered. */
  shown: string | undefined;
  now: Date;
}

/** The first thing that is wrong with it. */
export function explainCertificate(facts: CertificateFacts): Finding {
  const found = (state: Finding['state'], text: string): Finding => ({ part: 'Certificate', state, text });
  const { domain, stored } = facts;
  if (!stored) return found('warning', missing(domain));
  const chain = (stored.certificate.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
  const [leaf] = chain;
  if (!leaf) return found('wrong', `What is stored is no certificate. ${renewal(domain)}`);
  const problem = certificateProblem(leaf, chain, facts);
  if (problem) return found('wrong', problem);
  const days = Math.floor((leaf.validToDate.getTime() - facts.now.getTime()) / dayMs);
  const until = leaf.validToDate.toISOString().slice(0, 10);
  const untrusted = trustProblem(chain, facts.authorities);
  if (untrusted) return found('warning', `${untrusted} It is valid until ${until}.`);
  if (days < soonDays) return found('warning', `It expires in ${days} days, on ${until}. ${renewal(domain)}`);
  return found('good', `Valid until ${until}, by ${issuerOf(leaf)}.`);
}

function certificateProblem(
  leaf: X509Certificate,
  chain: X509Certificate[],
  facts: CertificateFacts,
): string | undefined {
  const { domain, host, stored, now, shown } = facts;
  if (!leaf.checkPrivateKey(createPrivateKey(stored?.privateKey ?? ''))) {
    return `The key does not belong to the certificate, so the ingress cannot use it. ${renewal(domain)}`;
  }
  if (leaf.checkHost(host) === undefined) {
    return `The certificate is for ${(leaf.subjectAltName ?? '').replaceAll('DNS:', '')}, not for \`${domain}\`. ${renewal(domain)}`;
  }
  if (leaf.validToDate < now) {
    return `It expired on ${leaf.validToDate.toISOString().slice(0, 10)}: browsers warn of the site. ${renewal(domain)}`;
  }
  const broken = chain.findIndex((one, at) => {
    const issuer = chain[at + 1];
    return issuer && !(one.checkIssued(issuer) && one.verify(issuer.publicKey));
  });
  if (broken !== -1) {
    return (
      `The chain is broken: part ${broken + 2} did not issue part ${broken + 1}. Give the certificate first, then ` +
      'those that vouch for it, each for the one before.'
    );
  }
  if (shown !== undefined && shown !== leaf.fingerprint256) {
    return 'The ingress shows another certificate than the newest. It takes that within a minute; check again then.';
  }
  return undefined;
}

function trustProblem(chain: X509Certificate[], authorities: string[]): string | undefined {
  const last = chain.at(-1);
  if (!last) return undefined;
  const trusted = [...authorities, ...rootCertificates].some((pem) => {
    const root = new X509Certificate(pem);
    return root.fingerprint256 === last.fingerprint256 || (last.checkIssued(root) && last.verify(root.publicKey));
  });
  if (trusted) return undefined;
  if (last.checkIssued(last)) return `Browsers do not trust it: ${issuerOf(last)} is not an authority they know.`;
  return `The certificate of ${issuerOf(last)} is missing in the chain, so that many visitors get a warning.`;
}

function missing(domain: string): string {
  const how = domain.startsWith('*.')
    ? 'For a `*` the authority looks into DNS (DNS-01), or you bring a certificate of your own.'
    : 'Shipmate asks for one by itself; that needs DNS and port 80 to be right.';
  return `There is none yet, and visitors are served by HTTP until there is. ${how}`;
}

function renewal(domain: string): string {
  return `\`cert renew ${domain}\` gets a new one.`;
}

function issuerOf({ issuer }: X509Certificate): string {
  const names = new Map(issuer.split('\n').map((line) => line.split('=', 2) as [string, string]));
  return `\`${names.get('O') ?? names.get('CN') ?? issuer}\``;
}
