import { checkedBy, type EngineServer, secretPath, type Server } from '../engine-server.ts';
import { amount, integer, type SettingValue } from '../settings.ts';

const settings = {
  max_connections: integer(1, 100_000),
  innodb_buffer_pool_size: amount('256MB'),
  max_allowed_packet: amount('64MB'),
};

/** `mariadb:11`, `registry.example.com/mariadb@sha256:…`: its client programs are named otherwise. */
export function isMariaDb(image: string): boolean {
  return /(^|[/-])mariadb([:@-]|$)/.test(image);
}

/** MariaDB also reads MySQL's variables. */
export const server: EngineServer = {
  title: 'MySQL',
  port: 3306,
  defaultVersion: '8.4',
  owner: { user: 'app', database: 'app' },
  image: (version) => `mysql:${version}`,
  variable: 'DATABASE_URL',
  settings,
  container: ({ account, administrator, image, settings: chosen }: Server) => ({
    env: {
      MYSQL_ROOT_PASSWORD_FILE: secretPath('root-password'),
      MYSQL_DATABASE: account.database,
      MYSQL_USER: account.user,
      MYSQL_PASSWORD_FILE: secretPath('password'),
      // Brings the system tables to the version of a newer image.
      ...(isMariaDb(image) && { MARIADB_AUTO_UPGRADE: '1' }),
    },
    secretFiles: {
      password: account.password,
      'root-password': administrator.password,
      // Client programs take it as their first option, so that the password is no argument.
      'client.cnf': ['[client]', `user=${account.user}`, `password=${account.password}`, ''].join('\n'),
    },
    args: Object.entries(chosen).map(([key, value]) => `--${key.replaceAll('_', '-')}=${inBytes(value)}`),
    // By TCP: while the image sets the server up, it listens on its socket only.
    healthcheck: checkedBy([
      isMariaDb(image) ? 'mariadb-admin' : 'mysqladmin',
      `--defaults-extra-file=${secretPath('client.cnf')}`,
      '--host=127.0.0.1',
      '--protocol=tcp',
      'ping',
    ]),
    dataPath: '/var/lib/mysql',
    stopSignal: 'SIGTERM',
  }),
  connectionUrl: ({ user, password, database }, host) => `mysql://${user}:${password}@${host}:3306/${database}`,
  upgradeObstacle: () => undefined,
};

/** The servers write `256M` for 256 MiB. */
function inBytes(value: SettingValue): string {
  return String(value).replace(/^(\d+[kMGT])B$/, (_, short: string) => short.toUpperCase());
}
