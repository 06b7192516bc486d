import { withCheckout } from '../steps/checkout.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { requireCommit } from '../steps/obtain-image.ts';
import type { RolloutOutcome } from '../steps/roll-out.ts';
import { isHandedBack } from '../steps/service-rollout.ts';
import { ensureVolumes } from './ensure-volumes.ts';
import { obtainImages } from './obtain-images.ts';
import { readSet } from './read-set.ts';
import { rollOutSet } from './roll-out-set.ts';
import { takeBack } from './take-back.ts';
import { type SetMember, toSetMembers } from './to-specs.ts';

/** Brings the services of a commit's compose file to Swarm: all of them, or none. */
export async function deploySet(context: DeploymentContext): Promise<RolloutOutcome> {
  try {
    const { images, set } = await withCheckout(context, requireCommit(context.deployment), async (directory) => {
      const read = await readSet(context, directory);
      return { set: read, images: await obtainImages(context, read, directory) };
    });
    const volumes = await ensureVolumes(context, set);
    const { config } = context.deps;
    const members = toSetMembers(set, { config, deployment: context.deployment, images, volumes });
    return await rollOutSet(context, await placeSet(context, members));
  } catch (error) {
    // Also when an earlier process began the roll-out and this one did not come to it.
    if (context.deployment.metadata.rollout_started && !isHandedBack(context)) await takeBack(context);
    throw error;
  }
}

/** One after the other: the first that has a volume decides where the volumes of all are. */
async function placeSet(
  { deps, deployment, log }: DeploymentContext,
  members: readonly SetMember[],
): Promise<SetMember[]> {
  const placed: SetMember[] = [];
  const notes = new Set<string>();
  for (const member of members) {
    const { note, spec } = await placeTasks(deps, { application: deployment.application.id }, member.spec);
    placed.push({ ...member, spec });
    if (note !== undefined) notes.add(note);
  }
  for (const note of notes) log.line(note, 'warn');
  return placed;
}
