import { firstAccounts } from './accounts.ts';
import { checkedBy, type EngineServer, secretPath, type Server } from '../engine-server.ts';
import { archivedServer } from './point-in-time.ts';
import { amount, integer, names, yesOrNo } from '../settings.ts';
import { majorOf } from '../versions.ts';

/** Since then the official image keeps the data in a folder per version, and mounts the one above it. */
const versionedFolders = 18;

const settings = {
  max_connections: integer(1, 10_000),
  shared_buffers: amount('256MB'),
  work_mem: amount('4MB'),
  maintenance_work_mem: amount('64MB'),
  effective_cache_size: amount('1GB'),
  max_wal_size: amount('1GB'),
  pitr: yesOrNo,
  extensions: names('extensions', 'vector,postgis'),
};

/** @see https://hub.docker.com/_/postgres */
export const server: EngineServer = {
  title: 'PostgreSQL',
  port: 5432,
  defaultVersion: '17',
  owner: { user: 'app', database: 'app' },
  image: (version) => `postgres:${version}`,
  variable: 'DATABASE_URL',
  settings,
  container: ({ account, administrator, persistent, settings: { extensions, pitr, ...chosen }, version }: Server) => ({
    env: {
      POSTGRES_USER: administrator.user,
      POSTGRES_DB: account.database,
      POSTGRES_PASSWORD_FILE: secretPath('password'),
    },
    secretFiles: {
      password: administrator.password,
      ...(pitr && archivedServer.secretFiles),
      // The image runs it once, in the new database.
      '/docker-entrypoint-initdb.d/shipmate.sql': firstAccounts(account, persistent ? undefined : extensions),
    },
    args: [
      'postgres',
      ...(pitr ? archivedServer.args : []),
      ...Object.entries(chosen).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    // By TCP: while the image sets the server up, it listens on its socket only.
    healthcheck: checkedBy(['pg_isready', '-q', '-h', '127.0.0.1', '-U', account.user, '-d', account.database]),
    dataPath: majorOf(version) >= versionedFolders ? '/var/lib/postgresql' : '/var/lib/postgresql/data',
    // Ends the sessions; at SIGTERM it waits for clients to leave.
    stopSignal: 'SIGINT',
  }),
  connectionUrl: ({ user, password, database }, host) => `postgresql://${user}:${password}@${host}:5432/${database}`,
  upgradeObstacle: (from, to) =>
    majorOf(from) === majorOf(to) ? undefined : `PostgreSQL ${majorOf(to)} cannot read the files of ${majorOf(from)}`,
};
