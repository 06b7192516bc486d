import type { RolloutProgress } from '../../../swarm/swarm.ts';
import { executeSql } from '../../../database/database.ts';
import type { ReleaseState } from '../../../entities/deployment-metadata.ts';
import { UserError } from '../../../errors.ts';
import { EngineAwayError } from '../../../swarm/engine-errors.ts';
import { oneOffName } from '../../../swarm/names.ts';
import type { ServiceSpec } from '../../../swarm/swarm.ts';
import { parseDuration } from '../../../units/durations.ts';
import { placeTasks } from '../../nodes/place-tasks.ts';
import { commandOf, oneOffSpec } from '../../one-offs/one-off-spec.ts';
import { runOneOff } from '../../one-offs/run-one-off.ts';
import { changeDeployment } from '../deployment-state.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';
import { Interruption } from './interruption.ts';
import { obtainImage } from './obtain-image.ts';
import { requireDatabases } from './preview-databases.ts';
import { mayResume } from './rollout-step.ts';
import { serviceSpecOf } from './service-spec-of.ts';

/** Unless the application says, milliseconds. */
const defaultLimitMs = 10 * 60_000;
/** Last lines of a command that failed that are quoted. */
const quotedLines = 10;

/**
 * The image to roll out, once its release command has ended well: nothing of the new version serves before.
 * @throws {UserError} when it fails; nothing was rolled out then.
 */
export async function obtainReleasedImage(context: DeploymentContext): Promise<string> {
  try {
    const image = await obtainImage(context);
    await requireDatabases(context);
    await release(context, image);
    return image;
  } catch (error) {
    if (!mayResume(context, error)) await removeUnfinished(context);
    throw error;
  }
}

async function release(context: DeploymentContext, image: string): Promise<void> {
  const { deps, deployment, log } = context;
  const { release: line, release_on_rollback: again } = deployment.application.sourceConfig;
  const { metadata } = deployment;
  if (metadata.release?.state === 'succeeded') return deps.swarm.remove(nameOf(context));
  if (metadata.release?.state === 'failed') throw new UserError('The release command failed; the log has its output.');
  if (metadata.release === undefined) {
    if (line === undefined || metadata.rollout_started) return;
    if (metadata.rollback_of !== undefined && !again) {
      log.line('A rollback does not run the release command: `release-on-rollback` is not set');
      return;
    }
  }
  const { note, spec } = await placeTasks(
    deps,
    { application: deployment.application.id },
    serviceSpecOf(deps.config, deployment, context.environment, image),
    { isPreview: Boolean(deployment.application.previewOf) },
  );
  if (note !== undefined) log.line(note, 'warn');
  const command = commandOf(line ?? '');
  await runToEnd(context, oneOffSpec(spec, { name: nameOf(context), purpose: 'release', command }));
  await deps.swarm.remove(nameOf(context));
}

/** Starts it, unless an earlier process has: then its end is waited for. */
async function runToEnd(context: DeploymentContext, spec: ServiceSpec): Promise<void> {
  const { deps, deployment, log } = context;
  const before = deployment.metadata.release;
  const startedAt = before?.started_at ?? new Date().toISOString();
  const exists = before !== undefined && (await deps.swarm.inspect(spec.name)) !== undefined;
  if (before?.state === 'created' && !exists) {
    throw new UserError(
      'Somebody removed the service of the release command before its end was seen. ' +
        'Check what it has done, then deploy again.',
    );
  }
  // Somebody has taken the setting away before it ran.
  if (!exists && deployment.application.sourceConfig.release === undefined) return;
  const after = exists ? await printedUntil(context) : undefined;
  await keep(context, { state: before?.state ?? 'asked', started_at: startedAt });
  log.line(
    exists
      ? 'The release command was started before; waiting for its end'
      : `Running the release command: ${deployment.application.sourceConfig.release}`,
  );
  const limitMs = parseDuration(deployment.application.sourceConfig.release_timeout ?? '') ?? defaultLimitMs;
  const ms = Math.max(1, limitMs - (Date.now() - Date.parse(startedAt)));
  const printed: string[] = [];
  const limit = {
    ms,
    what: 'The release command',
    whyNot: (end: RolloutProgress | undefined) => (end?.state === 'converged' ? undefined : whyFailed(end)),
  };
  const last = await step(context, 'release', limit, (signal) =>
    runOneOff(
      deps.swarm,
      spec,
      {
        after,
        mayStart: () => mayStart(context, startedAt),
        onCreated: () => keep(context, { state: 'created', started_at: startedAt }),
        onLine(text, time) {
          printed.push(text);
          if (printed.length > quotedLines * 2) printed.splice(0, quotedLines);
          return log.output(text, signal, { time });
        },
      },
      signal,
    ),
  );
  if (last?.state === 'converged') {
    await keep(context, { state: 'succeeded', started_at: startedAt });
    log.line('The release command ended with exit code 0');
    return;
  }
  await keep(context, { state: 'failed', started_at: startedAt });
  const why = whyFailed(last);
  const lines = printed.length > 0 ? printed : (last?.failures?.at(-1)?.lines ?? []);
  const quoted = lines.slice(-quotedLines).map((text) => `  ${text}`);
  throw new UserError(
    [`The release command failed, so nothing was rolled out: ${why}${quoted.length > 0 ? ':' : '.'}`, ...quoted].join(
      '\n',
    ),
  );
}

function whyFailed(end: RolloutProgress | undefined): string {
  return end?.taskErrors[0] ?? 'its service ended without a reason';
}

/**
 * A process that stalled while another one ran the command to its end, removed its service and went on would start it
 * again. Its service exists by now, so one that ended before is seen here, and one that ends later takes the service away.
 * @throws {Interruption} when it has ended: the one that saw that goes on with the deployment.
 */
async function mayStart(context: DeploymentContext, startedAt: string): Promise<void> {
  try {
    await keep(context, { state: 'asked', started_at: startedAt });
  } catch (error) {
    if (error instanceof Interruption) await context.deps.swarm.remove(nameOf(context));
    throw error;
  }
}

/** An end is final: nobody who comes late makes it undone. */
async function keep(context: DeploymentContext, release: ReleaseState): Promise<void> {
  const { deps, deployment, log } = context;
  await log.dropProgress();
  const metadata = { release, progress: { phase: 'release' as const } };
  const by = { status: 'deploying' as const, metadata, whileReleasing: true };
  const stored = await deps.database.asSystem().transactional((em) => changeDeployment(deps, em, deployment.id, by));
  if (!stored) {
    await change(context, {});
    throw new Interruption('handed_back', 'Another process finished the release command and continues.');
  }
  Object.assign(deployment.metadata, metadata);
}

/** Output up to then is in the log already. */
async function printedUntil({ deployment, deps, log }: DeploymentContext): Promise<string | undefined> {
  await log.flush();
  const { rows } = await executeSql<{ until: string | null }>(
    deps.database.asSystem(),
    `select metadata ->> 'printed_until' as until from deployments where id = $1`,
    [deployment.id],
  );
  return rows[0]?.until ?? undefined;
}

/** Stops a command whose deployment has ended, and what is left of one that failed. */
async function removeUnfinished(context: DeploymentContext): Promise<void> {
  if (context.deployment.metadata.release === undefined) return;
  try {
    await context.deps.swarm.remove(nameOf(context));
  } catch (error) {
    if (!(error instanceof EngineAwayError)) throw error;
    context.log.line(`Docker does not answer, so service ${nameOf(context)} was not removed: check it`, 'error');
  }
}

function nameOf({ deployment: { application, id } }: DeploymentContext): string {
  return oneOffName(application.project.name, application.name, 'release', id);
}
