import type { CertificateState } from '../../usecases/domains/judge-certificate.ts';
import type { Finding } from './finding.ts';

/** @param renew What gets a new one (default: `cert renew`). */
export function certificateFinding(
  domain: string,
  certificate: CertificateState,
  renew = `\`cert renew ${domain}\` gets a new one.`,
): Finding {
  return { part: 'Certificate', ...wordsOf(domain, certificate, renew) };
}

function wordsOf(domain: string, certificate: CertificateState, renew: string): Pick<Finding, 'state' | 'text'> {
  const wrong = (text: string) => ({ state: 'wrong', text }) as const;
  const warning = (text: string) => ({ state: 'warning', text }) as const;
  switch (certificate.kind) {
    case 'missing':
      return warning(missing(domain));
    case 'unreadable':
      return wrong(`The stored file is not a certificate. ${renew}`);
    case 'foreign-key':
      return wrong(`The key does not belong to the certificate, so the ingress cannot use it. ${renew}`);
    case 'other-hosts':
      return wrong(`The certificate is for ${certificate.hosts.join(', ')}, not for \`${domain}\`. ${renew}`);
    case 'expired':
      return wrong(`It expired on ${certificate.on}: browsers warn visitors. ${renew}`);
    case 'broken-chain':
      return wrong(
        `The chain is broken: part ${certificate.at + 2} did not issue part ${certificate.at + 1}. Give the certificate ` +
          'first, then those that vouch for it, each for the one before.',
      );
    case 'not-served':
      return wrong('The ingress still serves an older certificate. It switches within a minute; check again then.');
    case 'untrusted':
      return warning(`${untrusted(certificate)} It is valid until ${certificate.until}.`);
    case 'expiring':
      return warning(`It expires in ${certificate.days} days, on ${certificate.until}. ${renew}`);
    case 'good':
      return { state: 'good', text: `Valid until ${certificate.until}, by \`${certificate.issuer}\`.` };
  }
}

function untrusted({ issuer, self }: { issuer: string; self: boolean }): string {
  return self
    ? `Browsers do not trust it: \`${issuer}\` is not an authority they know.`
    : `The certificate of \`${issuer}\` is missing in the chain, so that many visitors get a warning.`;
}

function missing(domain: string): string {
  const how = domain.startsWith('*.')
    ? 'For a `*`, the authority checks DNS (DNS-01); or upload your own certificate.'
    : 'Shipmate requests one by itself once DNS and port 80 are right.';
  return `There is none yet; visitors are served over HTTP until there is one. ${how}`;
}
