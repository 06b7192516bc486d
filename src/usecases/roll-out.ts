import { labelKeys } from '../swarm/labels.ts';
import { updateOrder } from '../swarm/service-spec.ts';
import type { RolloutProgress, ServiceSpec } from '../swarm/swarm.ts';
import { change, type DeploymentRun, step } from './deployment-run.ts';
import { serviceSpecOf } from './service-spec-of.ts';

export type RolloutOutcome = { status: 'success' } | { status: 'failed' | 'rolled_back'; error: string };

/**
 * Hands the new version to Swarm and follows it to its end. A roll-out that an earlier process began is
 * followed instead of begun again: the service's label tells whose spec Swarm works on.
 */
export async function rollOut(run: DeploymentRun, image: string): Promise<RolloutOutcome> {
  const { deps, deployment } = run;
  const spec = serviceSpecOf(deps.config, deployment, run.environment, image);
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
  const limit = { ms: deps.config.deployments.rolloutTimeoutMs, what: 'The roll-out' };
  try {
    return await step(run, 'roll_out', limit, async (signal) => follow(run, await begin(run, spec, began, signal)));
  } catch (error) {
    if (run.signal.aborted && !wasStopped(run)) throw error;
    await undo(run, spec);
    throw error;
  }
}

async function begin(run: DeploymentRun, spec: ServiceSpec, began: boolean, signal: AbortSignal) {
  const { swarm } = run.deps;
  const current = began ? await swarm.inspect(spec.name) : undefined;
  const oursIsCurrent = current?.labels[labelKeys.deployment] === run.deployment.id;
  // A service that nobody has touched may still show how the deployment before was rolled back.
  const untouched = current?.version === run.deployment.metadata.rollout_from;
  const rolledBack = !untouched && current?.updateState?.startsWith('rollback') === true;
  if (current && (oursIsCurrent || rolledBack)) {
    run.log.line('Swarm is already at work on this version; watching it');
    return swarm.watch(spec.name, spec.monitorSeconds, signal);
  }
  return swarm.apply(spec, signal);
}

async function follow(run: DeploymentRun, progress: AsyncIterable<RolloutProgress>): Promise<RolloutOutcome> {
  let last: RolloutProgress | undefined;
  const seen = new Set<string>();
  for await (const now of progress) {
    last = now;
    const phase = now.state === 'watching' || now.state === 'converged' ? 'watching' : 'rolling_out';
    run.log.progress({ phase, healthy: now.healthy, desired: now.desired });
    for (const error of now.taskErrors) {
      if (!seen.has(error)) run.log.line(`A task failed: ${error}`, 'warn');
      seen.add(error);
    }
  }
  if (last?.state === 'converged') return { status: 'success' };
  for (const line of last?.lastLines ?? []) run.log.line(`  ${line}`, 'warn');
  const why = run.redact(last?.taskErrors[0] ?? 'its tasks did not become healthy');
  if (last?.state === 'rolled_back') {
    return {
      status: 'rolled_back',
      error: `The new version did not stay healthy: ${why}. The version before it still serves.`,
    };
  }
  return { status: 'failed', error: `The new version did not come up: ${why}.` };
}

/** A shutdown leaves Swarm to go on; a cancel or a time-out takes the half-made version back. */
function wasStopped(run: DeploymentRun): boolean {
  const reason: unknown = run.signal.reason;
  return reason instanceof Error && 'reason' in reason && reason.reason !== 'handed_back';
}

async function undo(run: DeploymentRun, spec: ServiceSpec): Promise<void> {
  const { swarm } = run.deps;
  const current = await swarm.inspect(spec.name);
  if (current?.labels[labelKeys.deployment] !== run.deployment.id) return;
  if (await swarm.rollBack(spec.name)) run.log.line('Took the service back to the version before');
  else await swarm.remove(spec.name);
}
