import type { Deps } from '../deps.ts';
import type { EntityManager } from '../../database/database.ts';
import { accountOf, type DatabaseEngine, type EngineContainer } from '../../database-engines/engine.ts';
import { engineOf } from '../../database-engines/index.ts';
import type { Settings } from '../../database-engines/settings.ts';
import type { DumpTool, Place } from '../../dump-tools/dump-tool.ts';
import { dumpToolOf } from '../../dump-tools/index.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Volume } from '../../entities/volume.ts';
import { ConflictError } from '../../errors.ts';
import { networkName, serviceName, volumeName } from '../../swarm/names.ts';

/** Where a managed database is and how it is spoken to. */
export interface DatabaseAccess {
  /** Its project is loaded. */
  database: ManagedDatabase;
  engine: DatabaseEngine;
  tool: DumpTool;
  image: string;
  service: string;
  network: string;
  /** The Docker volume of its files; undefined when they go with the task. */
  volume: string | undefined;
  /** As other containers of its project's network reach it. */
  place: Place;
  /** What a container of it is given. */
  container: EngineContainer;
}

/** `project/database`, as it is named everywhere. Its project has to be loaded. */
export function databaseName({ project, name }: ManagedDatabase): string {
  return `${project.name}/${name}`;
}

/** @throws {ConflictError} when it has no credentials yet. */
export async function accessDatabase(deps: Deps, em: EntityManager, id: string): Promise<DatabaseAccess> {
  const database = await em.findOneOrFail(ManagedDatabase, id, {
    populate: ['project', 'connectionString'],
    refresh: true,
  });
  const { config, connectionString, project, type, version } = database;
  if (connectionString == null) {
    throw new ConflictError(`\`${databaseName(database)}\` is not set up yet: \`db show ${databaseName(database)}\`.`);
  }
  const engine = engineOf(type);
  const account = accountOf(engine, deps.cipher.decrypt(connectionString, `databases:${id}:connection_string`));
  const service = serviceName(project.name, database.name, id);
  const image = typeof config['image'] === 'string' ? config['image'] : engine.image(version);
  const volume = await em.findOne(Volume, { database });
  const { image: _image, persistent, volume_size: _size, ...settings } = config;
  return {
    database,
    engine,
    tool: dumpToolOf(type),
    image,
    service,
    network: networkName(project.name, project.id),
    volume: volume ? volumeName(volume, id) : undefined,
    place: { host: `tasks.${service}`, ...account },
    container: engine.container({
      image,
      version,
      account,
      settings: settings as Settings,
      persistent: persistent !== false,
    }),
  };
}
