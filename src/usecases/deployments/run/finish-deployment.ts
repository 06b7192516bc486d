import type { DeploymentMetadata } from '../../../entities/deployment-metadata.ts';
import type { ApplicationStatus } from '../../../entities/application.ts';
import { databaseNow, executeSql } from '../../../database/database.ts';
import { type Deployment, readySince } from '../../../entities/deployment.ts';
import { servicesWithLabel } from '../../applications/application-services.ts';
import { recordAudit } from '../../record-audit.ts';
import { changeDeployment } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';
import { redrawOutdone } from './redraw-outdone.ts';

export interface Ending {
  status: 'success' | 'failed' | 'rolled_back';
  error?: string;
  note?: string;
  reason?: DeploymentMetadata['reason'];
  failure?: DeploymentMetadata['failure'];
  durations?: DeploymentMetadata['durations'];
}

/** What is told of a deployment that this process ended. */
export interface DeploymentEnd extends Pick<Ending, 'durations' | 'status'> {
  /** `project/app` */
  application: string;
}

/** Stores a deployment's end, its application's new status and the audit row in one transaction. */
export async function finishDeployment(deps: Deps, deployment: Deployment, ending: Ending): Promise<void> {
  const { application, metadata } = deployment;
  const service = await serviceState(deps, deployment);
  const seconds = await secondsSince(deps, readySince(deployment));
  await deps.database.asSystem().transactional(async (em) => {
    const ended = await changeDeployment(deps, em, deployment.id, {
      status: ending.status,
      finished: true,
      metadata: {
        progress: null,
        duration_seconds: seconds,
        durations: ending.durations ?? null,
        error: ending.error ?? null,
        note: ending.note ?? null,
        reason: ending.reason ?? null,
        failure: ending.failure ?? null,
      },
    });
    if (!ended) return;
    if (ending.status === 'success') await redrawOutdone(em, deployment);
    const status: ApplicationStatus = ending.status === 'success' && service !== 'stopped' ? 'running' : service;
    await executeSql(
      em,
      `update applications set status = $2, updated_at = now() where id = $1 and status <> 'archived'`,
      [application.id, status],
    );
    if (ending.status === 'success' && deployment.commitSha) {
      await executeSql(em, 'update git_sources set commit_sha = $2 where application_id = $1', [
        application.id,
        deployment.commitSha,
      ]);
    }
    await recordAudit(em, {
      userId: deployment.triggeredBy?.id,
      action: `deployment.${ending.status}`,
      resourceType: 'deployment',
      resourceId: deployment.id,
      details: {
        commit_sha: deployment.commitSha,
        by: metadata.requested_by,
        error: ending.error,
        reason: ending.reason,
      },
    });
  });
}

/** As its services are: after a failure the previous version may still serve, and what is scaled to 0 does not run. */
async function serviceState(deps: Deps, { application }: Deployment): Promise<ApplicationStatus> {
  const services = servicesWithLabel(await deps.swarm.list().catch(() => []), application.id);
  if (services.every(({ job }) => job)) return 'failed';
  const wanted = services.filter(({ replicas }) => replicas > 0);
  if (wanted.length === 0) return 'stopped';
  return wanted.every(({ running }) => running > 0) ? 'running' : 'failed';
}

/** By the clock of PostgreSQL, which stored the start; rounded to a tenth. */
export async function secondsSince({ database }: Pick<Deps, 'database'>, start: Date): Promise<number> {
  const now = await databaseNow(database);
  // The clock may have been set back meanwhile.
  return Math.max(0, Math.round((now.getTime() - start.getTime()) / 100) / 10);
}
