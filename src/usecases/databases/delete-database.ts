import { Backup } from '../../entities/backup.ts';
import { Domain } from '../../entities/domain.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Volume } from '../../entities/volume.ts';
import type { EntityManager } from '../../database/database.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import { serviceName, volumeName } from '../../swarm/names.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { actor } from '../origin.ts';
import { tryReconcileGateways } from '../gateways/reconcile-gateways.ts';
import type { DatabaseRequest } from './control-database.ts';
import { enqueueForgetting, enqueueRemoval } from './database-jobs.ts';
import { databaseName, findDatabase, lockDatabaseRow } from './find-database.ts';

export interface DeletedDatabase {
  database: ManagedDatabase;
  /** A Docker volume that could not be deleted because it is on another node than Shipmate's. */
  leftOn?: { node: string; volume: string };
  /** Number of backups that a separate job deletes. */
  backups: number;
  /** Host names at which it was reached from outside. */
  domains: string[];
}

/**
 * Deletes a database; jobs remove its service, its volume and its backups.
 * @throws {ConflictError} while it is attached, or when `data` or `backups` would be lost without being confirmed.
 */
export async function deleteDatabase(
  deps: Deps,
  request: DatabaseRequest & { data: boolean; backups: boolean },
): Promise<DeletedDatabase> {
  const access = { user: request.user, intent: 'manage' } as const;
  const deleted = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.name, access);
    await lockDatabaseRow(em, database);
    const detached = await detachFromArchived(em, database);
    const volume = await em.findOne(Volume, { database });
    const backups = await em.count(Backup, { database });
    const domains = (await em.find(Domain, ofDatabase(database))).map(({ domain }) => domain);
    requireNamed(databaseName(database), { data: volume !== null, backups }, request);
    const leftOn = volume ? await outOfReach(deps, volume, database) : undefined;
    const service = serviceName(database.project.name, database.name, database.id);
    // Recorded first: nobody sees the database once it is gone.
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'database.delete',
      resourceType: 'database',
      resourceId: database.id,
      details: {
        name: databaseName(database),
        type: database.type,
        data: whereDataStays(volume, leftOn),
        backups,
        detached,
        domains,
      },
    });
    await em.nativeDelete(Volume, { database });
    await em.nativeDelete(Domain, ofDatabase(database));
    if ((await em.nativeDelete(ManagedDatabase, { id: database.id })) === 0) {
      throw new ForbiddenError(`Only those who manage \`${database.project.name}\` can delete its databases.`);
    }
    await enqueueRemoval(deps, em, { service, ...(volume && { volume: volumeName(volume, database.id) }) });
    if (backups > 0) await enqueueForgetting(deps, em, database.id);
    return { database, backups, domains, ...(leftOn && { leftOn }) };
  });
  if (deleted.domains.length > 0) await tryReconcileGateways(deps);
  return deleted;
}

function ofDatabase({ id }: ManagedDatabase) {
  return { targetType: 'database', targetId: id } as const;
}

async function outOfReach({ swarm }: Deps, volume: Volume, database: ManagedDatabase) {
  const own = volume.nodeId ? (await swarm.nodes()).find((node) => node.own) : undefined;
  if (!own || own.id === volume.nodeId) return undefined;
  return { node: volume.nodeName ?? volume.nodeId ?? '', volume: volumeName(volume, database.id) };
}

function whereDataStays(volume: Volume | null, leftOn: DeletedDatabase['leftOn']): string {
  if (!volume) return 'none';
  return leftOn ? `left on ${leftOn.node}` : 'deleted';
}

/**
 * Archived applications hold nothing back: they lose the variable, which leads nowhere then.
 * @returns their names.
 * @throws {ConflictError} while it is attached to one in service.
 */
async function detachFromArchived(em: EntityManager, database: ManagedDatabase): Promise<string[]> {
  const variables = await em.find(EnvVar, { database }, { populate: ['application.project'] });
  const attached = variables.find(({ application }) => !application.deletedAt);
  if (!attached) {
    await em.nativeDelete(EnvVar, { id: { $in: variables.map(({ id }) => id) } });
    return [...new Set(variables.map((variable) => applicationName(variable.application)))].sort();
  }
  const application = applicationName(attached.application);
  throw new ConflictError(
    `\`${application}\` is attached to it. Detach it first: \`db detach ${databaseName(database)} ${application}\`.`,
  );
}

function requireNamed(
  name: string,
  lost: { data: boolean; backups: number },
  told: { data: boolean; backups: boolean },
): void {
  const missing = [
    ...(lost.data && !told.data ? ['its data (`--data`)'] : []),
    ...(lost.backups > 0 && !told.backups
      ? [`its ${lost.backups === 1 ? 'backup' : `${lost.backups} backups`} (\`--backups\`)`]
      : []),
  ];
  if (missing.length === 0) return;
  const flags = `${lost.data ? ' --data' : ''}${lost.backups > 0 ? ' --backups' : ''}`;
  throw new ConflictError(
    `Deleting \`${name}\` loses ${missing.join(' and ')} permanently. To confirm: \`db delete ${name}${flags}\`. ` +
      `To keep everything: \`db stop ${name}\`.`,
  );
}
