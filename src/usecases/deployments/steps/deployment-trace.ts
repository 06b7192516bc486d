import { databaseNow } from '../../../database/database.ts';
import type { FailureReason } from '../../../entities/deployment-metadata.ts';
import { type Deployment, readySince } from '../../../entities/deployment.ts';
import { UserError } from '../../../errors.ts';
import type { Redactor } from '../../../secrets/redact.ts';
import type { Span, SpanAttributes, SpanEnd } from '../../../tracing/traces.ts';
import { applicationName } from '../../applications/find-application.ts';
import type { Deps } from '../../deps.ts';
import { deploymentPageAddress } from '../deployment-page-url.ts';
import { type Interruption, interruptionOf } from './interruption.ts';

/** Of an error and of an attribute, characters. */
const longest = 2_000;

type Traced = Pick<Deps, 'config' | 'database' | 'traces'>;

/**
 * Begins the trace of a deployment when it has left the queue, or of the rest of one that an earlier process began: that
 * one is linked to, as nobody knows whether its spans have been sent. Times are PostgreSQL's, told by this clock.
 */
export async function beginTrace(
  { config, database, traces }: Traced,
  deployment: Deployment,
  redact: Redactor,
): Promise<Span | undefined> {
  if (!traces) return undefined;
  const { application, id, metadata, startedAt, status } = deployment;
  const before = metadata.trace?.span;
  const isResumed = status !== 'pending' || before !== undefined;
  const ahead = Date.now() - (await databaseNow(database)).getTime();
  const here = (time: Date) => new Date(Math.min(time.getTime() + ahead, Date.now()));
  const name = applicationName(application);
  const span = traces.begin(`deploy ${name}`, {
    at: isResumed ? undefined : here(startedAt),
    parent: metadata.trace?.parent,
    links: before === undefined ? [] : [before],
    attributes: redacted(redact, {
      'cicd.pipeline.name': name,
      'cicd.pipeline.run.id': id,
      'cicd.pipeline.run.url.full': deploymentPageAddress({ config }, { id }),
      'deployment.id': id,
      'deployment.name': name,
      'deployment.environment.name': application.sourceConfig.environment,
      'shipmate.project': application.project.name,
      'shipmate.application': application.name,
      'shipmate.trigger': metadata.trigger,
      'shipmate.resumed': isResumed,
    }),
  });
  if (isResumed) return span;
  const ready = here(readySince(deployment));
  if (metadata.approval) span.begin('approval', { at: here(startedAt) }).end({ at: ready });
  span.begin('queue', { at: ready }).end();
  return span;
}

/** Of a step that ended with `error`; handed back, it goes on in another process. */
export function stepEnd(
  redact: Redactor,
  step: string,
  { signal, error }: { signal: AbortSignal; error: unknown },
): SpanEnd {
  const interruption = interruptionOf(signal, error);
  if (interruption?.reason === 'handed_back') return { attributes: { 'shipmate.handed_back': true } };
  const isExplained = interruption !== undefined || error instanceof UserError;
  const what = interruption ?? (error instanceof Error ? error : undefined);
  return {
    // What else is thrown may hold anything.
    error: isExplained ? redact(what?.message ?? '', longest) : 'An unexpected error, which the log of Shipmate has.',
    attributes: {
      'cicd.pipeline.task.name': step,
      'cicd.pipeline.task.run.result': resultOf(interruption) ?? (isExplained ? 'failure' : 'error'),
      'error.type': interruption?.reason ?? what?.name ?? 'unknown',
    },
  };
}

/** Of a step that returned `why` it failed, or nothing. */
export function stepOutcome(redact: Redactor, step: string, why: string | undefined): SpanEnd {
  return {
    error: why === undefined ? undefined : redact(why, longest),
    attributes: {
      'cicd.pipeline.task.name': step,
      'cicd.pipeline.task.run.result': why === undefined ? 'success' : 'failure',
      'error.type': why === undefined ? undefined : 'failed',
    },
  };
}

export interface TracedEnding {
  status: 'success' | 'failed' | 'rolled_back';
  reason?: FailureReason | undefined;
  error?: string | undefined;
}

/** Of the whole. @param ending Undefined: it goes on in another process. */
export function traceEnd(redact: Redactor, deployment: Deployment, ending: TracedEnding | undefined): SpanEnd {
  const { commitSha, metadata } = deployment;
  const version = {
    'vcs.ref.head.revision': commitSha ?? undefined,
    'vcs.ref.head.name': metadata.ref,
    'container.image.name': metadata.image,
  };
  if (!ending) return { attributes: redacted(redact, { ...version, 'shipmate.handed_back': true }) };
  const isGood = ending.status === 'success';
  return {
    error: isGood ? undefined : redact(ending.error ?? '', longest),
    attributes: redacted(redact, {
      ...version,
      'cicd.pipeline.result': isGood ? 'success' : (resultOf(ending) ?? 'failure'),
      'deployment.status': isGood ? 'succeeded' : 'failed',
      'shipmate.outcome': ending.status,
      'error.type': isGood ? undefined : (ending.reason ?? ending.status),
    }),
  };
}

function resultOf(interrupted: { reason?: Interruption['reason'] | FailureReason | undefined } | undefined) {
  if (interrupted?.reason === 'cancelled') return 'cancellation';
  return interrupted?.reason === 'timed_out' ? 'timeout' : undefined;
}

function redacted(redact: Redactor, attributes: SpanAttributes): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'string' ? redact(value, longest) : value]),
  );
}
