/** What an image is made from. Paths are those of Debian's packages. */
export interface Recipe {
  /** Repository of the image: it ends as the official one does, as that tells MariaDB from MySQL. */
  name: string;
  version: string;
  /** Release of Debian that has it, other than this machine's. */
  release?: string;
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
  /** What the entrypoint is told to prepare what every server begins with. */
  template?: string[];
}

/** Debian's releases that have a newer PostgreSQL than this machine's. */
const postgresReleases: Record<string, string> = { 17: 'trixie', 18: 'forky' };

/** Since 18 the official image keeps the data in a folder per version. */
function postgresPaths(version: string): { dataPath: string; pgdata: string } {
  if (Number(version) < 18) return { dataPath: '/var/lib/postgresql/data', pgdata: '/var/lib/postgresql/data' };
  return { dataPath: '/var/lib/postgresql', pgdata: `/var/lib/postgresql/${version}/docker` };
}

function postgresql(version: string): Recipe {
  const folder = `/usr/lib/postgresql/${version}`;
  const release = postgresReleases[version];
  const { dataPath, pgdata } = postgresPaths(version);
  return {
    name: 'shipmate-test-postgres',
    version,
    ...(release !== undefined && { release }),
    packages: [`postgresql-${version}`, `postgresql-client-${version}`, 'libpq5', 'tzdata', 'zstd'],
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
    ]
      .map((program) => `${folder}/bin/${program}`)
      .concat('/usr/bin/zstd'),
    files: [`${folder}/lib`, `/usr/share/postgresql/${version}`, '/usr/share/zoneinfo'],
    without: /llvmjit|bitcode|[/]zoneinfo[/](posix|right)[/]|[/]man[/]/,
    user: 'postgres',
    dataPath,
    port: 5432,
    env: { PATH: `${folder}/bin:/usr/bin`, PGDATA: pgdata },
    // With what the servers of Shipmate have.
    template: ['template', 'shipmate_admin', 'app'],
  };
}

export const recipes = {
  /** Version 17 or 18 where the environment asks for it, else Debian 12's. */
  postgresql: postgresql(process.env['SHIPMATE_TEST_POSTGRES_IMAGE'] ?? '15'),
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
    template: ['template'],
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

/** Packages that have them, and the libraries that modules of the name service need. */
export const commonPackages = `
  bash sed grep findutils tar gzip util-linux mawk coreutils libc6 libc-bin`
  .trim()
  .split(/\s+/);
