import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { CommitRange } from '../../entities/deployment-metadata.ts';
import { gitRemote } from '../applications/application-environment.ts';
import { readRange } from '../deployments/commit-range.ts';
import { DeploymentHeldError } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { type Delivery, type DeliveryOutcome, deliveryOutcome, type Planned, sourceName } from './delivery.ts';
import { movesBackwards } from './moves-backwards.ts';
import { decidePush, lookupMs, type PushDecision, type PushTarget } from './push-decision.ts';
import { pushRequest, requestWithNote } from './push-request.ts';
import type { WebhookSource } from './webhook-source.ts';
import type { Push, PushedRef } from '../../git-hosts/push.ts';

/**
 * Stores the delivery and queues its deployments; everything is committed when this returns.
 * @param sources Git sources covered by the delivery's signature.
 */
export async function handlePush(
  deps: Deps,
  delivery: Delivery,
  push: Push,
  sources: WebhookSource[],
): Promise<DeliveryOutcome> {
  const { planned, reasons } = await plan(deps, push, sources);
  const outcome = deliveryOutcome(delivery, planned, reasons);
  return deps.database.asSystem().transactional(async (em) => {
    await lockApplications(em, planned);
    if (!(await storeOnce(em, delivery, push.refs[0], outcome))) return { duplicate: true };
    const held = new Map<Planned, string>();
    for (const one of planned) {
      const why = await requestFor(deps, em, push, one, delivery);
      if (why !== undefined) held.set(one, why);
    }
    if (held.size === 0) return outcome;
    const going = planned.filter((one) => !held.has(one));
    return correctDelivery(em, delivery, deliveryOutcome(delivery, going, [...reasons], [...held.values()]));
  });
}

/** Before the delivery is stored, as `accept_deliveries` does it, so that neither waits for the other at both. */
async function lockApplications(em: EntityManager, planned: Planned[]): Promise<void> {
  const ids = planned.map(({ source }) => source.application.id);
  await executeSql(em, 'select from applications where id = any($1) order by id for update', [ids]);
}

/** Corrects the outcome of a delivery that was stored early to detect redeliveries. */
async function correctDelivery(
  em: EntityManager,
  delivery: Delivery,
  outcome: DeliveryOutcome,
): Promise<DeliveryOutcome> {
  await executeSql(em, 'update webhook_deliveries set outcome = $3 where provider = $1 and delivery_id = $2', [
    delivery.provider,
    delivery.deliveryId,
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

/** Runs before any transaction, since it asks git for what the payload lacks. */
async function plan(
  deps: Deps,
  push: Push,
  sources: WebhookSource[],
): Promise<{ planned: Planned[]; reasons: string[] }> {
  const planned: Planned[] = [];
  const reasons = new Set<string>();
  for (const source of sources) {
    for (const pushed of push.refs) {
      const target = targetOf(deps, source);
      const ref = await withCommit(deps, target, pushed);
      const decision = await decideForSource(deps, source, target, ref);
      if (!decision.deploy) {
        reasons.add(decision.why);
      } else if (ref.after) {
        const range = await rangeFor(deps, source, target, ref.after);
        planned.push({ id: randomUUID(), source, ref, commit: ref.after, note: decision.note, range });
      }
    }
  }
  return { planned, reasons: [...reasons] };
}

/**
 * Gitea sends the own id of an annotated tag and no commit, so git is asked. A host that does not answer in time costs
 * nothing: the checkout asks again.
 */
async function withCommit(deps: Deps, { remote }: PushTarget, ref: PushedRef): Promise<PushedRef> {
  if (ref.kind !== 'tag' || ref.title !== undefined || ref.after === undefined || !remote) return ref;
  try {
    return { ...ref, after: (await deps.git.resolve(remote, ref.after, AbortSignal.timeout(lookupMs))).commit };
  } catch {
    return ref;
  }
}

async function decideForSource(
  deps: Deps,
  source: WebhookSource,
  target: PushTarget,
  ref: PushedRef,
): Promise<PushDecision> {
  const decision = await decidePush(deps.git, target, ref);
  const back = decision.deploy ? await movesBackwards(deps, source.application.id, target, ref) : undefined;
  return back === undefined ? decision : { deploy: false, why: back };
}

/** Commit range for approvers. */
async function rangeFor(
  deps: Deps,
  { application }: WebhookSource,
  { remote, deployed }: PushTarget,
  to: string,
): Promise<CommitRange | undefined> {
  if (!application.sourceConfig.protected) return undefined;
  return readRange(deps, { application, remote, from: deployed, to, signal: AbortSignal.timeout(lookupMs) });
}

function targetOf(deps: Deps, source: WebhookSource): PushTarget {
  return {
    name: sourceName(source),
    branch: source.branch,
    source: source.application.sourceConfig,
    deployed: source.commitSha ?? undefined,
    remote: gitRemote(deps, source.application, source),
  };
}

/** Returns the reason when a lock or freeze holds the deployment back. */
async function requestFor(
  deps: Deps,
  em: EntityManager,
  push: Push,
  planned: Planned,
  delivery: Delivery,
): Promise<string | undefined> {
  try {
    await requestWithNote(deps, em, pushRequest(delivery, push, planned), planned.note);
    return undefined;
  } catch (error) {
    // It has written nothing, so the transaction can continue.
    if (!(error instanceof DeploymentHeldError)) throw error;
    return `${error.why}; later: \`deploy ${sourceName(planned.source)}\``;
  }
}

/**
 * False when the delivery is already stored, by id or by body: the id is not signed, so a copy may come with another
 * id. The second of two concurrent copies waits for the first.
 */
async function storeOnce(
  em: EntityManager,
  delivery: Delivery,
  ref: PushedRef | undefined,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  const { provider, deliveryId, signedBy, bodyHash, event, repository } = delivery;
  const { rows } = await executeSql(
    em,
    `insert into webhook_deliveries (id, provider, delivery_id, event, repository, ref, commit_sha, outcome, git_source_id, body_hash)
     values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict do nothing
     returning id`,
    [
      provider,
      deliveryId,
      event,
      repository,
      ref?.name ?? null,
      ref?.after ?? null,
      JSON.stringify(outcome),
      signedBy,
      bodyHash,
    ],
  );
  return rows.length > 0;
}
