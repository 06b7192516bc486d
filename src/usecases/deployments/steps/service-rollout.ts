import type { DeploymentProgress } from '../../../entities/deployment-metadata.ts';
import type { LogLevel } from '../../../entities/deployment-log.ts';
import { labelKeys } from '../../../swarm/labels.ts';
import { type Asked, reachOf } from '../../../swarm/services/asked.ts';
import type { RolloutProgress, ServiceSpec, ServiceStatus } from '../../../swarm/swarm.ts';
import type { DeploymentContext } from './deployment-context.ts';
import { logFailure } from './log-failures.ts';

/** A service before the roll-out. */
export interface Before {
  /** Undefined for a new service. */
  version: number | undefined;
  /** When its last update began; undefined when it had none. */
  update: string | undefined;
}

/** The roll-out of one service within a deployment. */
export interface ServiceRollout {
  spec: ServiceSpec;
  /** Of a stack: its name in the compose file. */
  service?: string;
  /** Whether an earlier process may already have handed it to Swarm. */
  began: boolean;
  from: Before;
  line(text: string, level?: LogLevel): void;
  /** @param trouble Why tasks fail, in a clause. */
  report(progress: RolloutProgress, trouble: string | undefined): void;
}

/** Hands the version to Swarm, or resumes what an earlier process began, recognised by the service's label. */
export async function beginRollout(
  context: DeploymentContext,
  { began, from, line, spec }: ServiceRollout,
  signal: AbortSignal,
): Promise<AsyncIterable<RolloutProgress>> {
  const { swarm } = context.deps;
  const current = began ? await swarm.inspect(spec.name) : undefined;
  const oursIsCurrent = current?.labels[labelKeys.deployment] === context.deployment.id;
  if (current && (oursIsCurrent || !isUntouched(current, from))) {
    line('This version was handed to Swarm before; watching what became of it');
    return swarm.watch(spec.name, spec.monitorSeconds, signal, askedOf(context, spec));
  }
  return swarm.apply(spec, signal);
}

/** Swarm itself moves the version on, e.g. when it has ended the update before, but not the time that one began. */
function isUntouched({ updateBegan, version }: ServiceStatus, from: Before): boolean {
  return version === from.version || (from.update !== undefined && updateBegan === from.update);
}

/** How Swarm's service shows that it runs this deployment. */
export function askedOf({ deployment }: DeploymentContext, spec?: ServiceSpec): Asked {
  const labels = { [labelKeys.deployment]: deployment.id };
  return spec ? { labels, image: spec.image, reach: reachOf(spec) } : { labels };
}

/** So many different outputs of failing health checks are logged: some hold the time of day. */
const mostChecks = 10;

/** Reports progress until the roll-out ends and returns the last one. Logs each failed task, and each error once. */
export async function followRollout(
  context: DeploymentContext,
  rollout: ServiceRollout,
  progress: AsyncIterable<RolloutProgress>,
): Promise<RolloutProgress | undefined> {
  const { line, report, service } = rollout;
  let last: RolloutProgress | undefined;
  let trouble: string | undefined;
  const seen = new Set<string>();
  const checks = new Set<string>();
  for await (const now of progress) {
    last = now;
    const fresh = (now.failures ?? []).filter(({ task }) => !seen.has(task));
    const noted = fresh.map((failure) => context.failure.add(failure, service));
    if (fresh.length > 0 || now.taskErrors.some((error) => !seen.has(error))) trouble = whyNot(context, now, service);
    report(now, trouble);
    if (now.check !== undefined && checks.size < mostChecks && !checks.has(now.check)) {
      line(`Not ready: ${now.check}`, 'warn');
      checks.add(now.check);
    }
    for (const failure of noted) {
      await logFailure(context, rollout, failure);
      seen.add(failure.task).add(failure.error);
    }
    for (const error of now.taskErrors) {
      if (!seen.has(error)) line(`A task failed: ${error}`, 'warn');
      seen.add(error);
    }
  }
  return last;
}

/** Why the roll-out of a service fails, redacted. */
export function whyNot(context: DeploymentContext, last: RolloutProgress | undefined, service?: string): string {
  return context.failure.explain(last, service).cause ?? 'its tasks did not become healthy';
}

/** Reverts what this deployment changed of a service. */
export async function undoRollout(
  context: DeploymentContext,
  name: string,
): Promise<'rolling_back' | 'removed' | 'not_ours'> {
  const { swarm } = context.deps;
  const current = await swarm.inspect(name);
  // What a task has done stays done: it runs again at the next deployment.
  if (current?.job || current?.labels[labelKeys.deployment] !== context.deployment.id) return 'not_ours';
  if (await swarm.rollBack(name)) return 'rolling_back';
  await swarm.remove(name);
  return 'removed';
}

/** The progress shown in views. */
export function progressOf(
  { redact }: Pick<DeploymentContext, 'redact'>,
  now: RolloutProgress,
  trouble: string | undefined,
): DeploymentProgress {
  const { check, desired, healthy } = now;
  return {
    phase: phaseOf(now),
    healthy,
    desired,
    ...(check !== undefined && { check: redact(check) }),
    ...(trouble !== undefined && { trouble }),
  };
}

/** The phase shown in views. */
export function phaseOf({ state }: RolloutProgress): 'watching' | 'rolling_out' {
  return state === 'watching' || state === 'converged' ? 'watching' : 'rolling_out';
}
