import { executeSql, type EntityManager, UniqueConstraintViolationException } from '../database/database.ts';
import { Application } from '../entities/application.ts';
import { type GitProvider, GitSource } from '../entities/git-source.ts';
import { WebhookDelivery } from '../entities/webhook-delivery.ts';
import { gitRemote } from './application-environment.ts';
import { type AuditSource, recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { Push, PushedRef } from './push.ts';
import { decide, type PushDecision, type PushTarget } from './push-decision.ts';
import { requestDeployment } from './request-deployment.ts';

export interface Delivery {
  provider: GitProvider;
  deliveryId: string;
  event: string;
  repository: string;
  audit: AuditSource;
}

/** What the git host is told. */
export type DeliveryOutcome =
  | { deliveryId: string; deployments: { id: string; application: string; commit: string }[] }
  | { ignored: string }
  | { duplicate: true };

interface Planned {
  source: GitSource;
  ref: PushedRef;
  commit: string;
  note: string | undefined;
}

/**
 * Stores the delivery and queues what it deploys; all of it is committed when this returns.
 * @param sources The git sources that the delivery's signature speaks for, with application and project.
 */
export async function handlePush(
  deps: Deps,
  delivery: Delivery,
  push: Push,
  sources: GitSource[],
): Promise<DeliveryOutcome> {
  if (await isStored(deps, delivery)) return { duplicate: true };
  const { planned, reasons } = await plan(deps, push, sources);
  return storeOnce(deps, delivery, push.refs[0], async (em) => {
    if (planned.length === 0) return { ignored: reasons.join('; ') || 'nothing to deploy' };
    const deployments = [];
    for (const one of planned) deployments.push(await request(deps, em, push, one, delivery));
    return { deliveryId: delivery.deliveryId, deployments };
  });
}

/** Stores a valid delivery that deploys nothing. */
export async function recordIgnored(deps: Deps, delivery: Delivery, why: string): Promise<DeliveryOutcome> {
  return storeOnce(deps, delivery, undefined, async () => ({ ignored: why }));
}

/** Asks git where the payload leaves it open, so before any transaction. */
async function plan(deps: Deps, push: Push, sources: GitSource[]): Promise<{ planned: Planned[]; reasons: string[] }> {
  const planned: Planned[] = [];
  const reasons = new Set<string>();
  for (const source of sources) {
    for (const ref of push.refs) {
      const decision: PushDecision = await decide(deps.git, targetOf(deps, source), ref);
      if (!decision.deploy) reasons.add(decision.why);
      else if (ref.after) planned.push({ source, ref, commit: ref.after, note: decision.note });
    }
  }
  return { planned, reasons: [...reasons] };
}

function targetOf(deps: Deps, source: GitSource): PushTarget {
  const { application } = source;
  return {
    name: `${application.project.name}/${application.name}`,
    branch: source.branch,
    source: application.sourceConfig,
    deployed: source.commitSha ?? undefined,
    remote: gitRemote(deps, application, source),
  };
}

async function request(deps: Deps, em: EntityManager, push: Push, planned: Planned, delivery: Delivery) {
  const { source, ref, commit, note } = planned;
  const { application } = source;
  const deployment = await requestDeployment(deps, em, {
    application: em.getReference(Application, application.id),
    commit,
    ref: ref.name,
    trigger: 'push',
    requestedBy: `${push.pusher} (${delivery.provider})`,
    commitTitle: ref.title,
    commitAuthor: ref.author,
    audit: delivery.audit,
  });
  if (note) {
    await executeSql(em, `insert into deployment_logs (deployment_id, level, message) values ($1, 'warn', $2)`, [
      deployment.id,
      note,
    ]);
  }
  return { id: deployment.id, application: `${application.project.name}/${application.name}`, commit };
}

async function isStored(deps: Deps, { provider, deliveryId }: Delivery): Promise<boolean> {
  return (await deps.database.asSystem().count(WebhookDelivery, { provider, deliveryId })) > 0;
}

/** The unique key decides between two identical deliveries that arrive at once. */
async function storeOnce(
  deps: Deps,
  delivery: Delivery,
  ref: PushedRef | undefined,
  work: (em: EntityManager) => Promise<DeliveryOutcome>,
): Promise<DeliveryOutcome> {
  try {
    return await deps.database.asSystem().transactional(async (em) => {
      const { audit, ...columns } = delivery;
      const row = em.create(WebhookDelivery, { ...columns, ref: ref?.name ?? null, commitSha: ref?.after ?? null });
      await em.flush();
      const outcome = await work(em);
      row.outcome = { ...outcome };
      await em.flush();
      if ('ignored' in outcome) return outcome;
      await recordAudit(em, {
        ...audit,
        action: 'application.webhook',
        resourceType: 'application',
        details: { kind: 'git_source', provider: delivery.provider, delivery_id: delivery.deliveryId, ...outcome },
      });
      return outcome;
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException && (await isStored(deps, delivery)))
      return { duplicate: true };
    throw error;
  }
}
