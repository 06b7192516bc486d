import { withCheckout } from '../checkout.ts';
import type { DeploymentRun } from '../deployment-run.ts';
import { requireCommit } from '../obtain-image.ts';
import type { RolloutOutcome } from '../roll-out.ts';
import { isHandedBack } from '../service-rollout.ts';
import { ensureVolumes } from './ensure-volumes.ts';
import { obtainImages } from './obtain-images.ts';
import { readSet } from './read-set.ts';
import { rollOutSet } from './roll-out-set.ts';
import { takeBack } from './take-back.ts';
import { toSetMembers } from './to-specs.ts';

/** Brings the services of a commit's compose file to Swarm: all of them, or none. */
export async function deploySet(run: DeploymentRun): Promise<RolloutOutcome> {
  try {
    const { images, set } = await withCheckout(run, requireCommit(run.deployment), async (directory) => {
      const read = await readSet(run, directory);
      return { set: read, images: await obtainImages(run, read, directory) };
    });
    const volumes = await ensureVolumes(run, set);
    const { config } = run.deps;
    return await rollOutSet(run, toSetMembers(set, { config, deployment: run.deployment, images, volumes }));
  } catch (error) {
    // Also when an earlier process began the roll-out and this one did not come to it.
    if (run.deployment.metadata.rollout_started && !isHandedBack(run)) await takeBack(run);
    throw error;
  }
}
