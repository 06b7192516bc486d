/** What an image is made from. Paths are those of Debian's packages. */
export interface Recipe {
  /** Repository of the image: it ends as the official one does, as that tells MariaDB from MySQL. */
  name: string;
  /** Version of the server in Debian 12. */
  version: string;
  packages: string[];
  /** Programs beside those that every image has. */
  programs: string[];
  /** Files and folders that no program is linked to. */
  files: string[];
  /** Which of them, by a pattern of their paths, are left out. */
  without?: RegExp;
  user: string;
  dataPath: string;
  port: number;
  env: Record<string, string>;
}

const postgres = '/usr/lib/postgresql/15';

export const recipes = {
  postgresql: {
    name: 'shipmate-test-postgres',
    version: '15',
    packages: ['postgresql-15', 'postgresql-client-15', 'libpq5', 'tzdata'],
    programs: [
      'initdb',
      'postgres',
      'pg_isready',
      'pg_basebackup',
      'pg_receivewal',
      'pg_dump',
      'pg_dumpall',
      'pg_restore',
      'psql',
      'createdb',
      'dropdb',
    ].map((program) => `${postgres}/bin/${program}`),
    files: [`${postgres}/lib`, '/usr/share/postgresql/15', '/usr/share/zoneinfo'],
    without: /llvmjit|bitcode|[/]zoneinfo[/](posix|right)[/]|[/]man[/]/,
    user: 'postgres',
    dataPath: '/var/lib/postgresql/data',
    port: 5432,
    env: { PATH: `${postgres}/bin:/usr/bin`, PGDATA: '/var/lib/postgresql/data' },
  },
  mysql: {
    name: 'shipmate-test-mariadb',
    version: '10.11',
    packages: ['mariadb-server', 'mariadb-client', 'mariadb-server-core', 'mariadb-client-core', 'mariadb-common'],
    programs: [
      '/usr/sbin/mariadbd',
      ...['mariadb', 'mariadb-admin', 'mariadb-dump', 'my_print_defaults', 'resolveip'].map(
        (program) => `/usr/bin/${program}`,
      ),
    ],
    files: ['/usr/bin/mariadb-install-db', '/usr/share/mysql'],
    without: /mini-benchmark/,
    user: 'mysql',
    dataPath: '/var/lib/mysql',
    port: 3306,
    env: { PATH: '/usr/sbin:/usr/bin' },
  },
  redis: {
    name: 'shipmate-test-redis',
    version: '7.0',
    packages: ['redis-server', 'redis-tools'],
    programs: ['/usr/bin/redis-server', '/usr/bin/redis-cli', '/usr/bin/redis-check-rdb'],
    files: [],
    user: 'redis',
    dataPath: '/data',
    port: 6379,
    env: { PATH: '/usr/bin' },
  },
} satisfies Record<string, Recipe>;

/** What official images have, too: for their entrypoints, for health checks and for backups. */
export const commonPrograms = `
  bash sed grep find tar gzip setpriv awk basename cat chmod chown cp date dd dirname du env head id ls mkdir mktemp mv
  rm sha256sum sleep sort stat tail tee test touch tr true uname wc md5sum`
  .trim()
  .split(/\s+/)
  .map((program) => `/usr/bin/${program}`);
