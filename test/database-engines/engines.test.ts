import { describe, expect, it } from '@jest/globals';
import { accountOf, type DatabaseEngine, type Server } from '../../src/database-engines/engine.ts';
import { engineOf } from '../../src/database-engines/index.ts';
import { isMariaDb } from '../../src/database-engines/mysql.ts';
import { readSettings } from '../../src/database-engines/settings.ts';
import { databaseTypes } from '../../src/entities/managed-database.ts';

const password = 'f00dfeed';

function server(engine: DatabaseEngine, over: Partial<Server> = {}): Server {
  const version = engine.defaultVersion;
  const account = { ...engine.owner, password };
  return { image: engine.image(version), version, account, settings: {}, persistent: true, ...over };
}

describe.each(databaseTypes)('the engine %s', (type) => {
  const engine = engineOf(type);

  it('keeps the password out of everything but the secret files', () => {
    const { secretFiles, ...open } = engine.container(server(engine));
    expect(JSON.stringify(open)).not.toContain(password);
    expect(secretFiles['password']).toBe(password);
  });

  it('is checked without a shell', () => {
    expect(engine.container(server(engine)).healthcheck.test[0]).toBe('CMD');
  });

  it('reads back the account from its connection string', () => {
    const account = { ...engine.owner, password };
    expect(accountOf(engine, engine.connectionUrl(account, 'shop-orders-1'))).toEqual(account);
    expect(new URL(engine.connectionUrl(account, 'shop-orders-1')).port).toBe(String(engine.port));
  });
});

it('starts PostgreSQL with what is configured', () => {
  const engine = engineOf('postgresql');
  const settings = readSettings(engine.settings, [
    ['max_connections', '100'],
    ['shared_buffers', '256 mb'],
  ]);
  expect(engine.container(server(engine, { settings }))).toMatchObject({
    env: { POSTGRES_USER: 'app', POSTGRES_DB: 'app', POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
    args: ['postgres', '-c', 'max_connections=100', '-c', 'shared_buffers=256MB'],
    dataPath: '/var/lib/postgresql/data',
    stopSignal: 'SIGINT',
  });
  expect(engine.container(server(engine, { version: '18.1' })).dataPath).toBe('/var/lib/postgresql');
});

it('starts MySQL and MariaDB with what is configured', () => {
  const engine = engineOf('mysql');
  const settings = readSettings(engine.settings, [['innodb_buffer_pool_size', '1G']]);
  const container = engine.container(server(engine, { settings }));
  expect(container).toMatchObject({
    env: { MYSQL_ROOT_PASSWORD_FILE: '/run/secrets/password', MYSQL_USER: 'app', MYSQL_DATABASE: 'app' },
    args: ['--innodb-buffer-pool-size=1G'],
  });
  expect(container.healthcheck.test).toContain('mysqladmin');
  expect(container.secretFiles['client.cnf']).toBe('[client]\nuser=app\npassword=f00dfeed\n');
  const mariadb = engine.container(server(engine, { image: 'mariadb:11', version: '11' }));
  expect(mariadb.healthcheck.test).toContain('mariadb-admin');
  expect(mariadb.env).toHaveProperty('MARIADB_AUTO_UPGRADE');
});

it.each([
  ['mariadb:11', true],
  ['registry.example.com:5000/library/mariadb@sha256:abc', true],
  ['shipmate-test-mariadb:1', true],
  ['mysql:8.4', false],
  ['example/mariadbless:1', false],
])('takes %s for MariaDB: %s', (image, expected) => {
  expect(isMariaDb(image)).toBe(expected);
});

it('starts MongoDB with what is configured', () => {
  const engine = engineOf('mongodb');
  const settings = readSettings(engine.settings, [
    ['max_connections', '200'],
    ['cache_size', '512MB'],
  ]);
  expect(engine.container(server(engine, { settings }))).toMatchObject({
    env: {
      MONGO_INITDB_ROOT_USERNAME: 'app',
      MONGO_INITDB_ROOT_PASSWORD_FILE: '/run/secrets/password',
      MONGO_INITDB_DATABASE: 'app',
    },
    args: ['mongod', '--maxConns', '200', '--wiredTigerCacheSizeGB', '0.5'],
    dataPath: '/data/db',
  });
  const url = engine.connectionUrl({ ...engine.owner, password }, 'db');
  expect(url).toBe('mongodb://app:f00dfeed@db:27017/app?authSource=admin');
});

it('hands Redis its whole configuration as a secret', () => {
  const engine = engineOf('redis');
  const settings = readSettings(engine.settings, [
    ['maxmemory', '64mb'],
    ['maxmemory_policy', 'allkeys-lru'],
    ['max_connections', '50'],
  ]);
  const container = engine.container(server(engine, { settings }));
  expect(container.env).toEqual({});
  expect(container.args).toEqual(['/run/secrets/redis.conf']);
  expect(container.secretFiles['redis.conf']?.split('\n')).toEqual(
    expect.arrayContaining([
      'requirepass f00dfeed',
      'appendonly yes',
      'maxmemory 64mb',
      'maxmemory-policy allkeys-lru',
      'maxclients 50',
    ]),
  );
  const cache = engine.container(server(engine, { persistent: false })).secretFiles['redis.conf'];
  expect(cache).toContain('appendonly no\nsave ""\n');
});

it('goes on with its data where the engine can', () => {
  expect(engineOf('postgresql').upgradeObstacle('17.2', '17.5')).toBeUndefined();
  expect(engineOf('postgresql').upgradeObstacle('17', '18')).toContain('cannot read the files of 17');
  expect(engineOf('mongodb').upgradeObstacle('6', '8')).toContain('next only');
  expect(engineOf('mongodb').upgradeObstacle('7.0', '8.0')).toBeUndefined();
});
