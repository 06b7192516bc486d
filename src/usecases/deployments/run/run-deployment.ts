import { explain } from '../../../causes/explain.ts';
import { Application } from '../../../entities/application.ts';
import { Deployment, readySince } from '../../../entities/deployment.ts';
import { UserError } from '../../../errors.ts';
import { createLineRedactor } from '../../../secrets/redact-lines.ts';
import { createRedactor } from '../../../secrets/redact.ts';
import { EngineAwayError } from '../../../swarm/engine-errors.ts';
import { logUnexpected } from '../../../unexpected-error.ts';
import { loadEnvironment } from '../../applications/application-environment.ts';
import { prepareStack } from '../compose/prepare-stack.ts';
import { rollOutStack } from '../compose/roll-out-stack.ts';
import { openDeploymentLog, storedBytes } from '../steps/deployment-log.ts';
import { change, type DeploymentContext } from '../steps/deployment-context.ts';
import type { Deps } from '../../deps.ts';
import { beginTrace, traceEnd } from '../steps/deployment-trace.ts';
import { openEnginePatience } from '../steps/engine-outage.ts';
import { type DeploymentEnd, type Ending, finishDeployment, secondsSince } from './finish-deployment.ts';
import { interruptionOf } from '../steps/interruption.ts';
import { openFailureNotes } from '../steps/failure-notes.ts';
import { applicationName } from '../../applications/find-application.ts';
import { NoDatabaseError } from '../steps/preview-databases.ts';
import { ensurePreviewDatabases } from '../../preview-databases/ensure-databases.ts';
import { requireShared } from '../steps/shared-variables.ts';
import { obtainReleasedImage } from '../steps/release.ts';
import { reconcileIngress } from '../../ingress/reconcile-ingress.ts';
import { rollOutService } from '../steps/roll-out-service.ts';
import { carryOutRollout, type RolloutOutcome } from '../steps/rollout-step.ts';

/** Of a line of an error, characters: with a page of them a chat message is full. */
const maxErrorLine = 2_000;

/**
 * Runs one deployment from its current state to its end: image, roll-out, ingress, result.
 * Every step checks what is already done, so a run after a crash resumes.
 * @throws {Interruption} `handed_back`, when the process has to stop first, or PostgreSQL does not answer.
 */
export async function runDeployment(deps: Deps, id: string, signal: AbortSignal): Promise<DeploymentEnd> {
  const context = await open(deps, id, signal);
  const { deployment, durations, redact, trace } = context;
  const application = applicationName(deployment.application);
  let stored: Ending | undefined;
  try {
    const ending = await carryOut(context);
    await context.log.flush();
    await finishDeployment(deps, deployment, { ...ending, durations });
    stored = ending;
    return { application, durations, status: ending.status };
  } finally {
    trace?.end(traceEnd(redact, deployment, stored));
    const status = stored?.status ?? 'handed_back';
    if (trace) context.deps.logger.info({ deploymentId: id, application, status }, 'deployment ended');
  }
}

async function open(deps: Deps, id: string, signal: AbortSignal): Promise<DeploymentContext> {
  const em = deps.database.asSystem();
  const deployment = await em.findOneOrFail(Deployment, id, { populate: ['application.project'] });
  // Before its environment is read, which has their credentials.
  const noDatabase = await ensureDatabases(deps, deployment.application, signal);
  const environment = await loadEnvironment(deps, em, deployment.application);
  const redact = createRedactor(environment.secretValues);
  // One that an earlier process began has a part of its log.
  const log = openDeploymentLog(deps, id, redact, await storedBytes(deps, id));
  const queue = await secondsSince(deps, readySince(deployment));
  // A resumed deployment did not spend that time in the queue.
  const durations = deployment.status === 'pending' ? { queue } : {};
  const failure = openFailureNotes(applicationName(deployment.application), redact);
  const trace = await beginTrace(deps, deployment, redact);
  const logger = trace?.traceId === undefined ? deps.logger : deps.logger.child({ trace_id: trace.traceId });
  const own = { ...deps, logger };
  return { deps: own, deployment, environment, noDatabase, log, redact, failure, durations, trace, signal };
}

/** @returns why a preview cannot have the databases that its application's settings ask for. */
async function ensureDatabases(deps: Deps, application: Application, signal: AbortSignal): Promise<string | undefined> {
  if (!application.previewOf) return undefined;
  try {
    await ensurePreviewDatabases(deps, application, signal);
    return undefined;
  } catch (error) {
    // The first step ends it.
    if (signal.aborted) return undefined;
    if (!(error instanceof UserError) || error instanceof EngineAwayError) throw error;
    return error.message;
  }
}

async function carryOut(context: DeploymentContext): Promise<Ending> {
  const docker = openEnginePatience(context);
  for (;;) {
    try {
      return await carryOutSteps(context);
    } catch (error) {
      try {
        if (!(await docker.outlasts(error))) return endingOf(context, error);
      } catch (meanwhile) {
        return endingOf(context, meanwhile);
      }
    }
  }
}

async function carryOutSteps(context: DeploymentContext): Promise<Ending> {
  await markApplication(context);
  requireShared(context);
  const isStack = context.deployment.application.type === 'compose';
  const outcome = isStack
    ? await carryOutRollout(context, rollOutStack, prepareStack)
    : await carryOutRollout(context, rollOutService, obtainReleasedImage);
  if (outcome.status !== 'success') return failedRollout(context, outcome);
  await openToVisitors(context);
  context.log.line(outcome.note ?? 'The new version is healthy');
  return outcome;
}

/** With the command that mends the cause. */
function failedRollout(
  context: DeploymentContext,
  { error, status }: Exclude<RolloutOutcome, { status: 'success' }>,
): Ending {
  const known = context.failure.last();
  const message = [error, known?.mend].filter(Boolean).join(' ');
  context.log.line(message, 'error');
  return { status, error: message, ...(known && { failure: known.failure }) };
}

async function endingOf(context: DeploymentContext, error: unknown): Promise<Ending> {
  const interruption = interruptionOf(context.signal, error);
  const reason = interruption?.reason ?? (error instanceof NoDatabaseError ? 'no_database' : undefined);
  if (reason === 'handed_back') {
    await context.log.flush();
    throw interruption;
  }
  const said = redactError(context, interruption?.message ?? describe(context, error));
  const message = reason === undefined ? withCause(context, said) : said;
  context.log.line(message, 'error');
  // One that timed out may have shown what its tasks fail of.
  const known = reason === 'timed_out' ? context.failure.last() : undefined;
  return { status: 'failed', error: message, ...(reason && { reason }), ...(known && { failure: known.failure }) };
}

/** A failed step's own words, and below them what they mean, when a rule knows them. */
function withCause({ deployment }: DeploymentContext, message: string): string {
  const { cause, mend } = explain({}, { app: applicationName(deployment.application) }, message);
  return cause === undefined ? message : `${message}\nThe likely cause: ${cause}. ${mend}`;
}

/** Line by line, as a failed step is quoted with what it printed. */
function redactError({ redact }: DeploymentContext, message: string): string {
  const lines = createLineRedactor(redact, maxErrorLine);
  const certain = message.split('\n').flatMap((line) => lines.add(line, undefined));
  return [...certain, ...lines.end()].map(({ text }) => text).join('\n');
}

/** A person's mistake verbatim; a bug by its id, which the log has too. */
function describe(context: DeploymentContext, error: unknown): string {
  if (error instanceof UserError) return error.message;
  const about = { deploymentId: context.deployment.id };
  return logUnexpected(context.deps, error, 'deployment failed unexpectedly', about).sentence;
}

async function markApplication(context: DeploymentContext): Promise<void> {
  const { deployment, trace } = context;
  const metadata = trace && { trace: { ...deployment.metadata.trace, span: trace.traceparent } };
  await change(context, { ...(metadata && { metadata }) });
  await context.deps.database.asSystem().transactional(async (em) => {
    await em.nativeUpdate(Application, { id: context.deployment.application.id }, { status: 'deploying' });
  });
}

/**
 * The version runs regardless; the next reconciliation makes up for an unavailable proxy. A cancellation comes too late.
 * @throws {Interruption} `handed_back`: whoever resumes the deployment tells the ingress.
 */
async function openToVisitors({ deps, deployment, log, signal }: DeploymentContext): Promise<void> {
  try {
    await reconcileIngress(deps, signal);
  } catch (error) {
    const interruption = interruptionOf(signal, error);
    if (interruption?.reason === 'handed_back') throw interruption;
    if (interruption) return;
    deps.logger.error({ err: error, deploymentId: deployment.id }, 'could not reconcile the ingress');
    log.line('The ingress did not accept the new routes; Shipmate will retry', 'warn');
  }
}
