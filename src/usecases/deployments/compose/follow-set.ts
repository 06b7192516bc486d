import type { RolloutProgress, ServiceSpec } from '../../../swarm/swarm.ts';
import { updateOrder } from '../../../swarm/services/service-spec.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { beginRollout, followRollout, phaseOf, type ServiceRollout } from '../steps/service-rollout.ts';
import { type Gate, openGates } from './gates.ts';
import type { SetMember } from './to-specs.ts';

/** The first service that did not make it. */
export interface SetFailure {
  part: string;
  spec: ServiceSpec;
  /** Swarm's last word of it. */
  last: RolloutProgress | undefined;
}

export interface SetState {
  /** An earlier process may have handed some of them to Swarm. */
  began: boolean;
  /** Versions of the services before, by name. */
  before: Readonly<Record<string, number>>;
}

/**
 * Rolls out every service once those it depends on are up, and watches all of them. Ends when all have converged, or
 * with the first that failed; the others are then left as they are.
 */
export async function followSet(
  context: DeploymentContext,
  members: readonly SetMember[],
  state: SetState,
  signal: AbortSignal,
): Promise<SetFailure | undefined> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const gates = openGates(
    members.map(({ part }) => part),
    both,
  );
  const report = sum(context, members);
  let failure: SetFailure | undefined;
  const follow = async ({ dependsOn, part, spec }: SetMember): Promise<void> => {
    for (const { healthy, service } of dependsOn) {
      const gate = gates.get(service);
      await (healthy ? gate?.healthy : gate?.started)?.promise;
    }
    const rollout = rolloutOf(context, { dependsOn, part, spec }, state, (now) => {
      report(part, now);
      pass(gates.get(part), now);
    });
    const last = await followRollout(rollout, await beginRollout(context, rollout, both));
    if (last?.state === 'converged') return;
    failure ??= { part, spec, last };
    stop.abort(new Error(`${part} did not make it`));
  };
  const ends = await Promise.allSettled(
    members.map((member) =>
      follow(member).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  signal.throwIfAborted();
  if (failure) return failure;
  const thrown = ends.find((end) => end.status === 'rejected');
  // What stopped the others, not that they were stopped.
  if (thrown) throw stop.signal.reason ?? thrown.reason;
  return undefined;
}

function rolloutOf(
  context: DeploymentContext,
  { part, spec }: SetMember,
  { began, before }: SetState,
  report: ServiceRollout['report'],
): ServiceRollout {
  const line: ServiceRollout['line'] = (text, level) => context.log.line(`${part}: ${text}`, level);
  line(`rolling out ${spec.image} on service ${spec.name}`);
  if (updateOrder(spec.docker) === 'stop-first') {
    line('a port of the host is published, so old tasks stop before new ones start', 'warn');
  }
  return { spec, began, from: before[spec.name], line, report };
}

function pass(gate: Gate | undefined, now: RolloutProgress): void {
  const all = phaseOf(now) === 'watching';
  // Of a service that goes back, the tasks that are healthy are not those that others wait for.
  if (all || (now.state === 'rolling_out' && now.healthy > 0)) gate?.started.resolve();
  if (all) gate?.healthy.resolve();
}

/** Reports the tasks of all services together. */
function sum(context: DeploymentContext, members: readonly SetMember[]): (part: string, now: RolloutProgress) => void {
  const latest = new Map<string, RolloutProgress>();
  return (part, now) => {
    latest.set(part, now);
    const all = members.map((member) => latest.get(member.part));
    context.log.progress({
      phase: all.every((one) => one && phaseOf(one) === 'watching') ? 'watching' : 'rolling_out',
      healthy: all.reduce((total, one) => total + (one?.healthy ?? 0), 0),
      desired: members.reduce((total, { part: of, spec }) => total + (latest.get(of)?.desired ?? spec.replicas), 0),
    });
  };
}
