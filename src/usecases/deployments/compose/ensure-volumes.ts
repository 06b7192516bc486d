import type { EntityManager } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import { Volume } from '../../../entities/volume.ts';
import type { VolumeMount } from '../../../swarm/services/mounts.ts';
import { stackResourceName, volumeName } from '../../../swarm/names.ts';
import { recordAudit } from '../../record-audit.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import type { Stack } from './read-stack.ts';

/** Planned size of a volume, GB, since compose files have none. */
const sizeGb = 1;

/**
 * Inserts missing volume rows, so that data is listed and outlives its services. Keyed by the volume's name in the
 * file.
 */
export async function ensureVolumes(
  { deps, deployment }: DeploymentContext,
  { services, volumeOptions }: Stack,
): Promise<Record<string, Omit<VolumeMount, 'target'>>> {
  const { id } = deployment.application;
  return deps.database.asSystem().transactional(async (em) => {
    const rows = await em.find(Volume, { application: id });
    const found: Record<string, Omit<VolumeMount, 'target'>> = {};
    for (const { volume, target } of services.flatMap((service) => service.volumes)) {
      if (found[volume]) continue;
      // Matched by its name in the file: the row keeps its own name when the application is renamed.
      const row = rows.find(({ options }) => options['volume'] === volume) ?? (await make(em, id, volume, target));
      const options = { ...row.options, ...volumeOptions[volume] };
      found[volume] = { name: volumeName(row, id), type: row.type, options };
    }
    return found;
  });
}

async function make(em: EntityManager, applicationId: string, volume: string, target: string): Promise<Volume> {
  const application = await em.findOneOrFail(Application, applicationId, { populate: ['project'] });
  const name = stackResourceName(application.project.name, application.name, applicationId, volume);
  const row = em.create(Volume, {
    name,
    mountPath: target,
    type: 'docker_volume',
    sizeGb,
    options: { volume },
    application,
  });
  await em.flush();
  await recordAudit(em, {
    action: 'application.volume_create',
    resourceType: 'application',
    resourceId: applicationId,
    details: { kind: 'volume', volume: name, after: { mount_path: target, type: row.type, size_gb: sizeGb } },
  });
  return row;
}
