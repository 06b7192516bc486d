import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Push } from '../../git-hosts/push.ts';
import { auditDetailsOf, channelsToTell, metadataOf, supersededBy } from '../deployments/request/deployment-rows.ts';
import type { Deps } from '../deps.ts';
import type { Delivery, DeliveryOutcome, Planned } from './delivery.ts';
import { pushRequest } from './push-request.ts';
import type { WebhookSource } from './webhook-source.ts';

/** A delivery whose answer is known, should nothing unusual be in its way. */
export interface OrdinaryDelivery {
  delivery: Delivery;
  /** The source that signed it, as it was when its signature was verified. */
  signer: WebhookSource;
  /** Undefined for an event that deploys nothing. */
  push: Push | undefined;
  planned: Planned[];
  outcome: DeliveryOutcome;
}

/** `other`: nothing was stored, because something unusual is in its way or a source has changed. */
export type Verdict = 'stored' | 'duplicate' | 'other';

/**
 * Stores deliveries with the deployments that they request in one transaction and one round trip; `accept_deliveries` of
 * the database decides. No application may occur twice.
 */
export async function acceptDeliveries(deps: Deps, deliveries: OrdinaryDelivery[]): Promise<Verdict[]> {
  const [row] = await deps.database.querySystem<Accepted>(accept, parametersOf(deps, deliveries));
  return verdictsOf(row, deliveries);
}

/** The same within the caller's transaction. */
export async function acceptDeliveriesWithin(
  em: EntityManager,
  deps: Pick<Deps, 'announceTo'>,
  deliveries: OrdinaryDelivery[],
): Promise<Verdict[]> {
  const { rows } = await executeSql<Accepted>(em, accept, parametersOf(deps, deliveries));
  return verdictsOf(rows[0], deliveries);
}

interface Accepted {
  stored: number[];
  duplicates: number[];
}

const accept = 'select stored, duplicates from accept_deliveries($1, $2, $3)';

function parametersOf(deps: Pick<Deps, 'announceTo'>, deliveries: OrdinaryDelivery[]): string[] {
  return [deliveries.map(deliveryRow), deliveries.flatMap(sourceRows), channelsToTell(deps, {})].map((rows) =>
    JSON.stringify(rows),
  );
}

function verdictsOf(row: Accepted | undefined, deliveries: OrdinaryDelivery[]): Verdict[] {
  const verdicts = deliveries.map((): Verdict => 'other');
  for (const at of row?.stored ?? []) verdicts[at] = 'stored';
  for (const at of row?.duplicates ?? []) verdicts[at] = 'duplicate';
  return verdicts;
}

function deliveryRow({ delivery, signer, push, outcome }: OrdinaryDelivery, at: number) {
  const [ref] = push?.refs ?? [];
  return {
    at,
    id: randomUUID(),
    provider: delivery.provider,
    delivery_id: delivery.deliveryId,
    event: delivery.event,
    repository: delivery.repository,
    ref: ref?.name,
    commit_sha: ref?.after,
    outcome,
    source: signer.id,
    body_hash: delivery.bodyHash,
  };
}

/** What is deployed, and the signer, whose secret has to be the same still. */
function sourceRows({ delivery, signer, push, planned }: OrdinaryDelivery, at: number) {
  const rows: object[] = push ? planned.map((one) => deploymentRow(delivery, push, one, at)) : [];
  if (!planned.some(({ source }) => source.id === signer.id)) {
    rows.push({ at, source: signer.id, version: signer.version });
  }
  return rows;
}

function deploymentRow(delivery: Delivery, push: Push, planned: Planned, at: number) {
  const { source, ref, commit, id, seen, thawed } = planned;
  const request = { ...pushRequest(delivery, push, planned), approval: undefined, waitsForChecks: false };
  return {
    at,
    source: source.id,
    version: source.version,
    application: source.application.id,
    deployment: id,
    before: seen ?? ref.before,
    thawed,
    commit_sha: commit,
    metadata: metadataOf(request),
    superseded: supersededBy(request),
    details: auditDetailsOf(request),
    ip_address: delivery.audit.ipAddress,
    user_agent: delivery.audit.userAgent,
  };
}
