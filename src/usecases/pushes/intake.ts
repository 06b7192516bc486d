import { randomUUID } from 'node:crypto';
import type { Push } from '../../git-hosts/push.ts';
import type { Deps } from '../deps.ts';
import { acceptDeliveries, type OrdinaryDelivery, type Verdict } from './accept-deliveries.ts';
import { type Delivery, type DeliveryOutcome, deliveryOutcome, type Planned, sourceName } from './delivery.ts';
import { recallWebhookSender, type UnverifiedDelivery, type WebhookSender } from './find-webhook-sources.ts';
import { createGroupCommit } from './group-commit.ts';
import { decideByPayload } from './push-decision.ts';
import { createWebhookSourceCache } from './webhook-source-cache.ts';
import type { WebhookSource } from './webhook-source.ts';

/** Deliveries that are committed together. */
const mostTogether = 64;
/** A second commit begins only beside a full or a slow one: fewer and larger ones cost PostgreSQL less. */
const committers = 2;
const patienceMs = 25;
/** Ten senders in turn: seven deliveries a commit instead of five, for two thirds of the CPU time each. */
const gatherMs = 2;

/** A verified delivery. */
export interface VerifiedDelivery {
  delivery: Delivery;
  event: { kind: 'push'; push: Push } | { kind: 'ignored'; why: string };
  /** The sources that it may act for; the one that signed it is among them. */
  sources: WebhookSource[];
}

/** Takes ordinary deliveries many at a time. */
export interface Intake {
  /** Whose secret signed it, where that is known without asking the database again. */
  recallSender(delivery: UnverifiedDelivery): Promise<WebhookSender | undefined>;
  /** Undefined when something about it is unusual: nothing was stored, and it is for `handlePush` or `recordIgnored`. */
  accept(delivery: VerifiedDelivery): Promise<DeliveryOutcome | undefined>;
}

export function createIntake(deps: Deps): Intake {
  const commits = createGroupCommit<OrdinaryDelivery, Verdict>({
    most: mostTogether,
    committers,
    patienceMs,
    gatherMs,
    commit: (deliveries) => acceptDeliveries(deps, deliveries),
  });

  async function commit(ordinary: OrdinaryDelivery): Promise<Verdict> {
    try {
      return await commits.add(
        ordinary,
        ordinary.planned.map(({ source }) => source.application.id),
      );
    } catch (error) {
      // One of many may be to blame: by itself, each gets its own answer.
      deps.logger.warn({ err: error }, 'deliveries could not be stored together');
      return 'other';
    }
  }

  const cache = createWebhookSourceCache(deps);

  return {
    recallSender: (delivery) => recallWebhookSender(cache, delivery),
    async accept(verified) {
      if (!deps.queue.enqueuesInSql) return undefined;
      const ordinary = await planOrdinary(verified);
      if (!ordinary) return undefined;
      const verdict = await commit(ordinary);
      if (verdict === 'other') return undefined;
      return verdict === 'duplicate' ? { duplicate: true } : ordinary.outcome;
    },
  };
}

/** Undefined when git or more of the database has to be asked. */
async function planOrdinary({ delivery, event, sources }: VerifiedDelivery): Promise<OrdinaryDelivery | undefined> {
  const signer = sources.find(({ id }) => id === delivery.signedBy);
  if (!signer) return undefined;
  if (event.kind === 'ignored') {
    return { delivery, signer, push: undefined, planned: [], outcome: { ignored: event.why } };
  }
  const { push } = event;
  const planned = new Map<string, Planned>();
  const reasons = new Set<string>();
  for (const source of sources) {
    const { id, sourceConfig } = source.application;
    for (const ref of push.refs) {
      const target = { name: sourceName(source), branch: source.branch, source: sourceConfig };
      const decision = await decideByPayload(target, ref);
      if (!decision) return undefined;
      if (!decision.deploy) {
        reasons.add(decision.why);
        continue;
      }
      const gated = sourceConfig.protected || sourceConfig.checks === 'required';
      if (gated || decision.note !== undefined || planned.has(id) || !ref.after) return undefined;
      planned.set(id, { id: randomUUID(), source, ref, commit: ref.after });
    }
  }
  const all = [...planned.values()];
  return { delivery, signer, push, planned: all, outcome: deliveryOutcome(delivery, all, [...reasons]) };
}
