import { randomUUID } from 'node:crypto';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { EnvVar } from '../../entities/env-var.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import { ConflictError, NotFoundError, UsageError } from '../../errors.ts';
import { envVarIdentity } from '../applications/application-environment.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import { actor } from '../origin.ts';
import type { DatabaseRequest } from './control-database.ts';
import { loadServer } from './database-server.ts';
import { databaseName, findDatabase, lockDatabaseRow } from './find-database.ts';
import { quoted } from '../../quoted.ts';

export interface Attachment {
  database: ManagedDatabase;
  /** `project/app` */
  application: string;
  /** The variables that hold the connection string. */
  keys: string[];
}

interface AttachRequest extends DatabaseRequest {
  application: string;
  /** The variable; by default the usual one of the engine when attaching, all when detaching. */
  key?: string | undefined;
}

/**
 * Adds the connection string to an application as a secret variable, effective from its next deployment.
 * @throws {ConflictError} when the variable is taken, or the two are in different projects.
 */
export async function attachDatabase(deps: Deps, request: AttachRequest): Promise<Attachment> {
  return changeAttachment(deps, request, 'attach', async (em, database, application) => {
    const key = request.key ?? databaseEngines[database.type].variable;
    if (!/^[A-Z_][A-Z0-9_]*$/.test(key) || key.length > 255) {
      throw new UsageError(
        `${quoted(key)} cannot name a variable: use capital letters, digits and \`_\`, e.g. \`DATABASE_URL\`.`,
      );
    }
    await requireFreeKey(em, database, application, key);
    const { connectionUrl } = await loadServer(deps, em, database);
    const id = randomUUID();
    const value = deps.cipher.encrypt(connectionUrl, envVarIdentity({ id }));
    em.create(EnvVar, { id, application, key, value, isSecret: true, database });
    await em.flush();
    return [key];
  });
}

/** @throws {NotFoundError} when the application is not attached to it. */
export async function detachDatabase(deps: Deps, request: AttachRequest): Promise<Attachment> {
  return changeAttachment(deps, request, 'detach', async (em, database, application) => {
    const { key } = request;
    const rows = await em.find(EnvVar, { application, database, ...(key !== undefined && { key }) });
    if (rows.length === 0) {
      const named = key === undefined ? '' : ` by \`${key}\``;
      throw new NotFoundError(
        `\`${applicationName(application)}\` is not attached to \`${databaseName(database)}\`${named}. ` +
          `\`db show ${databaseName(database)}\` lists those that are.`,
      );
    }
    await em.nativeDelete(EnvVar, { id: { $in: rows.map((row) => row.id) } });
    return rows.map((row) => row.key).sort();
  });
}

async function changeAttachment(
  deps: Deps,
  request: AttachRequest,
  verb: 'attach' | 'detach',
  apply: (em: EntityManager, database: ManagedDatabase, application: Application) => Promise<string[]>,
): Promise<Attachment> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.name, access);
    const application = await findApplication(em, request.application, access);
    await lockDatabaseRow(em, database);
    await lockApplicationRow(em, application);
    if (application.project.id !== database.project.id) {
      throw new ConflictError(
        `\`${databaseName(database)}\` is reachable only from its own project. Create one in \`${application.project.name}\`.`,
      );
    }
    const keys = await apply(em, database, application);
    const name = applicationName(application);
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: `database.${verb}`,
      resourceType: 'database',
      resourceId: database.id,
      details: { name: databaseName(database), application: name, keys },
    });
    return { database, application: name, keys };
  });
}

async function requireFreeKey(
  em: EntityManager,
  database: ManagedDatabase,
  application: Application,
  key: string,
): Promise<void> {
  const row = await em.findOne(EnvVar, { application, key });
  if (!row && !Object.hasOwn(application.envVars, key)) return;
  const name = applicationName(application);
  if (row?.database?.id === database.id) {
    throw new ConflictError(`\`${name}\` is already attached to \`${databaseName(database)}\` as \`${key}\`.`);
  }
  throw new ConflictError(
    `\`${name}\` already has a variable \`${key}\`. Choose another with \`--as\`, or remove it: \`env unset ${name} ${key}\`.`,
  );
}
