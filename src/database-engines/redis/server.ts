import { checkedBy, type EngineServer, secretPath, type Server } from '../engine-server.ts';
import { amount, choice, integer, yesOrNo } from '../settings.ts';

const settings = {
  maxmemory: amount('256MB'),
  maxmemory_policy: choice(
    'noeviction',
    'allkeys-lru',
    'allkeys-lfu',
    'allkeys-random',
    'volatile-lru',
    'volatile-lfu',
    'volatile-random',
    'volatile-ttl',
  ),
  max_connections: integer(1, 100_000),
  databases: integer(1, 1_000),
  appendonly: yesOrNo,
};

/** What Redis calls a setting, where its name is another. */
const directives: Record<string, string> = { maxmemory_policy: 'maxmemory-policy', max_connections: 'maxclients' };

/** May only ask whether the server is well; the health check signs in as it. */
export const healthUser = 'health';

/**
 * Redis (and Valkey, by `--image`) knows no password file: its whole configuration is the secret.
 * @see https://hub.docker.com/_/redis
 */
export const server: EngineServer = {
  title: 'Redis',
  port: 6379,
  defaultVersion: '8',
  owner: { user: 'default', database: '0' },
  image: (version) => `redis:${version}`,
  variable: 'REDIS_URL',
  settings,
  container: (wanted: Server) => ({
    env: {},
    secretFiles: { password: wanted.account.password, 'redis.conf': configuration(wanted) },
    args: [secretPath('redis.conf')],
    // `-e`: an error, such as that it still loads its data, is no answer. No secret: that user takes any password.
    healthcheck: checkedBy(['redis-cli', '-e', '--no-auth-warning', '--user', healthUser, '--pass', 'any', 'ping']),
    dataPath: '/data',
    stopSignal: 'SIGTERM',
  }),
  // With the user's name: some clients send an empty one where it is left out.
  connectionUrl: ({ user, password, database }, host) => `redis://${user}:${password}@${host}:6379/${database}`,
  upgradeObstacle: () => undefined,
};

function configuration({ account, persistent, settings: chosen }: Server): string {
  const { appendonly = persistent, ...others } = chosen;
  return [
    'bind * -::*',
    'port 6379',
    'dir /data',
    `requirepass ${account.password}`,
    `user ${healthUser} on nopass resetkeys resetchannels -@all +ping`,
    // A backup is a replica that need not wait for others.
    'repl-diskless-sync-delay 0',
    `appendonly ${appendonly === true ? 'yes' : 'no'}`,
    ...(persistent ? [] : ['save ""']),
    ...Object.entries(others).map(([key, value]) => `${directives[key] ?? key} ${String(value).toLowerCase()}`),
    '',
  ].join('\n');
}
