import { ConflictError } from '../../../errors.ts';
import type { DeploymentContext } from './deployment-context.ts';
import { EngineAwayError } from '../../../swarm/engine-errors.ts';
import { isHandedBack } from './interruption.ts';

export type RolloutOutcome = { status: 'success'; note?: string } | { status: 'failed' | 'rolled_back'; error: string };

/** A roll-out and its rollback. */
export interface RolloutStep<Input> {
  /** Hands the new version to Swarm and follows it to its end; resumes what an earlier process began. */
  run(context: DeploymentContext, input: Input): Promise<RolloutOutcome>;
  /** Reverts this deployment's changes, including an earlier process's. Leaves other deployments' services alone. */
  undo(context: DeploymentContext): Promise<unknown>;
}

/**
 * Prepares and runs a roll-out. An error reverts a roll-out that this or an earlier process has begun; a shutdown, and
 * an outage of PostgreSQL or Docker, leaves it to Swarm.
 */
export async function carryOutRollout<Input>(
  context: DeploymentContext,
  step: RolloutStep<Input>,
  prepare: (context: DeploymentContext) => Promise<Input>,
): Promise<RolloutOutcome> {
  try {
    return await step.run(context, await prepare(context));
  } catch (error) {
    if (context.deployment.metadata.rollout_started && !mayResume(context, error)) await undo(context, step);
    throw error;
  }
}

/** Whether the next attempt, or process, continues from here. */
export function mayResume(context: DeploymentContext, error: unknown): boolean {
  return error instanceof EngineAwayError || isHandedBack(context.signal, error);
}

async function undo<Input>(context: DeploymentContext, step: RolloutStep<Input>): Promise<void> {
  try {
    await step.undo(context);
  } catch (error) {
    // What ended the deployment is told; this comes on top of it.
    if (error instanceof EngineAwayError)
      context.log.line('Docker does not answer, so the new version could not be taken back: check `status`', 'error');
    else if (error instanceof ConflictError) context.log.line(error.message, 'warn');
    else throw error;
  }
}
