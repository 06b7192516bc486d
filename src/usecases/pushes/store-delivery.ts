import { executeSql, type EntityManager } from '../../database/database.ts';
import type { PushedRef } from '../../git-hosts/push.ts';
import type { Deps } from '../deps.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';

/** Before the delivery is stored, as `accept_deliveries` does it, so that neither waits for the other at both. */
export async function lockApplications(em: EntityManager, ids: string[]): Promise<void> {
  await executeSql(em, 'select from applications where id = any($1) order by id for update', [ids]);
}

/** Corrects the outcome of a delivery that was stored early to detect redeliveries. */
export async function correctDelivery(
  em: EntityManager,
  delivery: Delivery,
  outcome: DeliveryOutcome,
): Promise<DeliveryOutcome> {
  await executeSql(em, 'update webhook_deliveries set outcome = $3 where git_source_id = $1 and body_hash = $2', [
    delivery.signedBy,
    delivery.bodyHash,
    JSON.stringify(outcome),
  ]);
  return outcome;
}

/** Stores a valid delivery that deploys nothing. */
export async function recordIgnored(deps: Deps, delivery: Delivery, why: string): Promise<DeliveryOutcome> {
  const outcome = { ignored: why };
  const stored = await storeOnce(deps.database.asSystem(), delivery, undefined, outcome);
  return stored ? outcome : { duplicate: true };
}

/**
 * False when the delivery is already stored, by id or by body: the id is not signed, so a copy may come with another
 * id. One that was ignored or held back takes the new outcome: what stood in its way may be gone. The second of two
 * concurrent copies waits for the first.
 */
export async function storeOnce(
  em: EntityManager,
  delivery: Delivery,
  ref: Pick<PushedRef, 'name' | 'after'> | undefined,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  const { provider, deliveryId, signedBy, bodyHash, event, repository } = delivery;
  const answer = JSON.stringify(outcome);
  const { rows } = await executeSql(
    em,
    `insert into webhook_deliveries (id, provider, delivery_id, event, repository, ref, commit_sha, outcome, git_source_id, body_hash)
     values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict do nothing
     returning id`,
    [provider, deliveryId, event, repository, ref?.name ?? null, ref?.after ?? null, answer, signedBy, bodyHash],
  );
  if (rows.length > 0) return true;
  const again = await executeSql(
    em,
    `update webhook_deliveries set outcome = $5
     where git_source_id = $3 and (body_hash = $4 or (provider = $1 and delivery_id = $2)) and not is_done_with(outcome)
     returning id`,
    [provider, deliveryId, signedBy, bodyHash, answer],
  );
  return again.rows.length > 0;
}
