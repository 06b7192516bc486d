import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { CommitRange } from '../../entities/deployment-metadata.ts';
import { readableRemote } from '../applications/application-environment.ts';
import { readRange } from '../deployments/commit-range.ts';
import { DeploymentHeldError } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { acceptDeliveries, type OrdinaryDelivery } from './accept-deliveries.ts';
import { askedOnce } from './asked-once.ts';
import { type Delivery, type DeliveryOutcome, deliveryOutcome, type Planned, sourceName } from './delivery.ts';
import { movesBackwards } from './moves-backwards.ts';
import { newestCommit, newestStatuses } from './newest-commit.ts';
import { decidePush, patience, type PushDecision, type PushTarget } from './push-decision.ts';
import { pushRequest, requestWithNote } from './push-request.ts';
import { targetOf } from './push-target.ts';
import { correctDelivery, lockApplications, storeOnce } from './store-delivery.ts';
import type { WebhookSource } from './webhook-source.ts';
import type { Push, PushedRef } from '../../git-hosts/push.ts';

/** Git is asked about one push for no longer, however many applications it feeds: a host's patience ends at 10 s. */
const planMs = 6_000;

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
  const { planned, reasons } = await plan({ ...deps, git: askedOnce(deps.git) }, push, sources);
  const outcome = deliveryOutcome(delivery, planned, reasons);
  const accepted = await acceptAtOnce(deps, { delivery, push, planned, outcome }, sources);
  if (accepted) return accepted;
  return deps.database.asSystem().transactional(async (em) => {
    await lockApplications(
      em,
      planned.map(({ source }) => source.application.id),
    );
    if (!(await storeOnce(em, delivery, push.refs[0], outcome))) return { duplicate: true };
    const going: Planned[] = [];
    const held: string[] = [];
    for (const one of planned) {
      const there = await alreadyThere(em, one);
      const why = there ?? (await requestFor(deps, em, push, one, delivery));
      if (why === undefined) going.push(one);
      else (there === undefined ? held : reasons).push(why);
    }
    if (going.length === planned.length) return outcome;
    return correctDelivery(em, delivery, deliveryOutcome(delivery, going, reasons, held));
  });
}

/** In one statement, however many applications there are; undefined when something unusual is in its way. */
async function acceptAtOnce(
  deps: Deps,
  ordinary: Omit<OrdinaryDelivery, 'signer'>,
  sources: WebhookSource[],
): Promise<DeliveryOutcome | undefined> {
  const { delivery, outcome, planned } = ordinary;
  const signer = sources.find(({ id }) => id === delivery.signedBy);
  const applications = new Set(planned.map(({ source }) => source.application.id));
  const isUnusual = planned.some(
    ({ note, source: { application } }) =>
      note !== undefined || application.sourceConfig.protected || application.sourceConfig.checks === 'required',
  );
  if (!signer || isUnusual || applications.size < planned.length || planned.length < 2) return undefined;
  if (!deps.queue.enqueuesInSql) return undefined;
  const [verdict] = await acceptDeliveries(deps, [{ ...ordinary, signer }]);
  if (verdict === 'duplicate') return { duplicate: true };
  return verdict === 'stored' ? outcome : undefined;
}

/**
 * Why a commit is not deployed that is live or waiting already: a repository may have several webhooks, and a push may
 * name a commit twice, by its branch and by a tag.
 */
async function alreadyThere(em: EntityManager, { source, commit }: Planned): Promise<string | undefined> {
  const { rows } = await executeSql<{ commit: string | null }>(em, `select (${newestCommit}) as commit`, [
    source.application.id,
    newestStatuses,
  ]);
  if (rows[0]?.commit !== commit) return undefined;
  const [name, short] = [sourceName(source), commit.slice(0, 7)];
  return `\`${name}\` has or gets ${short} already; to deploy it again: \`deploy ${name} ${short}\``;
}

/** Runs before any transaction, since it asks git for what the payload lacks. */
async function plan(
  deps: Deps,
  push: Push,
  sources: WebhookSource[],
): Promise<{ planned: Planned[]; reasons: string[] }> {
  const planned: Planned[] = [];
  const reasons = new Set<string>();
  const deadline = AbortSignal.timeout(planMs);
  for (const source of sources) {
    for (const pushed of push.refs) {
      const target = { ...targetOf(deps, source), deadline };
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
async function withCommit(deps: Deps, target: PushTarget, ref: PushedRef): Promise<PushedRef> {
  if (ref.kind !== 'tag' || ref.title !== undefined || ref.after === undefined) return ref;
  const signal = patience(target);
  try {
    const remote = await target.remote();
    return remote ? { ...ref, after: (await deps.git.resolve(remote, ref.after, signal)).commit } : ref;
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
  source: WebhookSource,
  target: PushTarget,
  to: string,
): Promise<CommitRange | undefined> {
  const { application } = source;
  if (!application.sourceConfig.protected) return undefined;
  const signal = patience(target);
  const remote = await readableRemote(deps, application, source);
  return readRange(deps, { application, remote, from: target.deployed, to, signal });
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
