import { serviceName } from '../../../swarm/names.ts';
import { updateOrder } from '../../../swarm/services/service-spec.ts';
import type { RolloutProgress, ServiceSpec } from '../../../swarm/swarm.ts';
import { applicationName } from '../../applications/find-application.ts';
import { reconcileIngress } from '../../ingress/reconcile-ingress.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';
import type { RolloutOutcome, RolloutStep } from './rollout-step.ts';
import {
  beginRollout,
  followRollout,
  progressOf,
  type ServiceRollout,
  undoRollout,
  whyNot,
} from './service-rollout.ts';
import { serviceSpecOf } from './service-spec-of.ts';

/** The roll-out of a single-service application, given its image. */
export const rollOutService: RolloutStep<string> = { run, undo };

async function run(context: DeploymentContext, image: string): Promise<RolloutOutcome> {
  const { deps, deployment, log } = context;
  const spec = await place(context, serviceSpecOf(deps.config, deployment, context.environment, image));
  const began = deployment.metadata.rollout_started === true;
  const before = began ? undefined : await deps.swarm.inspect(spec.name);
  await change(context, {
    status: 'deploying',
    metadata: {
      rollout_started: true,
      ...(before && { rollout_from: before.version }),
      ...(before?.updateBegan !== undefined && { rollout_from_update: before.updateBegan }),
      progress: { phase: 'rolling_out', healthy: 0, desired: spec.replicas },
    },
  });
  log.line(`Rolling out ${image} on service ${spec.name}`);
  if (updateOrder(spec.docker) === 'stop-first') {
    log.line('A host port is published, so old tasks stop before new ones start', 'warn');
  }
  const rollout: ServiceRollout = {
    spec,
    began,
    from: { version: deployment.metadata.rollout_from, update: deployment.metadata.rollout_from_update },
    line: (text, level) => log.line(text, level),
    report: (now, trouble) => log.progress(progressOf(context, now, trouble)),
  };
  const limit = {
    ms: deps.config.deployments.rolloutTimeoutMs,
    what: 'The roll-out',
    whyNot: (outcome: RolloutOutcome) => (outcome.status === 'success' ? undefined : outcome.error),
  };
  return step(context, 'roll_out', limit, async (signal) => {
    const progress = await beginRollout(context, rollout, signal);
    const routes = began || before ? undefined : makeRoutes(context, signal);
    try {
      return outcomeOf(context, spec, await followRollout(context, rollout, progress));
    } finally {
      await routes;
    }
  });
}

/**
 * The first version has nobody to take visitors from, so its routes are made while its tasks start. What goes wrong is said
 * when it is opened to visitors, which does the same once more.
 */
async function makeRoutes({ deps }: DeploymentContext, signal: AbortSignal): Promise<void> {
  await reconcileIngress(deps, signal).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'the routes of a first version wait for its end');
  });
}

async function undo(context: DeploymentContext): Promise<void> {
  const { id, name, project } = context.deployment.application;
  const undone = await undoRollout(context, serviceName(project.name, name, id));
  if (undone === 'rolling_back') context.log.line('Rolled the service back to the previous version');
}

async function place({ deps, deployment, log }: DeploymentContext, wanted: ServiceSpec): Promise<ServiceSpec> {
  const { note, spec } = await placeTasks(deps, { application: deployment.application.id }, wanted, {
    isPreview: Boolean(deployment.application.previewOf),
  });
  if (note !== undefined) log.line(note, 'warn');
  return spec;
}

function outcomeOf(context: DeploymentContext, spec: ServiceSpec, last: RolloutProgress | undefined): RolloutOutcome {
  if (last?.state === 'converged') return { status: 'success', ...noteOf(context, spec) };
  const why = whyNot(context, last);
  if (last?.state === 'rolled_back') {
    return {
      status: 'rolled_back',
      error: `The new version did not stay healthy: ${why}. ${whatServes(context, spec, last)}`,
    };
  }
  const lost = last?.reverted ? ' The previous version did not come up again either.' : '';
  return { status: 'failed', error: `The new version did not come up: ${why}.${lost}` };
}

function noteOf({ deployment }: DeploymentContext, { replicas }: ServiceSpec): { note?: string } {
  if (replicas > 0) return {};
  const name = applicationName(deployment.application);
  return { note: `Nothing runs, because it is scaled to 0. To start it: \`scale ${name} 1\`.` };
}

function whatServes(
  { deployment }: DeploymentContext,
  { docker }: ServiceSpec,
  { restarted }: RolloutProgress,
): string {
  if (!restarted) return 'The previous version still serves.';
  const gap = 'The previous version serves again; nothing answered in between';
  if (updateOrder(docker) === 'stop-first') return `${gap}, because its host port is free only once it has stopped.`;
  if (docker.healthcheck) return `${gap}.`;
  const name = applicationName(deployment.application);
  return (
    `${gap}, because Swarm stops the old tasks as soon as the new ones run. ` +
    `To wait until they answer: \`app set ${name} health-path=/\`.`
  );
}
