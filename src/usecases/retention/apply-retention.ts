import { UserError } from '../../errors.ts';
import { recordContents } from '../../host/data-manifest.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { archiveAudit } from './archive-audit.ts';
import { archiveDeployments } from './archive-deployments.ts';
import { deleteDeploymentLogs } from './delete-deployment-logs.ts';
import { deleteRecords } from './delete-records.ts';
import { pruneBuildCache } from './prune-build-cache.ts';
import { removeCheckouts } from './remove-checkouts.ts';
import { removeImages } from './remove-images.ts';
import type { Removed, RetentionRun } from './retention-run.ts';

export interface RetentionRequest {
  dryRun: boolean;
  signal: AbortSignal;
  /** Default: the present moment. */
  now?: Date;
}

/** In order: archive deployment logs before deleting their lines; PostgreSQL before Docker. */
const steps: Record<string, (run: RetentionRun) => Promise<Removed>> = {
  'logs of deployments': archiveDeployments,
  'live logs': deleteDeploymentLogs,
  'the audit log': archiveAudit,
  records: deleteRecords,
  images: removeImages,
  'the build cache': pruneBuildCache,
  checkouts: removeCheckouts,
};

/**
 * Removes everything older than its retention period and returns a summary. It can be killed at any point and run
 * again. A failed step does not block the others.
 * @throws {UserError} naming every failed step.
 */
export async function applyRetention(deps: Deps, request: RetentionRequest): Promise<string> {
  const { dryRun, signal, now = new Date() } = request;
  const said: string[] = [];
  const failures: string[] = [];
  let details: Record<string, unknown> = {};
  for (const [name, step] of Object.entries(steps)) {
    signal.throwIfAborted();
    try {
      const removed = await step({ deps, now, dryRun, signal });
      if (removed.said === undefined) continue;
      said.push(removed.said);
      details = { ...details, ...removed.details };
    } catch (error) {
      signal.throwIfAborted();
      deps.logger.error({ err: error, step: name }, 'a step of retention failed');
      failures.push(error instanceof UserError ? `${name} (${error.message})` : name);
    }
  }
  if (said.length > 0 && !dryRun) await audit(deps, details);
  if (!dryRun) await recordContents(deps.config.dataDir);
  const summary = said.length > 0 ? said.join('; ') : 'nothing is old enough';
  if (failures.length === 0) return summary;
  throw new UserError(`Failed, see Shipmate’s log: ${failures.join(', ')}. Other steps: ${summary}.`);
}

async function audit(deps: Deps, details: Record<string, unknown>): Promise<void> {
  await deps.database.asSystem().transactional((em) =>
    recordAudit(em, {
      action: 'retention.run',
      resourceType: 'database',
      details: { kind: 'retention', ...details },
    }),
  );
}
