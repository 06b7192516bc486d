import { servicesWithLabel } from '../../applications/application-services.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import type { StackService } from './stack-services.ts';

/** Removes services and networks that are no longer in the compose file. Failures are left to the next deployment. */
export async function removeSurplus(context: DeploymentContext, services: readonly StackService[]): Promise<void> {
  await removeServices(context, services);
  // After the services: a Swarm rollback would still need the old networks.
  await removeNetworks(context, services);
}

async function removeServices(
  { deps, deployment, log }: DeploymentContext,
  services: readonly StackService[],
): Promise<void> {
  const names = services.map(({ spec }) => spec.name);
  for (const { name } of servicesWithLabel(await deps.swarm.list(), deployment.application.id)) {
    if (names.includes(name)) continue;
    log.line(`Removing service ${name}, which is no longer in the compose file`);
    await deps.swarm.remove(name).catch((error: unknown) => {
      // The other services are healthy regardless; the next deployment retries.
      deps.logger.warn({ err: error, service: name }, 'could not remove a service of a stack');
      log.line(`Service ${name} could not be removed yet`, 'warn');
    });
  }
}

async function removeNetworks(
  { deps, deployment }: DeploymentContext,
  services: readonly StackService[],
): Promise<void> {
  const kept = services.flatMap(({ spec }) => (spec.ownNetworks ?? []).map(({ name }) => name));
  await deps.swarm.removeNetworksOf(deployment.application.id, kept).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'could not remove the networks of a stack');
  });
}
