import type { DeploymentContext } from './deployment-context.ts';
import { isHandedBack } from './interruption.ts';

export type RolloutOutcome = { status: 'success' } | { status: 'failed' | 'rolled_back'; error: string };

/** A roll-out and its rollback. */
export interface RolloutStep<Input> {
  /** Hands the new version to Swarm and follows it to its end; resumes what an earlier process began. */
  run(context: DeploymentContext, input: Input): Promise<RolloutOutcome>;
  /** Reverts this deployment's changes, including an earlier process's. Leaves other deployments' services alone. */
  undo(context: DeploymentContext): Promise<unknown>;
}

/**
 * Prepares and runs a roll-out. An error reverts a roll-out that this or an earlier process has begun; a shutdown
 * leaves it to Swarm.
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
