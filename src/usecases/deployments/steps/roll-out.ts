import { updateOrder } from '../../../swarm/services/service-spec.ts';
import type { RolloutProgress, ServiceSpec } from '../../../swarm/swarm.ts';
import { change, type DeploymentRun, step } from './deployment-run.ts';
import {
  beginRollout,
  followRollout,
  isHandedBack,
  phaseOf,
  type ServiceRollout,
  undoRollout,
  whyNot,
} from './service-rollout.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { serviceSpecOf } from './service-spec-of.ts';

export type RolloutOutcome = { status: 'success' } | { status: 'failed' | 'rolled_back'; error: string };

/**
 * Hands the new version to Swarm and follows it to its end. A roll-out that an earlier process began is
 * followed instead of begun again.
 */
export async function rollOut(run: DeploymentRun, image: string): Promise<RolloutOutcome> {
  const { deps, deployment } = run;
  const spec = await place(run, serviceSpecOf(deps.config, deployment, run.environment, image));
  const began = deployment.metadata.rollout_started === true;
  const before = began ? undefined : (await deps.swarm.inspect(spec.name))?.version;
  await change(run, {
    status: 'deploying',
    metadata: {
      rollout_started: true,
      ...(before !== undefined && { rollout_from: before }),
      progress: { phase: 'rolling_out', healthy: 0, desired: spec.replicas },
    },
  });
  run.log.line(`Rolling out ${image} on service ${spec.name}`);
  if (updateOrder(spec.docker) === 'stop-first') {
    run.log.line('A port of the host is published, so old tasks stop before new ones start', 'warn');
  }
  const rollout: ServiceRollout = {
    spec,
    began,
    from: deployment.metadata.rollout_from,
    line: (text, level) => run.log.line(text, level),
    report: (now) => run.log.progress({ phase: phaseOf(now), healthy: now.healthy, desired: now.desired }),
  };
  const limit = { ms: deps.config.deployments.rolloutTimeoutMs, what: 'The roll-out' };
  try {
    return await step(run, 'roll_out', limit, async (signal) =>
      outcomeOf(run, await followRollout(rollout, await beginRollout(run, rollout, signal))),
    );
  } catch (error) {
    if (isHandedBack(run)) throw error;
    if ((await undoRollout(run, spec.name)) === 'rolling_back') {
      run.log.line('Took the service back to the version before');
    }
    throw error;
  }
}

async function place({ deps, deployment, log }: DeploymentRun, wanted: ServiceSpec): Promise<ServiceSpec> {
  const { note, spec } = await placeTasks(deps, { application: deployment.application.id }, wanted);
  if (note !== undefined) log.line(note, 'warn');
  return spec;
}

function outcomeOf(run: DeploymentRun, last: RolloutProgress | undefined): RolloutOutcome {
  if (last?.state === 'converged') return { status: 'success' };
  const why = whyNot(run, last);
  if (last?.state === 'rolled_back') {
    return {
      status: 'rolled_back',
      error: `The new version did not stay healthy: ${why}. The version before it still serves.`,
    };
  }
  return { status: 'failed', error: `The new version did not come up: ${why}.` };
}
