import { withCheckout } from '../steps/checkout.ts';
import { change, type DeploymentContext } from '../steps/deployment-context.ts';
import { nameOfShared } from '../steps/shared-variables.ts';
import { requireDatabases } from '../steps/preview-databases.ts';
import { labelKeys } from '../../../swarm/labels.ts';
import type { ServiceSpec, SwarmNode } from '../../../swarm/swarm.ts';
import { fittingNodes } from '../../nodes/choose-node.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { ensureVolumes } from './ensure-volumes.ts';
import { fillVolumes } from './fill-volumes.ts';
import { keepVisited } from './keep-visited.ts';
import { obtainImages } from './obtain-images.ts';
import { readStack } from './read-stack.ts';
import { type StackService, toStackServices } from './stack-services.ts';

/** Prepares the services of a commit's compose file for Swarm: images, volumes, placement. */
export async function prepareStack(context: DeploymentContext): Promise<StackService[]> {
  const prepared = await withCheckout(context, async (directory) => {
    const stack = await readStack(context, directory);
    if (stack.visited) await keepVisited(context, stack.visited);
    if (stack.shared) await change(context, { metadata: { shared: stack.shared.used.map(nameOfShared) } });
    const images = await obtainImages(context, stack, directory);
    const volumes = await ensureVolumes(context, stack);
    return { stack, images, volumes, contents: await fillVolumes(context, stack, { images, volumes }) };
  });
  await requireDatabases(context);
  const { stack, ...rest } = prepared;
  const { deployment, deps } = context;
  return placeServices(context, toStackServices(stack, { config: deps.config, deployment, ...rest }));
}

/** Sequential, since the first service with a volume decides the node of all volumes. */
async function placeServices(
  { deps, deployment, log }: DeploymentContext,
  services: readonly StackService[],
): Promise<StackService[]> {
  const placed: StackService[] = [];
  const notes = new Set<string>();
  for (const service of services) {
    const { note, spec } = await placeTasks(deps, { application: deployment.application.id }, service.spec, {
      isPreview: Boolean(deployment.application.previewOf),
    });
    placed.push({ ...service, spec: service.isGlobal ? onEachNode(spec, await deps.swarm.nodes()) : spec });
    if (note !== undefined) notes.add(note);
  }
  for (const note of notes) log.line(note, 'warn');
  return placed;
}

/** As many tasks as nodes fit today, of which no node gets two. */
function onEachNode(spec: ServiceSpec, nodes: readonly SwarmNode[]): ServiceSpec {
  const replicas = Math.max(1, fittingNodes(nodes, spec.docker.constraints ?? []).length);
  return { ...spec, replicas, labels: { ...spec.labels, [labelKeys.replicas]: String(replicas) } };
}
