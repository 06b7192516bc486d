import { labelKeys } from '../../../swarm/labels.ts';
import type { ServiceStatus } from '../../../swarm/swarm.ts';
import { nameInStack, servicesWithLabel } from '../../applications/application-services.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { undoRollout } from '../steps/service-rollout.ts';

/**
 * Takes every service of the stack that this deployment changed back to the version before, and removes those that it
 * made. False when one could not be brought back.
 */
export async function takeBackStack(context: DeploymentContext): Promise<boolean> {
  const { application, id } = context.deployment;
  const services = servicesWithLabel(await context.deps.swarm.list(), application.id);
  const ours = services.filter(({ labels }) => labels[labelKeys.deployment] === id);
  const done = await Promise.all(ours.map((service) => takeOneBack(context, service)));
  return done.every(Boolean);
}

async function takeOneBack(context: DeploymentContext, service: ServiceStatus): Promise<boolean> {
  const name = nameInStack(service) ?? service.name;
  const undone = await undoRollout(context, service.name);
  if (undone === 'removed') context.log.line(`${name}: removed, as there was no version before`);
  if (undone !== 'rolling_back') return true;
  context.log.line(`${name}: going back to the version before`);
  // Not the deployment's own signal: a cancel is what brought us here.
  const signal = AbortSignal.timeout(context.deps.config.deployments.rolloutTimeoutMs);
  let last: string | undefined;
  for await (const { state } of context.deps.swarm.watch(service.name, 0, signal)) last = state;
  if (last === 'rolled_back' || last === 'converged') return true;
  context.log.line(`${name}: the version before did not come up either`, 'error');
  return false;
}
