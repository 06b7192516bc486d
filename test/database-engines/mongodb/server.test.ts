import { expect, it } from '@jest/globals';
import { server } from '../../../src/database-engines/mongodb/server.ts';
import { readSettings } from '../../../src/database-engines/settings.ts';
import { password, wantedServer } from '../../support/wanted-server.ts';

it('starts MongoDB with what is configured', () => {
  const settings = readSettings(server.settings, [
    ['max_connections', '200'],
    ['cache_size', '512MB'],
  ]);
  expect(server.container(wantedServer(server, { settings }))).toMatchObject({
    env: {
      MONGO_INITDB_ROOT_USERNAME: 'app',
      MONGO_INITDB_ROOT_PASSWORD_FILE: '/run/secrets/password',
      MONGO_INITDB_DATABASE: 'app',
    },
    args: ['mongod', '--maxConns', '200', '--wiredTigerCacheSizeGB', '0.5'],
    dataPath: '/data/db',
  });
  const url = server.connectionUrl({ ...server.owner, password }, 'db');
  expect(url).toBe('mongodb://app:f00dfeed@db:27017/app?authSource=admin');
});

it('goes on with its data to the next major version only', () => {
  expect(server.upgradeObstacle('6', '8')).toContain('one major version at a time');
  expect(server.upgradeObstacle('7.0', '8.0')).toBeUndefined();
});
