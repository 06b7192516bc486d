import { UsageError } from '../../errors.ts';
import { requestRenewal } from '../../usecases/certificates/request-renewal.ts';
import { uploadCertificate } from '../../usecases/certificates/upload-certificate.ts';
import { removeCertificate } from '../../usecases/certificates/remove-certificate.ts';
import {
  type CertificateState,
  listCertificates,
  showCertificate,
  type ShownCertificate,
} from '../../usecases/certificates/list-certificates.ts';
import { defineCommand } from '../command.ts';
import { flag, inFile, optional, secret, text } from '../options.ts';
import type { Reply, Tone } from '../../replies/reply.ts';
import { formatDay, formatTime } from '../../units/times.ts';

const domain = text('Domain', 'domain');

const words: Record<CertificateState, string> = {
  waiting: 'requested',
  issuing: 'being issued',
  valid: 'valid',
  failing: 'not renewed',
  expired: 'expired',
  off: 'HTTPS is off',
};

export const certList = defineCommand({
  name: 'cert list',
  summary: 'List the certificates of your domains, those that expire first on top',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Only for this application', 'application')) },
  async run({ deps, user }, { app }) {
    const certificates = await listCertificates(deps, user, app);
    if (certificates.length === 0) {
      const text = 'No domains with HTTPS yet. `domain add shop.example.com <app>` adds one, with its certificate.';
      return { tone: 'info', text, data: [] };
    }
    return {
      tone: 'info',
      title: 'Certificates',
      table: { columns: ['Domain', 'State', 'Issuer', 'Expires', 'Renewal'], rows: certificates.map(certificateRow) },
      data: certificates.map(certificateData),
    };
  },
});

export const certShow = defineCommand({
  name: 'cert show',
  summary: 'Show the certificate of a domain and any renewal failure',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { domain },
  async run({ deps, user }, input) {
    const { shown, hosts } = await showCertificate(deps, user, input.domain);
    const [, state, issuer, expires, renewal] = certificateRow(shown);
    const tones: Partial<Record<CertificateState, Tone>> = { expired: 'danger', failing: 'warning' };
    return {
      tone: tones[shown.state] ?? 'info',
      title: `Certificate of ${shown.domain}`,
      ...(shown.error !== undefined && { text: shown.error }),
      fields: [
        { name: 'State', value: state },
        ...(shown.issuer === undefined
          ? []
          : [
              { name: 'Issuer', value: issuer },
              { name: 'Expires', value: expires },
            ]),
        ...(hosts.length > 0 ? [{ name: 'For', value: hosts.join(', ') }] : []),
        { name: 'Renewal', value: renewal },
      ],
      actions: [{ label: 'Renew now', command: `cert renew ${shown.domain}` }],
      data: { ...certificateData(shown), hosts, certificate: shown.certificate ?? null },
    };
  },
});

export const certRenew = defineCommand({
  name: 'cert renew',
  summary: 'Request a new certificate now; the current one is served until it arrives',
  role: 'developer',
  answers: 'channel',
  options: { domain },
  examples: ['cert renew shop.example.com'],
  async run({ deps, user, origin }, input) {
    const { id, domain: name } = await requestRenewal(deps, { user, origin, domain: input.domain });
    return {
      tone: 'success',
      text: `Requested a new certificate for \`${name}\`. \`cert show ${name}\` shows the result.`,
      actions: [{ label: 'Show', command: `cert show ${name}` }],
      data: { id, domain: name },
    };
  },
});

export const certUpload = defineCommand({
  name: 'cert upload',
  summary: 'Serve your own certificate; Shipmate warns you before it expires',
  role: 'developer',
  peopleOnly: true,
  answers: 'channel',
  options: {
    domain,
    certificate: inFile(secret('Certificate in PEM, followed by its chain')),
    key: secret('Its private key in PEM, without a passphrase'),
  },
  form: ['domain', 'certificate', 'key'],
  examples: ['cert upload shop.example.com --certificate --key'],
  async run({ deps, user, origin }, { certificate, key, ...input }): Promise<Reply> {
    if (certificate === undefined || key === undefined) {
      throw new UsageError(
        `A certificate needs its key. Give both flags, and you are asked for the values in private: \`cert upload ${input.domain} --certificate --key\`.`,
      );
    }
    const request = { user, origin, domain: input.domain, certificate, key };
    const { applied, chain, domain: found } = await uploadCertificate(deps, request);
    const late = applied ? '' : ' The ingress does not answer right now; Shipmate tries again every minute.';
    return {
      tone: 'success',
      text:
        `\`${found.domain}\` has your certificate from ${chain.issuer}, valid until ${formatDay(chain.notAfter)}. ` +
        `Shipmate does not renew it, but warns you before it expires.${late}`,
      data: { id: found.id, domain: found.domain, issuer: chain.issuer, expiresAt: chain.notAfter.toISOString() },
    };
  },
});

export const certRemove = defineCommand({
  name: 'cert remove',
  summary: 'Remove the certificate of a domain, its key and earlier certificates',
  role: 'developer',
  answers: 'channel',
  options: { domain, force: flag('Remove it even while it serves HTTPS') },
  examples: ['cert remove shop.example.com'],
  async run({ deps, user, origin }, input): Promise<Reply> {
    const removed = await removeCertificate(deps, { user, origin, domain: input.domain, force: input.force });
    const { asked, domain: found, instead } = removed;
    const name = found.domain;
    return {
      tone: 'success',
      text: [
        `The certificate of \`${name}\` is removed.`,
        instead ? `Visitors get the certificate of \`${instead}\`.` : 'Visitors are served over HTTP.',
        ...(asked ? [`Requested a new one: \`cert show ${name}\` shows the result.`] : []),
        ...(removed.applied ? [] : ['The ingress does not answer right now; Shipmate tries again every minute.']),
      ].join(' '),
      data: { id: found.id, domain: name, instead: instead ?? null, asked },
    };
  },
});

function certificateRow(shown: ShownCertificate): [string, string, string, string, string] {
  const { source, issuer, expiresAt } = shown;
  const by = source === 'uploaded' ? `${issuer} (uploaded)` : (issuer ?? '');
  const state = shown.state === 'failing' && expiresAt === undefined ? 'not issued yet' : words[shown.state];
  return [shown.domain, state, by, expiresAt ? formatDay(expiresAt) : '', renewalOf(shown)];
}

function renewalOf({ state, source, nextAttemptAt }: ShownCertificate): string {
  if (state === 'off') return '';
  if (nextAttemptAt) return nextAttemptAt <= new Date() ? 'now' : formatTime(nextAttemptAt);
  return source === 'uploaded' ? 'by you' : 'soon';
}

function certificateData(shown: ShownCertificate) {
  return {
    domain: shown.domain,
    state: shown.state,
    issuer: shown.issuer ?? null,
    source: shown.source ?? null,
    expiresAt: shown.expiresAt?.toISOString() ?? null,
    nextAttemptAt: shown.nextAttemptAt?.toISOString() ?? null,
    attempts: shown.attempts,
    error: shown.error ?? null,
  };
}
