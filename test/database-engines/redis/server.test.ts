import { expect, it } from '@jest/globals';
import { server } from '../../../src/database-engines/redis/server.ts';
import { readSettings } from '../../../src/database-engines/settings.ts';
import { wantedServer } from '../../support/wanted-server.ts';

it('hands Redis its whole configuration as a secret', () => {
  const settings = readSettings(server.settings, [
    ['maxmemory', '64mb'],
    ['maxmemory_policy', 'allkeys-lru'],
    ['max_connections', '50'],
  ]);
  const container = server.container(wantedServer(server, { settings }));
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
  const cache = server.container(wantedServer(server, { persistent: false })).secretFiles['redis.conf'];
  expect(cache).toContain('appendonly no\nsave ""\n');
});
