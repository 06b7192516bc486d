import { executeSql } from '../../database/database.ts';
import { Certificate } from '../../entities/certificate.ts';
import { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { readChain } from './certificate-chain.ts';
import { notifyExpiring } from './notify-certificate.ts';
import { renewalTime } from './renewal-times.ts';

/** Days left that trigger a notification, each once; 0: expired. */
const thresholds = [0, 1, 3, 7, 14];
const day = 86_400_000;
/** How overdue a renewal may be before it counts as failing, milliseconds. */
const lateMs = 6 * 60 * 60_000;

interface Row {
  id: string;
  domain_id: string;
}

/** Warns about served certificates that expire soon: uploaded ones, and those whose renewal is failing. */
export async function watchCertificates(deps: Deps, now = new Date()): Promise<string> {
  const { rows } = await executeSql<Row>(
    deps.database.asSystem(),
    `select id, domain_id from (
       select distinct on (domain_id) c.id, domain_id, expires_at from certificates c join domains d on d.id = domain_id
       where tls_enabled order by domain_id, c.created_at desc, c.id
     ) served where expires_at < $1::timestamptz + interval '14 days'`,
    [now.toISOString()],
  );
  let warned = 0;
  for (const row of rows) if (await warn(deps, row, now)) warned += 1;
  return `${warned} notified`;
}

async function warn({ database }: Deps, { id, domain_id: domainId }: Row, now: Date): Promise<boolean> {
  return database.asSystem().transactional(async (em) => {
    const certificate = await em.findOne(Certificate, { id });
    const domain = await em.findOne(Domain, { id: domainId }, { populate: ['project'] });
    if (!certificate || !domain) return false;
    if (certificate.source !== 'uploaded' && !isLate(certificate, now)) return false;
    const left = Math.max(0, (certificate.expiresAt.getTime() - now.getTime()) / day);
    const threshold = thresholds.find((days) => left <= days);
    if (threshold === undefined) return false;
    const { rows } = await executeSql(
      em,
      `update certificates set warned_days = $2 where id = $1 and coalesce(warned_days, 99) > $2 returning id`,
      [id, threshold],
    );
    if (rows.length === 0) return false;
    await notifyExpiring(em, domain, certificate, { daysLeft: Math.ceil(left), threshold });
    return true;
  });
}

/** Short-lived certificates have few days left from the start, so only overdue renewals count. */
function isLate({ id, certificate }: Certificate, now: Date): boolean {
  return renewalTime({ id, ...readChain(certificate) }).getTime() + lateMs < now.getTime();
}
