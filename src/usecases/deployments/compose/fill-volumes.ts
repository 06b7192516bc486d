import { Volume } from '../../../entities/volume.ts';
import { UserError } from '../../../errors.ts';
import { digestFolder } from '../../../swarm/containers/fill-volume.ts';
import { labelKeys } from '../../../swarm/labels.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import type { Stack } from './read-stack.ts';
import type { StackContext } from './stack-services.ts';

/**
 * Copies folders of the commit into their volumes, unless they have these contents already. Files that the application
 * wrote stay; the containers of this host reach only volumes of its own node.
 * @returns digests of the contents by volume.
 * @throws {UserError} when a volume is on another node.
 */
export async function fillVolumes(
  context: DeploymentContext,
  { folders, services }: Stack,
  { images, volumes }: Pick<StackContext, 'images' | 'volumes'>,
): Promise<Record<string, string>> {
  const { deployment, deps, log, signal } = context;
  const digests: Record<string, string> = {};
  if (folders.length === 0) return digests;
  const own = (await deps.swarm.nodes()).find((node) => node.own);
  for (const { folder, volume } of folders) {
    const mounted = volumes[volume];
    const user = services.find((service) => service.volumes.some((one) => one.volume === volume));
    const image = images[user?.name ?? ''];
    if (!mounted || image === undefined || digests[volume] !== undefined) continue;
    const digest = await digestFolder(folder, deps.config.deployments.contextLimitBytes, signal);
    digests[volume] = digest;
    if (mounted.options['filled'] === digest) continue;
    const { nodeId, nodeName } = await rowOf(context, volume);
    if (nodeId !== null && own && nodeId !== own.id) {
      throw new UserError(
        `The volume \`${volume}\` is on node \`${nodeName}\`, where files of the commit cannot be copied. ` +
          'Put the folder into the image, or remove the volume with `volume remove`.',
      );
    }
    log.line(`${user?.name ?? volume}: copying files of the commit into the volume \`${volume}\``);
    const labels = { [labelKeys.managed]: 'true', [labelKeys.application]: deployment.application.id };
    await deps.oneShots.fillVolume({ volume: mounted.name, image, labels }, folder, signal);
    await remember(context, volume, { filled: digest }, own);
  }
  return digests;
}

async function rowOf({ deps, deployment }: DeploymentContext, volume: string): Promise<Volume> {
  return deps.database.asSystem().transactional(async (em) => {
    const rows = await em.find(Volume, { application: deployment.application.id });
    const row = rows.find(({ options }) => options['volume'] === volume);
    if (!row) throw new Error(`the volume ${volume} has no row`);
    return row;
  });
}

async function remember(
  { deps, deployment }: DeploymentContext,
  volume: string,
  filled: { filled: string },
  node: { id: string; hostname: string } | undefined,
): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    const rows = await em.find(Volume, { application: deployment.application.id });
    for (const row of rows.filter(({ options }) => options['volume'] === volume)) {
      row.options = { ...row.options, ...filled };
      if (node) Object.assign(row, { nodeId: node.id, nodeName: node.hostname });
    }
  });
}
