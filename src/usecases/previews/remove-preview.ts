import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import type { Preview } from '../../entities/preview.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Volume } from '../../entities/volume.ts';
import { labelKeys } from '../../swarm/labels.ts';
import { networkOf } from '../applications/application-network.ts';
import { cancelChannel, changeDeployment } from '../deployments/deployment-state.ts';
import type { Deps } from '../deps.ts';
import { reconcileIngress } from '../ingress/reconcile-ingress.ts';
import { removeServices, removeStored } from '../applications/remove-parts.ts';
import { removePreviewDatabases } from '../preview-databases/remove-databases.ts';
import { recordAudit } from '../record-audit.ts';

const pollMs = 500;

/**
 * Removes everything that runs or is stored of a preview: routes, services, databases, networks, volumes and images. Its
 * rows stay, for the log. Idempotent: what is gone is passed over.
 */
export async function removePreview(deps: Deps, { reason, variant }: Preview, signal: AbortSignal): Promise<void> {
  if (!variant) return;
  await endDeployments(deps, variant);
  await untilEnded(deps, variant, signal);
  if (!variant.deletedAt) {
    await archive(deps, variant, { reason: reason ?? 'closed', leftOn: await nodesOutOfReach(deps, variant) });
  }
  await reconcileIngress(deps, signal);
  await removeServices(deps, variant.id);
  const em = deps.database.asSystem();
  await removePreviewDatabases(deps, await em.find(ManagedDatabase, { variant }, { populate: ['project'] }), signal);
  if (variant.sourceConfig.preview?.outside) await deps.swarm.removeNetwork(networkOf(variant));
  await removeStored(deps, variant.id);
  await deps.database.asSystem().nativeDelete(Volume, { application: variant });
}

/** Waiting ones end at once, running ones are cancelled like by a person. */
async function endDeployments(deps: Deps, variant: Application): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(em, 'select from applications where id = $1 for update', [variant.id]);
    for (const { id, status } of await em.find(Deployment, { application: variant, status: { $in: unfinished } })) {
      const waits = status === 'pending';
      await changeDeployment(deps, em, id, {
        metadata: {
          cancel_requested_by: 'the end of the preview',
          ...(waits && { reason: 'cancelled', error: 'The preview was closed.', progress: null }),
        },
        ...(waits && { status: 'failed', finished: true }),
      });
      await deps.database.notify(em, cancelChannel, id);
    }
  });
}

const unfinished = [...unfinishedStatuses];

/** What still rolls out would be made anew behind our back. */
async function untilEnded(deps: Deps, variant: Application, signal: AbortSignal): Promise<void> {
  for (;;) {
    const left = await deps.database
      .asSystem()
      .count(Deployment, { application: variant.id, status: { $in: unfinished } });
    if (left === 0) return;
    await delay(pollMs, undefined, { signal });
  }
}

/** Other nodes that have volumes of it, since its constraints kept it from the Engine's own, where they are removed. */
async function nodesOutOfReach({ database, swarm }: Deps, variant: Application): Promise<string[]> {
  const owners = [variant.id, variant.previewOf?.id ?? variant.id];
  if ((await database.asSystem().count(Volume, { application: { $in: owners } })) === 0) return [];
  const services = (await swarm.list()).filter(({ labels }) => labels[labelKeys.application] === variant.id);
  const used = new Set((await Promise.all(services.map(({ name }) => swarm.nodesOf(name)))).flat());
  return (await swarm.nodes()).filter(({ id, own }) => !own && used.has(id)).map(({ hostname }) => hostname);
}

async function archive(
  deps: Deps,
  variant: Application,
  { leftOn, reason }: { reason: string; leftOn: string[] },
): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(em, 'select soft_delete_application($1)', [variant.id]);
    await recordAudit(em, {
      action: 'preview.remove',
      resourceType: 'application',
      resourceId: variant.id,
      details: {
        kind: 'preview',
        name: variant.name,
        reason,
        ...(leftOn.length > 0 && { volumes_left_on: leftOn }),
      },
    });
  });
  variant.deletedAt = new Date();
}
