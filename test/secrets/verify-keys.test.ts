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
