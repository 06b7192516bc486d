import type { LogLevel } from '../../../entities/deployment-log.ts';
import { labelKeys } from '../../../swarm/labels.ts';
import { type Asked, reachOf } from '../../../swarm/services/asked.ts';
import type { RolloutProgress, ServiceSpec, ServiceStatus } from '../../../swarm/swarm.ts';
import type { DeploymentContext } from './deployment-context.ts';

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
  /** Whether an earlier process may already have handed it to Swarm. */
  began: boolean;
  from: Before;
  line(text: string, level?: LogLevel): void;
  report(progress: RolloutProgress): void;
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

/** Reports progress until the roll-out ends and returns the last one. Logs each task error once. */
export async function followRollout(
  { line, report }: ServiceRollout,
  progress: AsyncIterable<RolloutProgress>,
): Promise<RolloutProgress | undefined> {
  let last: RolloutProgress | undefined;
  const seen = new Set<string>();
  const checks = new Set<string>();
  for await (const now of progress) {
    last = now;
    report(now);
    if (now.check !== undefined && checks.size < mostChecks && !checks.has(now.check)) {
      line(`Not ready: ${now.check}`, 'warn');
      checks.add(now.check);
    }
    for (const error of now.taskErrors) {
      if (!seen.has(error)) line(`A task failed: ${error}`, 'warn');
      seen.add(error);
    }
  }
  if (last?.state !== 'converged') for (const text of last?.lastLines ?? []) line(`  ${text}`, 'warn');
  return last;
}

/** Why the roll-out failed, redacted. */
export function whyNot(context: DeploymentContext, last: RolloutProgress | undefined): string {
  return context.redact(last?.taskErrors[0] ?? 'its tasks did not become healthy');
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

/** The phase shown in views. */
export function phaseOf({ state }: RolloutProgress): 'watching' | 'rolling_out' {
  return state === 'watching' || state === 'converged' ? 'watching' : 'rolling_out';
}
