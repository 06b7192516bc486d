import type { DeploymentMetadata } from '../../../entities/deployment-metadata.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import type { Redactor } from '../../../secrets/redact.ts';
import type { ApplicationEnvironment } from '../../applications/application-environment.ts';
import type { DeploymentLogger } from './deployment-log.ts';
import { type DeploymentChange, changeDeployment } from '../deployment-state.ts';
import type { Span } from '../../../tracing/traces.ts';
import type { Deps } from '../../deps.ts';
import { stepEnd, stepOutcome } from './deployment-trace.ts';
import type { FailureNotes } from './failure-notes.ts';
import { Interruption, interruptionOf, withTimeout } from './interruption.ts';

/** Shared by the steps of one running deployment. */
export interface DeploymentContext {
  deps: Deps;
  /** With its application and project. */
  deployment: Deployment;
  environment: ApplicationEnvironment;
  /** Why a preview has not got the databases that it is to have. */
  noDatabase?: string | undefined;
  log: DeploymentLogger;
  redact: Redactor;
  failure: FailureNotes;
  durations: NonNullable<DeploymentMetadata['durations']>;
  /** Where deployments are traced. */
  trace?: Span | undefined;
  /** Aborts with an `Interruption`. */
  signal: AbortSignal;
}

/** Whether strangers have written what is built and run. */
export function isOutside({ deployment }: Pick<DeploymentContext, 'deployment'>): boolean {
  return deployment.application.sourceConfig.preview?.outside === true;
}

/**
 * Stores a change of the running deployment.
 * @throws {Interruption} when another process has ended it.
 */
export async function change(context: DeploymentContext, by: DeploymentChange): Promise<void> {
  const { deps, deployment, log } = context;
  if (by.metadata?.progress) await log.dropProgress();
  const stored = await deps.database.asSystem().transactional((em) => changeDeployment(deps, em, deployment.id, by));
  if (!stored) throw new Interruption('cancelled', 'The deployment was ended by another process.');
  Object.assign(deployment.metadata, by.metadata);
  if (by.commitSha !== undefined) deployment.commitSha = by.commitSha;
}

export interface StepLimit<T> {
  ms: number;
  what: string;
  /** Why it failed, of what it returned (default: it did not). */
  whyNot?: (result: T) => string | undefined;
}

/** Runs one step under its time limit and records its duration in seconds; repeated calls add up. */
export async function step<T>(
  context: DeploymentContext,
  name: keyof DeploymentContext['durations'],
  limit: StepLimit<T>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  context.signal.throwIfAborted();
  const started = performance.now();
  const { signal, clear } = withTimeout(context.signal, limit.ms, limit.what);
  const span = context.trace?.begin(name);
  try {
    const result = await work(signal);
    span?.end(stepOutcome(context.redact, name, limit.whyNot?.(result)));
    return result;
  } catch (error) {
    span?.end(stepEnd(context.redact, name, { signal, error }));
    throw interruptionOf(signal, error) ?? error;
  } finally {
    clear();
    const before = context.durations[name] ?? 0;
    context.durations[name] = Math.round(before * 10 + (performance.now() - started) / 100) / 10;
  }
}
