import type { Fact } from '../entities/notification-facts.ts';
import { formatTime } from '../units/times.ts';
import type { Action, Reply } from './reply.ts';

export function certificateIssued({ domain, expiresAt, issuer, renewsAt }: Fact<'certificate-issued'>): Reply {
  return {
    tone: 'success',
    title: `${domain} has a new certificate`,
    text: `Issued by ${issuer}, valid until ${day(expiresAt)}. Shipmate renews it around ${day(renewsAt)}.`,
  };
}

export function certificateFailed({ domain, reason, retryAt }: Fact<'certificate-failed'>): Reply {
  return {
    tone: 'warning',
    title: `No certificate for ${domain} yet`,
    text: `${reason}\nShipmate tries again at ${formatTime(new Date(retryAt))}.`,
    actions: [{ label: 'Try now', command: `cert renew ${domain}` }, showCertificateAction(domain)],
  };
}

export function certificateExpiring(fact: Fact<'certificate-expiring'>): Reply {
  const { daysLeft, domain, expiresAt, issuer, level, uploaded } = fact;
  const when = daysLeft === 0 ? 'has expired' : `expires in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
  const step = uploaded
    ? `Upload a new one: \`cert upload ${domain}\`, or let Shipmate issue one: \`cert renew ${domain}\`.`
    : `Shipmate could not renew it so far. \`cert show ${domain}\` shows why.`;
  return {
    tone: level,
    title: `The certificate of ${domain} ${when}`,
    text: `Valid until ${day(expiresAt)}, issued by ${issuer}.\n${step}`,
    actions: [showCertificateAction(domain)],
  };
}

function showCertificateAction(domain: string): Action {
  return { label: 'Show', command: `cert show ${domain}` };
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
