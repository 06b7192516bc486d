import { randomUUID } from 'node:crypto';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { type DatabaseConfig, type DatabaseType, ManagedDatabase } from '../../entities/managed-database.ts';
import type { Project } from '../../entities/project.ts';
import { Volume } from '../../entities/volume.ts';
import { serviceName } from '../../swarm/names.ts';
import type { Deps } from '../deps.ts';
import { administratorPasswordFor, makePassword, sealAccounts } from './database-accounts.ts';
import { plannedGb } from './database-settings.ts';

interface NewRow extends Pick<ManagedDatabase, 'name' | 'version'> {
  project: Project;
  type: DatabaseType;
  config: DatabaseConfig;
  /** The preview that it is for, and what it stands in for. */
  preview?: { variant: Application; standsFor: ManagedDatabase; terms: NonNullable<ManagedDatabase['preview']> };
}

/** Inserts a database with its volume and new credentials; nothing runs yet. */
export async function insertDatabase(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  { preview, ...row }: NewRow,
): Promise<ManagedDatabase> {
  const { config, name, project, type } = row;
  const id = randomUUID();
  const engine = databaseEngines[type];
  const service = serviceName(project.name, name, id);
  const connectionUrl = engine.connectionUrl({ ...engine.owner, password: makePassword() }, service);
  const administratorPassword = administratorPasswordFor(type);
  const connectionString = sealAccounts(deps.cipher, { id }, { connectionUrl, administratorPassword });
  const terms = preview && { variant: preview.variant, standsFor: preview.standsFor, preview: preview.terms };
  const database = em.create(ManagedDatabase, { id, ...row, connectionString, ...terms });
  if (config.persistent !== false) addVolume(em, database, service);
  await em.flush();
  return database;
}

function addVolume(em: EntityManager, database: ManagedDatabase, name: string): void {
  const { config, type, version } = database;
  const engine = databaseEngines[type];
  const account = { ...engine.owner, password: '' };
  const image = config.image ?? engine.image(version);
  const { dataPath } = engine.container({
    image,
    version,
    account,
    administrator: account,
    settings: {},
    persistent: true,
  });
  em.create(Volume, {
    name,
    type: 'docker_volume',
    mountPath: dataPath,
    sizeGb: plannedGb(config),
    options: {},
    database,
  });
}
