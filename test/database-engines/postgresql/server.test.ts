import { expect, it } from '@jest/globals';
import { server } from '../../../src/database-engines/postgresql/server.ts';
import { readSettings } from '../../../src/database-engines/settings.ts';
import { wantedServer } from '../../support/wanted-server.ts';

it('starts PostgreSQL with what is configured', () => {
  const settings = readSettings(server.settings, [
    ['max_connections', '100'],
    ['shared_buffers', '256 mb'],
  ]);
  expect(server.container(wantedServer(server, { settings }))).toMatchObject({
    env: { POSTGRES_USER: 'app', POSTGRES_DB: 'app', POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
    args: ['postgres', '-c', 'max_connections=100', '-c', 'shared_buffers=256MB'],
    dataPath: '/var/lib/postgresql/data',
    stopSignal: 'SIGINT',
  });
  expect(server.container(wantedServer(server, { version: '18.1' })).dataPath).toBe('/var/lib/postgresql');
});

it('goes on with its data between minor versions only', () => {
  expect(server.upgradeObstacle('17.2', '17.5')).toBeUndefined();
  expect(server.upgradeObstacle('17', '18')).toContain('cannot read the files of 17');
});
