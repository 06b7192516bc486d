import type { DeploymentMetadata } from '../../../entities/deployment-metadata.ts';
import type { RolloutProgress } from '../../../swarm/swarm.ts';
import { servicesWithLabel } from '../../applications/application-services.ts';
import { change, type DeploymentContext, step } from '../steps/deployment-context.ts';
import type { RolloutOutcome } from '../steps/roll-out.ts';
import { whyNot } from '../steps/service-rollout.ts';
import { followStack, type StackFailure } from './follow-stack.ts';
import { takeBackStack } from './take-back-stack.ts';
import type { StackService } from './stack-services.ts';

/** Tasks that were healthy may end when others start; so often those are looked at again. */
const rounds = 3;

/**
 * Rolls out all services, each after those it depends on. When one does not make it, all go back to where they were.
 * Services and networks that the file no longer has are removed once the others are healthy.
 */
export async function rollOutStack(
  context: DeploymentContext,
  services: readonly StackService[],
): Promise<RolloutOutcome> {
  const { deps, deployment } = context;
  const began = deployment.metadata.rollout_started === true;
  const before = began ? (deployment.metadata.rollout_from_versions ?? {}) : await versionsOf(context);
  const desired = services.reduce((sum, { spec }) => sum + spec.replicas, 0);
  await change(context, {
    status: 'deploying',
    metadata: {
      rollout_started: true,
      rollout_from_versions: before,
      progress: { phase: 'rolling_out', healthy: 0, desired },
    },
  });
  const limit = { ms: deps.config.deployments.rolloutTimeoutMs, what: 'The roll-out' };
  const failure = await step(context, 'roll_out', limit, async (signal) => {
    const failed = await followStack(context, services, { began, before }, signal);
    return failed ?? (await settle(context, services, before, signal));
  });
  if (failure) return fail(context, failure, before);
  await removeSurplus(context, services);
  await removeOldNetworks(context, services);
  return { status: 'success' };
}

type Versions = NonNullable<DeploymentMetadata['rollout_from_versions']>;

async function versionsOf({ deps, deployment }: DeploymentContext): Promise<Versions> {
  const services = servicesWithLabel(await deps.swarm.list(), deployment.application.id);
  return Object.fromEntries(services.map(({ name, version }) => [name, version]));
}

/** All converged, but not at the same time: looks until all of them are there at once. */
async function settle(
  context: DeploymentContext,
  services: readonly StackService[],
  before: Versions,
  signal: AbortSignal,
): Promise<StackFailure | undefined> {
  for (let round = 0; round < rounds; round += 1) {
    const running = servicesWithLabel(await context.deps.swarm.list(), context.deployment.application.id);
    const short = services.filter(({ spec }) => {
      const service = running.find(({ name }) => name === spec.name);
      return !service || service.running < service.replicas;
    });
    const [first] = short;
    if (!first) return undefined;
    if (round === rounds - 1) return { name: first.name, spec: first.spec, last: undefined };
    const alone = short.map((service) => ({ ...service, dependsOn: [] }));
    const failed = await followStack(context, alone, { began: true, before }, signal);
    if (failed) return failed;
  }
  return undefined;
}

async function fail(
  context: DeploymentContext,
  { name, spec, last }: StackFailure,
  before: Versions,
): Promise<RolloutOutcome> {
  const why = whyNot(context, last);
  const existed = Object.keys(before).length > 0;
  const isBack = (await takeBackStack(context)) && !isStuck(last, before[spec.name]);
  if (!existed) return { status: 'failed', error: `\`${name}\` did not come up: ${why}.` };
  const what = `\`${name}\` did not ${before[spec.name] === undefined ? 'come up' : 'stay healthy'}: ${why}.`;
  if (!isBack) return { status: 'failed', error: `${what} The version before could not be brought back.` };
  return { status: 'rolled_back', error: `${what} All services are at the version before, which still serves.` };
}

/** Swarm gave up on it, and so did the driver. */
function isStuck(last: RolloutProgress | undefined, before: number | undefined): boolean {
  return before !== undefined && last?.state === 'failed';
}

async function removeSurplus(context: DeploymentContext, services: readonly StackService[]): Promise<void> {
  const { deps, deployment, log } = context;
  const names = services.map(({ spec }) => spec.name);
  for (const { name } of servicesWithLabel(await deps.swarm.list(), deployment.application.id)) {
    if (names.includes(name)) continue;
    log.line(`Removing service ${name}, which the compose file no longer has`);
    await deps.swarm.remove(name).catch((error: unknown) => {
      // The others are healthy, whatever becomes of it; the next deployment tries again.
      deps.logger.warn({ err: error, service: name }, 'service of a stack not removed');
      log.line(`Service ${name} could not be removed yet`, 'warn');
    });
  }
}

/** After the services: a rollback of Swarm's would look for the networks that were. */
async function removeOldNetworks(
  { deps, deployment }: DeploymentContext,
  services: readonly StackService[],
): Promise<void> {
  const kept = services.flatMap(({ spec }) => (spec.ownNetworks ?? []).map(({ name }) => name));
  await deps.swarm.removeNetworksOf(deployment.application.id, kept).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'networks of a stack not removed');
  });
}
