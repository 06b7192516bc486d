import { updateOrder } from '../../../swarm/services/service-spec.ts';
import type { RolloutProgress, ServiceSpec } from '../../../swarm/swarm.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';
import { beginRollout, followRollout, phaseOf, type ServiceRollout, undoRollout, whyNot } from './service-rollout.ts';
import { isHandedBack } from './interruption.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { serviceSpecOf } from './service-spec-of.ts';

export type RolloutOutcome = { status: 'success' } | { status: 'failed' | 'rolled_back'; error: string };

/**
 * Hands the new version to Swarm and follows it to its end. A roll-out that an earlier process began is
 * followed instead of begun again.
 */
export async function rollOut(context: DeploymentContext, image: string): Promise<RolloutOutcome> {
  const { deps, deployment } = context;
  const spec = await place(context, serviceSpecOf(deps.config, deployment, context.environment, image));
  const began = deployment.metadata.rollout_started === true;
  const before = began ? undefined : (await deps.swarm.inspect(spec.name))?.version;
  await change(context, {
    status: 'deploying',
    metadata: {
      rollout_started: true,
      ...(before !== undefined && { rollout_from: before }),
      progress: { phase: 'rolling_out', healthy: 0, desired: spec.replicas },
    },
  });
  context.log.line(`Rolling out ${image} on service ${spec.name}`);
  if (updateOrder(spec.docker) === 'stop-first') {
    context.log.line('A port of the host is published, so old tasks stop before new ones start', 'warn');
  }
  const rollout: ServiceRollout = {
    spec,
    began,
    from: deployment.metadata.rollout_from,
    line: (text, level) => context.log.line(text, level),
    report: (now) => context.log.progress({ phase: phaseOf(now), healthy: now.healthy, desired: now.desired }),
  };
  const limit = { ms: deps.config.deployments.rolloutTimeoutMs, what: 'The roll-out' };
  try {
    return await step(context, 'roll_out', limit, async (signal) =>
      outcomeOf(context, await followRollout(rollout, await beginRollout(context, rollout, signal))),
    );
  } catch (error) {
    if (isHandedBack(context.signal)) throw error;
    if ((await undoRollout(context, spec.name)) === 'rolling_back') {
      context.log.line('Took the service back to the version before');
    }
    throw error;
  }
}

async function place({ deps, deployment, log }: DeploymentContext, wanted: ServiceSpec): Promise<ServiceSpec> {
  const { note, spec } = await placeTasks(deps, { application: deployment.application.id }, wanted);
  if (note !== undefined) log.line(note, 'warn');
  return spec;
}

function outcomeOf(context: DeploymentContext, last: RolloutProgress | undefined): RolloutOutcome {
  if (last?.state === 'converged') return { status: 'success' };
  const why = whyNot(context, last);
  if (last?.state === 'rolled_back') {
    return {
      status: 'rolled_back',
      error: `The new version did not stay healthy: ${why}. The version before it still serves.`,
    };
  }
  return { status: 'failed', error: `The new version did not come up: ${why}.` };
}
