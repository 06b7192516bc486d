import { executeSql, type EntityManager } from '../../database/database.ts';
import { AuthorityError } from '../../acme/authority-error.ts';
import { formatTime } from '../../units/times.ts';

/**
 * Let's Encrypt's limits for one set of names; others allow more. Staying below them prevents a retry loop from locking
 * out the domain's owner for a week. @see https://letsencrypt.org/docs/rate-limits/
 */
const limits = [
  { status: 'valid', most: 5, hours: 168, what: 'certificates for it in a week' },
  { status: 'invalid', most: 5, hours: 1, what: 'failed validations of it in an hour' },
] as const;

/** @throws {AuthorityError} `rate-limited`, when another order for the host would exceed a limit. */
export async function requireWithinLimits(em: EntityManager, host: string, directoryUrl: string): Promise<void> {
  for (const { status, most, hours, what } of limits) {
    const { rows } = await executeSql<{ count: number; first: Date }>(
      em,
      `select count(*)::int as count, min(ended_at) as first from (
         select ended_at from certificate_orders
         where host = $1 and directory_url = $2 and status = $3 and ended_at > now() - $4 * interval '1 hour'
         order by ended_at desc limit ${most}
       ) recent`,
      [host, directoryUrl, status, hours],
    );
    const [{ count, first } = { count: 0, first: new Date() }] = rows;
    if (count < most) continue;
    const retryAt = new Date(new Date(first).getTime() + hours * 3_600_000);
    const text = `There were ${count} ${what}, the most that authorities allow. The next attempt is at ${formatTime(retryAt)}.`;
    throw new AuthorityError('rate-limited', text, { retryAt });
  }
}
