import { withCheckout } from '../steps/checkout.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { ensureVolumes } from './ensure-volumes.ts';
import { obtainImages } from './obtain-images.ts';
import { readStack } from './read-stack.ts';
import { type StackService, toStackServices } from './stack-services.ts';

/** The services of a commit's compose file, ready for Swarm: images built or pulled, volumes there, tasks placed. */
export async function prepareStack(context: DeploymentContext): Promise<StackService[]> {
  const { images, stack } = await withCheckout(context, async (directory) => {
    const read = await readStack(context, directory);
    return { stack: read, images: await obtainImages(context, read, directory) };
  });
  const volumes = await ensureVolumes(context, stack);
  const { deployment, deps } = context;
  return placeServices(context, toStackServices(stack, { config: deps.config, deployment, images, volumes }));
}

/** One after the other: the first that has a volume decides where the volumes of all are. */
async function placeServices(
  { deps, deployment, log }: DeploymentContext,
  services: readonly StackService[],
): Promise<StackService[]> {
  const placed: StackService[] = [];
  const notes = new Set<string>();
  for (const service of services) {
    const { note, spec } = await placeTasks(deps, { application: deployment.application.id }, service.spec);
    placed.push({ ...service, spec });
    if (note !== undefined) notes.add(note);
  }
  for (const note of notes) log.line(note, 'warn');
  return placed;
}
