import type { DeploymentContext } from './deployment-context.ts';
import { isHandedBack } from './interruption.ts';

export type RolloutOutcome = { status: 'success' } | { status: 'failed' | 'rolled_back'; error: string };

/** A roll-out, declared together with what takes it back. */
export interface RolloutStep<Input> {
  /** Hands the new version to Swarm and follows it to its end; goes on with what an earlier process began. */
  run(context: DeploymentContext, input: Input): Promise<RolloutOutcome>;
  /** Takes back what this deployment has changed, whichever process did. Services of others are left alone. */
  undo(context: DeploymentContext): Promise<unknown>;
}

/**
 * Prepares and runs a roll-out. An error takes it back once it has begun, also when an earlier process began it and
 * this one did not come to it; a shutdown leaves Swarm to go on.
 */
export async function carryOutRollout<Input>(
  context: DeploymentContext,
  step: RolloutStep<Input>,
  prepare: (context: DeploymentContext) => Promise<Input>,
): Promise<RolloutOutcome> {
  try {
    return await step.run(context, await prepare(context));
  } catch (error) {
    if (context.deployment.metadata.rollout_started && !isHandedBack(context.signal)) await step.undo(context);
    throw error;
  }
}
