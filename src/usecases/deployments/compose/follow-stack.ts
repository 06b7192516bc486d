import { labelKeys } from '../../../swarm/labels.ts';
import type { RolloutProgress, ServiceSpec } from '../../../swarm/swarm.ts';
import { updateOrder } from '../../../swarm/services/service-spec.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { type Before, beginRollout, followRollout, phaseOf, type ServiceRollout } from '../steps/service-rollout.ts';
import { type Gate, openGates } from './gates.ts';
import type { StackService } from './stack-services.ts';

/** The first service that failed. */
export interface StackFailure {
  /** Its name in the compose file. */
  name: string;
  spec: ServiceSpec;
  /** The last progress that Swarm reported. */
  last: RolloutProgress | undefined;
}

export interface StackState {
  /** Whether an earlier process may already have handed some of them to Swarm. */
  began: boolean;
  /** The services before the roll-out, by name. */
  before: Readonly<Record<string, Before>>;
}

/**
 * Rolls out every service once its dependencies are up, and watches all of them. Ends when all have converged or the
 * first one fails; the others are then left as they are.
 */
export async function followStack(
  context: DeploymentContext,
  services: readonly StackService[],
  state: StackState,
  signal: AbortSignal,
): Promise<StackFailure | undefined> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const gates = openGates(
    services.map(({ name }) => name),
    both,
  );
  const report = sum(context, services);
  let failure: StackFailure | undefined;
  const follow = async ({ dependsOn, name, spec }: StackService): Promise<void> => {
    for (const { completed, healthy, service } of dependsOn) {
      const gate = gates.get(service);
      await (completed ? gate?.completed : healthy ? gate?.healthy : gate?.started)?.promise;
    }
    const rollout = rolloutOf(context, { dependsOn, name, spec }, state, (now, trouble) => {
      report(name, now, trouble);
      pass(gates.get(name), now);
    });
    const last = await followRollout(context, rollout, await beginRollout(context, rollout, both));
    if (last?.state === 'converged') {
      if (spec.job && spec.labels[labelKeys.background] === undefined) {
        context.log.line(`${name}: ended with exit code 0`);
      }
      return;
    }
    failure ??= { name, spec, last };
    stop.abort(new Error(`${name} failed`));
  };
  const ends = await Promise.allSettled(
    services.map((service) =>
      follow(service).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  signal.throwIfAborted();
  if (failure) return failure;
  const thrown = ends.find((end) => end.status === 'rejected');
  // Report the cause, not the abort it triggered.
  if (thrown) throw stop.signal.reason ?? thrown.reason;
  return undefined;
}

function rolloutOf(
  context: DeploymentContext,
  { name, spec }: StackService,
  { began, before }: StackState,
  report: ServiceRollout['report'],
): ServiceRollout {
  const line: ServiceRollout['line'] = (text, level) => context.log.line(`${name}: ${text}`, level);
  line(`rolling out ${spec.image} on service ${spec.name}`);
  if (updateOrder(spec.docker) === 'stop-first') {
    line('a host port is published, so old tasks stop before new ones start', 'warn');
  }
  const from = before[spec.name] ?? { version: undefined, update: undefined };
  return { spec, service: name, began, from, line, report };
}

function pass(gate: Gate | undefined, now: RolloutProgress): void {
  const all = phaseOf(now) === 'watching';
  // While a service rolls back, its healthy tasks are the old ones, which dependants do not wait for.
  if (all || (now.state === 'rolling_out' && now.healthy > 0)) gate?.started.resolve();
  if (all) gate?.healthy.resolve();
  // What others wait for so is a job, which converges when it has ended.
  if (now.state === 'converged') gate?.completed.resolve();
}

/** Sums up the tasks of all services. */
function sum(
  context: DeploymentContext,
  services: readonly StackService[],
): (name: string, now: RolloutProgress, trouble: string | undefined) => void {
  const latest = new Map<string, RolloutProgress>();
  let told: string | undefined;
  return (service, now, trouble) => {
    latest.set(service, now);
    if (trouble !== undefined) told = `${service}: ${trouble}`;
    const all = services.map(({ name }) => latest.get(name));
    context.log.progress({
      phase: all.every((one) => one && phaseOf(one) === 'watching') ? 'watching' : 'rolling_out',
      healthy: all.reduce((total, one) => total + (one?.healthy ?? 0), 0),
      desired: services.reduce((total, { name, spec }) => total + (latest.get(name)?.desired ?? spec.replicas), 0),
      ...(told !== undefined && { trouble: told }),
    });
  };
}
