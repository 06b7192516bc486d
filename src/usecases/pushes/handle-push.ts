import { executeSql, type EntityManager } from '../../database/database.ts';
import { DeploymentHeldError } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { acceptTogether } from './accept-together.ts';
import { askedOnce } from './asked-once.ts';
import { type Delivery, type DeliveryOutcome, deliveryOutcome, type Planned, sourceName } from './delivery.ts';
import { newestCommit, newestStatuses } from './newest-commit.ts';
import { planPush } from './plan-push.ts';
import { pushRequest, requestWithNote } from './push-request.ts';
import { correctDelivery, lockApplications, storeOnce } from './store-delivery.ts';
import type { WebhookSource } from './webhook-source.ts';
import type { Push } from '../../git-hosts/push.ts';

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
  const { planned, reasons } = await planPush({ ...deps, git: askedOnce(deps.git) }, push, sources);
  const outcome = deliveryOutcome(delivery, planned, reasons);
  return deps.database.asSystem().transactional(async (em) => {
    await lockApplications(
      em,
      planned.map(({ source }) => source.application.id),
    );
    const together = await acceptTogether(deps, em, { delivery, push, planned, reasons }, sources);
    if (together === 'duplicate') return { duplicate: true };
    if (!together && !(await storeOnce(em, delivery, push.refs[0], outcome))) return { duplicate: true };
    const done = new Set(together);
    const going: Planned[] = [];
    const held: string[] = [];
    for (const one of planned) {
      if (done.has(one)) {
        going.push(one);
        continue;
      }
      const there = await alreadyThere(em, one);
      const why = there ?? (await requestFor(deps, em, push, one, delivery));
      if (why === undefined) going.push(one);
      else (there === undefined ? held : reasons).push(why);
    }
    if (going.length === planned.length) return outcome;
    return correctDelivery(em, delivery, deliveryOutcome(delivery, going, reasons, held));
  });
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
