import type { Config } from '../../config.ts';
import type { DatabaseEngine } from '../../database-engines/engine.ts';
import { accountOf, type Server } from '../../database-engines/engine-server.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { Settings } from '../../database-engines/settings.ts';
import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { type DatabaseConfig, ManagedDatabase } from '../../entities/managed-database.ts';
import { Volume } from '../../entities/volume.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { VolumeMount } from '../../swarm/services/mounts.ts';
import { networkName, serviceName, volumeName } from '../../swarm/names.ts';
import type { ServiceSpec } from '../../swarm/swarm.ts';
import { networkOf } from '../applications/application-network.ts';
import type { Deps } from '../deps.ts';
import { openAccounts } from './database-accounts.ts';

/** Longest graceful shutdown of a server. */
const stopGracePeriod = '2m';

/** A database's server, decrypted: what Swarm runs and how to reach it. */
export interface DatabaseServer {
  engine: DatabaseEngine;
  server: Server;
  /** Swarm service, and the host name of the server in the project's network. */
  service: string;
  /** Overlay network of the project, or of its preview: the only place it is reachable from. */
  network: string;
  /** Undefined when the database is not persistent. */
  volume: VolumeMount | undefined;
  connectionUrl: string;
}

/** The part of a row's config that consists of engine settings. */
export function settingsInEffect({ settings: known }: DatabaseEngine, config: DatabaseConfig): Settings {
  return Object.fromEntries(
    Object.keys(known).flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])),
  );
}

/** Its project has to be loaded. @throws {Error} when it has no connection string. */
export async function loadServer(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  database: ManagedDatabase,
): Promise<DatabaseServer> {
  const { connectionString } = await em.findOneOrFail(ManagedDatabase, database.id, {
    populate: ['connectionString'],
    refresh: true,
  });
  if (!connectionString) throw new Error(`the database ${database.id} has no connection string`);
  const { administratorPassword, connectionUrl } = openAccounts(deps.cipher, database, connectionString);
  const volume = await em.findOne(Volume, { database });
  const variant = database.variant
    ? await em.findOneOrFail(Application, database.variant.id, { populate: ['project'] })
    : undefined;
  const { config, project, type, version } = database;
  const engine = databaseEngines[type];
  const account = accountOf(engine, connectionUrl);
  const server: Server = {
    image: config.image ?? engine.image(version),
    version,
    account,
    administrator:
      engine.accounts && administratorPassword !== undefined
        ? { user: engine.accounts.administrator, password: administratorPassword }
        : account,
    settings: settingsInEffect(engine, config),
    persistent: volume !== null,
  };
  return {
    engine,
    server,
    service: serviceName(project.name, database.name, database.id),
    network: variant ? networkOf(variant) : networkName(project.name, project.id),
    volume: volume
      ? { name: volumeName(volume, database.id), type: volume.type, target: volume.mountPath, options: volume.options }
      : undefined,
    connectionUrl,
  };
}

/** The Swarm service of the database. */
export function databaseSpec(config: Config, database: ManagedDatabase, of: DatabaseServer): ServiceSpec {
  const { args, env, healthcheck, secretFiles, stopSignal } = of.engine.container(of.server);
  const { memory, cpus, restarts } = database.config;
  return {
    name: of.service,
    image: of.server.image,
    replicas: database.status === 'stopped' ? 0 : 1,
    env,
    secretFiles,
    docker: {
      healthcheck,
      args,
      stop_grace_period: stopGracePeriod,
      resources: { limits: { ...(memory && { memory }), ...(cpus && { cpus }) } },
    },
    volumes: of.volume ? [of.volume] : [],
    network: of.network,
    labels: {
      [labelKeys.project]: database.project.id,
      [labelKeys.database]: database.id,
      ...(restarts !== undefined && { [labelKeys.restarts]: String(restarts) }),
    },
    monitorSeconds: config.deployments.monitorSeconds,
    extras: {
      labels: {},
      tmpfs: [],
      // Two servers must not share one data volume.
      update: { order: 'stop-first' },
      restart: { condition: 'any' },
      stopSignal,
    },
  };
}
