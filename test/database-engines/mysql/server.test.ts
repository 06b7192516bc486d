import { expect, it } from '@jest/globals';
import { isMariaDb, server } from '../../../src/database-engines/mysql/server.ts';
import { readSettings } from '../../../src/database-engines/settings.ts';
import { wantedServer } from '../../support/wanted-server.ts';

it('starts MySQL and MariaDB with what is configured', () => {
  const settings = readSettings(server.settings, [['innodb_buffer_pool_size', '1G']]);
  const container = server.container(wantedServer(server, { settings }));
  expect(container).toMatchObject({
    env: { MYSQL_ROOT_PASSWORD_FILE: '/run/secrets/root-password', MYSQL_USER: 'app', MYSQL_DATABASE: 'app' },
    args: ['--innodb-buffer-pool-size=1G'],
  });
  expect(container.healthcheck.test).toContain('mysqladmin');
  expect(container.secretFiles['client.cnf']).toBe('[client]\nuser=app\npassword=f00dfeed\n');
  const mariadb = server.container(wantedServer(server, { image: 'mariadb:11', version: '11' }));
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
