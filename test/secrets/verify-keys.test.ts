import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { EnvVar } from '../../src/entities/env-var.ts';
import { Application } from '../../src/entities/application.ts';
import { UserError } from '../../src/errors.ts';
import { createCipher, keyId } from '../../src/secrets/aes-gcm.ts';
import { verifyKeys } from '../../src/secrets/verify-keys.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeGitSource } from '../support/factories.ts';

const key = randomBytes(32);
const cipher = createCipher([key]);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

describe('verifyKeys', () => {
  it('lets an empty database pass', async () => {
    await expect(verifyKeys(db.database, cipher)).resolves.toBeUndefined();
  });

  it('refuses another key on a database that holds no secret yet, also when both start at once', async () => {
    await using fresh = await createTestDatabase();
    const other = createCipher([randomBytes(32)]);
    const both = [cipher, other];
    const ends = await Promise.allSettled(both.map((one) => verifyKeys(fresh.database, one)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [first, second] = ends[0]?.status === 'fulfilled' ? both : both.toReversed();
    if (!first || !second) throw new Error('there are two');
    await expect(verifyKeys(fresh.database, first)).resolves.toBeUndefined();
    await expect(verifyKeys(fresh.database, second)).rejects.toThrow(
      new UserError(
        `Shipmate on this database uses another key (${first.keyId}); this one has ${second.keyId}. All that share a ` +
          'database need the same. Put that key into SHIPMATE_SECRET_KEY, after the new one if keys were rotated ' +
          '(`<new>,<old>`), or restore the key file in the data directory.',
      ),
    );
  });

  it('goes over to the first key of a list that has the stored one too, and back', async () => {
    await using fresh = await createTestDatabase();
    const [old, new_] = [randomBytes(32), randomBytes(32)];
    const start = (...keys: Buffer[]) => verifyKeys(fresh.database, createCipher(keys));
    await start(old);
    await expect(start(new_)).rejects.toThrow(keyId(old));
    await start(new_, old);
    await start(new_);
    await expect(start(old)).rejects.toThrow(keyId(new_));
    await start(old, new_);
    await start(old);
  });

  it('stores the id of the key alone', async () => {
    await using fresh = await createTestDatabase();
    await verifyKeys(fresh.database, cipher);
    const { rows } = await executeSql(fresh.database.asSystem(), 'select * from installation');
    expect(rows).toEqual([{ name: 'secret_key', value: keyId(key) }]);
  });

  it('refuses a key that did not encrypt what is stored, and takes it beside the right one', async () => {
    const application = await makeApplication(db.database);
    await makeGitSource(db.database, { application, webhookConfig: { secret: cipher.encrypt('s', 'any') } });
    await db.database.asSystem().transactional(async (em) => {
      const owner = em.getReference(Application, application.id);
      em.create(EnvVar, { application: owner, key: 'PLAIN', value: 'not.encrypted.at.all' });
      em.create(EnvVar, { application: owner, key: 'SECRET', value: cipher.encrypt('s', 'any'), isSecret: true });
    });
    const other = randomBytes(32);
    const refusal = verifyKeys(db.database, createCipher([other]));
    await expect(refusal).rejects.toBeInstanceOf(UserError);
    await expect(refusal).rejects.toThrow(`2 stored secrets were encrypted with another key (${keyId(key)})`);
    await expect(verifyKeys(db.database, createCipher([other, key]))).resolves.toBeUndefined();
    await executeSql(db.database.asSystem(), 'delete from git_sources');
    await expect(verifyKeys(db.database, createCipher([other]))).rejects.toThrow('1 stored secret was');
  });
});
