import { expect, it } from '@jest/globals';
import { fakeDeps } from '../../support/fakes.ts';
import { createTestDatabase } from '../../support/database.ts';
import { listen } from './server.ts';

it('an idle connection is kept for longer than a proxy keeps it, so that no request meets its end', async () => {
  await using db = await createTestDatabase();
  const server = await listen(fakeDeps(db.database));
  const response = await fetch(`${server.url}/healthz`);
  expect([response.status, response.headers.get('keep-alive')]).toEqual([200, 'timeout=130']);
  await response.body?.cancel();
  await server.close();
});
