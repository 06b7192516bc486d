import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { labelKeys } from '../../../src/swarm/labels.ts';
import type { ServiceStatus } from '../../../src/swarm/swarm.ts';
import { requireOwnServices } from '../../../src/usecases/self-backup/require-own-services.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication } from '../../support/factories.ts';

const own = randomUUID();
const restoredFrom = randomUUID();
let db: TestDatabase;
let application: string;

beforeAll(async () => {
  db = await createTestDatabase();
  application = (await makeApplication(db.database)).id;
});
afterAll(() => db.close());

function services(...labels: Record<string, string>[]) {
  const list = labels.map((one, at): ServiceStatus => ({
    name: `shop_${at}`,
    image: '',
    version: 1,
    replicas: 1,
    running: 1,
    labels: one,
  }));
  return { list: async () => list };
}

describe('a Shipmate that was restored from a backup', () => {
  it.each([
    ['an earlier version', {}],
    ['the one that the backup is of', { [labelKeys.installation]: restoredFrom }],
  ])('refuses to start where services of %s run', async (_whose, label) => {
    const swarm = services({ [labelKeys.application]: application, ...label });
    const checked = requireOwnServices({ id: own, restoredFrom }, db.database, swarm);
    await expect(checked).rejects.toThrow(UserError);
    await expect(checked).rejects.toThrow(
      /services of the one that the backup is of: `shop_0`\. .*restore-self --adopt/,
    );
  });

  it('starts beside its own services and those of others', async () => {
    const swarm = services(
      { [labelKeys.application]: application, [labelKeys.installation]: own },
      { [labelKeys.application]: randomUUID(), [labelKeys.installation]: randomUUID() },
      {},
    );
    await requireOwnServices({ id: own, restoredFrom }, db.database, swarm);
  });

  it('serves the services that run once it has taken the place of the other', async () => {
    const swarm = services({ [labelKeys.application]: application });
    await requireOwnServices({ id: restoredFrom, restoredFrom: undefined }, db.database, swarm);
  });

  it('does not start while Docker cannot tell', async () => {
    const list = () => Promise.reject(new Error('no answer'));
    await expect(requireOwnServices({ id: own, restoredFrom }, db.database, { list })).rejects.toThrow('no answer');
  });
});
