import { checkedBy, type EngineServer, secretPath, type Server } from '../engine-server.ts';
import { amount, integer, megabytes } from '../settings.ts';
import { majorOf } from '../versions.ts';

const settings = { max_connections: integer(1, 1_000_000), cache_size: amount('512MB') };

/**
 * By the container's name: while the image sets the server up, it listens on the loopback address only.
 * Needs no password, as every server answers `ping`.
 */
const ping = `quit(connect('mongodb://' + require('os').hostname() + ':27017/admin').runCommand({ ping: 1 }).ok ? 0 : 1)`;

/** @see https://hub.docker.com/_/mongo */
export const server: EngineServer = {
  title: 'MongoDB',
  port: 27017,
  defaultVersion: '8',
  owner: { user: 'app', database: 'app' },
  image: (version) => `mongo:${version}`,
  variable: 'MONGODB_URL',
  settings,
  container: ({ account, settings: { max_connections: connections, cache_size: cache } }: Server) => ({
    env: {
      MONGO_INITDB_ROOT_USERNAME: account.user,
      MONGO_INITDB_ROOT_PASSWORD_FILE: secretPath('password'),
      MONGO_INITDB_DATABASE: account.database,
    },
    secretFiles: { password: account.password },
    args: [
      'mongod',
      ...(connections === undefined ? [] : ['--maxConns', String(connections)]),
      ...(cache === undefined ? [] : ['--wiredTigerCacheSizeGB', String(megabytes(cache) / 1024)]),
    ],
    // The shell takes a second to start: seldom.
    healthcheck: checkedBy(['mongosh', '--quiet', '--nodb', '--eval', ping], '15s'),
    dataPath: '/data/db',
    stopSignal: 'SIGTERM',
  }),
  connectionUrl: ({ user, password, database }, host) =>
    `mongodb://${user}:${password}@${host}:27017/${database}?authSource=admin`,
  upgradeObstacle: (from, to) =>
    majorOf(to) - majorOf(from) > 1
      ? `MongoDB upgrades one major version at a time, so it cannot go from ${majorOf(from)} to ${majorOf(to)}`
      : undefined,
};
