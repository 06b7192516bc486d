import { executeSql, type EntityManager } from '../../database/database.ts';
import { NotificationRoute } from '../../entities/notification-route.ts';
import type { Deps } from '../deps.ts';
import { notificationChannel } from '../notify.ts';
import { buildDigest } from './build-digest.ts';
import type { Digest } from '../../entities/digest.ts';
import type { Fact } from '../../entities/notification-facts.ts';
import { duePeriod } from './digest-period.ts';
import { nextDigest } from '../notifications/digest-schedule.ts';

/**
 * Sends the digests that are due, each exactly once across replicas and crashes: one transaction locks the route's row,
 * inserts the digest and moves the route to its next time.
 * @returns how many were sent.
 */
export async function sendDigests(
  deps: Pick<Deps, 'database' | 'logger'>,
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await executeSql<{ id: string }>(
    deps.database.asSystem(),
    'select id from notification_routes where digest_due_at <= $1 order by digest_due_at, id',
    [now],
  );
  let [sent, failed] = [0, 0];
  for (const { id } of rows) {
    signal.throwIfAborted();
    try {
      if (await deps.database.asSystem().transactional((em) => sendDue(em, id, now))) sent += 1;
    } catch (error) {
      // A failed digest must not block the others.
      failed += 1;
      deps.logger.error({ err: error, route: id }, 'could not make a digest');
    }
  }
  if (failed > 0) throw new Error(`${failed} of ${rows.length} digests failed; see the log for the reasons`);
  return sent;
}

/** False when another replica is sending it or has sent it. */
async function sendDue(em: EntityManager, id: string, now: Date): Promise<boolean> {
  const locked = await executeSql(
    em,
    'select from notification_routes where id = $1 and digest_due_at <= $2 for update skip locked',
    [id, now],
  );
  if (locked.rows.length === 0) return false;
  const route = await em.findOneOrFail(NotificationRoute, id);
  const { digest, digestDueAt: due, pattern, project, zone } = route;
  if (!digest || !due) return false;
  const times = { digest, zone };
  const projectId = project?.id ?? null;
  const request = { projectId, pattern, zone, ...duePeriod(times, due, now) };
  const content = await buildDigest({ em, system: em }, request);
  await insertDigest(em, id, content);
  await em.nativeUpdate(NotificationRoute, { id }, { digestDueAt: nextDigest(times, now) });
  return true;
}

async function insertDigest(em: EntityManager, route: string, digest: Digest): Promise<void> {
  const fact: Fact<'digest'> = { kind: 'digest', digest };
  await executeSql(
    em,
    `with digest as (
       insert into notifications (route_id, event, severity, subject, payload)
       values ($1::uuid, 'digest', 'info', $1::text, $2)
     )
     select pg_notify('${notificationChannel}', $1::text)`,
    [route, JSON.stringify(fact)],
  );
}
