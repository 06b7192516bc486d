import { withCheckout } from '../steps/checkout.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import type { RolloutOutcome } from '../steps/roll-out.ts';
import { isHandedBack } from '../steps/interruption.ts';
import { ensureVolumes } from './ensure-volumes.ts';
import { obtainImages } from './obtain-images.ts';
import { readStack } from './read-stack.ts';
import { rollOutStack } from './roll-out-stack.ts';
import { takeBackStack } from './take-back-stack.ts';
import { type StackService, toStackServices } from './stack-services.ts';

/** Brings the stack of a commit to Swarm: all of its services, or none. */
export async function deployStack(context: DeploymentContext): Promise<RolloutOutcome> {
  try {
    const { images, stack } = await withCheckout(context, async (directory) => {
      const read = await readStack(context, directory);
      return { stack: read, images: await obtainImages(context, read, directory) };
    });
    const volumes = await ensureVolumes(context, stack);
    const { config } = context.deps;
    const services = toStackServices(stack, { config, deployment: context.deployment, images, volumes });
    return await rollOutStack(context, await placeStack(context, services));
  } catch (error) {
    // Also when an earlier process began the roll-out and this one did not come to it.
    if (context.deployment.metadata.rollout_started && !isHandedBack(context.signal)) await takeBackStack(context);
    throw error;
  }
}

/** One after the other: the first that has a volume decides where the volumes of all are. */
async function placeStack(
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
