import { servicesWithLabel } from '../../applications/application-services.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { followStack, type StackFailure, type StackState } from './follow-stack.ts';
import type { StackService } from './stack-services.ts';

/** Healthy tasks may die when others start; number of rechecks. */
const rounds = 3;

/** Each service has converged at some point; waits until all are healthy at the same time. */
export async function settleStack(
  context: DeploymentContext,
  services: readonly StackService[],
  before: StackState['before'],
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
