import { labelKeys } from '../../../swarm/labels.ts';
import type { RolloutProgress, ServiceStatus } from '../../../swarm/swarm.ts';
import { nameInStack, servicesWithLabel } from '../../applications/application-services.ts';
import { change, type DeploymentContext, step } from '../steps/deployment-context.ts';
import type { RolloutOutcome, RolloutStep } from '../steps/rollout-step.ts';
import { askedOf, type Before, undoRollout, whyNot } from '../steps/service-rollout.ts';
import { followStack, type StackFailure, type StackState } from './follow-stack.ts';
import { removeSurplus } from './remove-surplus.ts';
import { settleStack } from './settle-stack.ts';
import type { StackService } from './stack-services.ts';

/**
 * The roll-out of a stack: all services, each after its dependencies. When one fails, all are rolled back. Services
 * that are no longer in the compose file are removed once the others are healthy.
 */
export const rollOutStack: RolloutStep<readonly StackService[]> = { run, undo };

async function run(context: DeploymentContext, services: readonly StackService[]): Promise<RolloutOutcome> {
  const { deps, deployment } = context;
  const began = deployment.metadata.rollout_started === true;
  const before = began ? storedBefore(context) : await presentBefore(context);
  const desired = services.reduce((sum, { spec }) => sum + spec.replicas, 0);
  await change(context, {
    status: 'deploying',
    metadata: {
      rollout_started: true,
      rollout_from_versions: eachOf(before, ({ version }) => version),
      rollout_from_updates: eachOf(before, ({ update }) => update),
      progress: { phase: 'rolling_out', healthy: 0, desired },
    },
  });
  const limit = {
    ms: deps.config.deployments.rolloutTimeoutMs,
    what: 'The roll-out',
    whyNot: (failed: StackFailure | undefined) => failed && `\`${failed.name}\` failed.`,
  };
  const failure = await step(context, 'roll_out', limit, async (signal) => {
    const failed = await followStack(context, services, { began, before }, signal);
    return failed ?? (await settleStack(context, services, before, signal));
  });
  if (failure) return fail(context, failure, before);
  await removeSurplus(context, services);
  return { status: 'success' };
}

type Return = 'served on' | 'serves again' | 'lost';

/** Rolls every service back to its previous version and removes new ones. */
async function undo(context: DeploymentContext): Promise<Return[]> {
  const { application, id } = context.deployment;
  const services = servicesWithLabel(await context.deps.swarm.list(), application.id);
  const ours = services.filter(({ labels }) => labels[labelKeys.deployment] === id);
  return Promise.all(ours.map((service) => takeBack(context, service)));
}

async function takeBack(context: DeploymentContext, service: ServiceStatus): Promise<Return> {
  const name = nameInStack(service) ?? service.name;
  const undone = await undoRollout(context, service.name);
  if (undone === 'removed') context.log.line(`${name}: removed, because there was no previous version`);
  if (undone !== 'rolling_back') return 'served on';
  context.log.line(`${name}: rolling back to the previous version`);
  // Not the deployment's own signal, which a cancellation has already aborted.
  const signal = AbortSignal.timeout(context.deps.config.deployments.rolloutTimeoutMs);
  let last: RolloutProgress | undefined;
  for await (const now of context.deps.swarm.watch(service.name, 0, signal, askedOf(context))) last = now;
  if (last?.state === 'rolled_back') return last.restarted ? 'serves again' : 'served on';
  context.log.line(`${name}: the previous version did not come up either`, 'error');
  return 'lost';
}

async function presentBefore({ deps, deployment }: DeploymentContext): Promise<StackState['before']> {
  const services = servicesWithLabel(await deps.swarm.list(), deployment.application.id);
  return Object.fromEntries(services.map(({ name, updateBegan: update, version }) => [name, { version, update }]));
}

/** What the process that began it found. */
function storedBefore({ deployment: { metadata } }: DeploymentContext): StackState['before'] {
  const { rollout_from_updates: updates, rollout_from_versions: versions = {} } = metadata;
  return Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [name, { version, update: updates?.[name] }]),
  );
}

function eachOf<T>(before: StackState['before'], part: (one: Before) => T | undefined): Record<string, T> {
  return Object.fromEntries(
    Object.entries(before).flatMap(([name, one]) => {
      const value = part(one);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function fail(
  context: DeploymentContext,
  { name, spec, last }: StackFailure,
  before: StackState['before'],
): Promise<RolloutOutcome> {
  const why = whyNot(context, last, name);
  const existed = Object.keys(before).length > 0;
  // The previous version of a task is done: nothing of it has to come back.
  const others = await undo(context);
  const isBack = !others.includes('lost') && (spec.job === true || !isStuck(last, before[spec.name]));
  if (!existed) return { status: 'failed', error: `\`${name}\` did not come up: ${why}.` };
  const what = `\`${name}\` did not ${before[spec.name] === undefined ? 'come up' : 'stay healthy'}: ${why}.`;
  if (!isBack) return { status: 'failed', error: `${what} The previous version could not be restored.` };
  const stayed = last?.restarted || others.includes('serves again') ? 'serves again' : 'still serves';
  return { status: 'rolled_back', error: `${what} All services are back on the previous version, which ${stayed}.` };
}

/** Both Swarm and the driver gave up on it. */
function isStuck(last: RolloutProgress | undefined, before: Before | undefined): boolean {
  return before !== undefined && last?.state === 'failed';
}
