import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { ConflictError, UsageError } from '../../src/errors.ts';
import { constraintSentences, refusalOf } from '../../src/handlers/constraint-sentences.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';
import { makeTeam, makeUser } from '../support/factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** Checks, uniques and foreign keys of the tables, and what triggers refuse. */
async function constraints(): Promise<string[]> {
  return onDatabase(db.url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select distinct conname as name from pg_constraint c join pg_class t on t.oid = conrelid
       where connamespace = 'public'::regnamespace and contype in ('c', 'u', 'f') and not t.relispartition
         and relname <> 'shipmate_migrations'
       union select indexrelid::regclass::text from pg_index i join pg_class t on t.oid = i.indexrelid
       where indisunique and not indisprimary and relnamespace = 'public'::regnamespace and not t.relispartition
         and relname not like '%_pkey'
       union select tgname from pg_trigger join pg_proc p on p.oid = tgfoid
       where not tgisinternal and prosrc like '%constraint = %'`,
    );
    return rows.map(({ name }) => name).sort();
  });
}

async function refused(sql: string, values: unknown[] = []): Promise<unknown> {
  return executeSql(db.database.asSystem(), sql, values).then(
    () => undefined,
    (error: unknown) => refusalOf(error),
  );
}

describe('what PostgreSQL refuses', () => {
  it('has a sentence for every constraint there is, and for no other', async () => {
    expect(Object.keys(constraintSentences).sort()).toEqual(await constraints());
  });

  it.each(Object.entries(constraintSentences))('%s is told without a word of PostgreSQL', (constraint, sentence) => {
    expect(sentence).toMatch(/^[A-Z`].*[.]$/);
    expect(sentence).not.toMatch(/constraint|relation|violat|column|null value|duplicate key/i);
    expect(sentence).not.toContain(constraint);
  });

  it('becomes that sentence, for the ORM’s statements as for our own', async () => {
    const user = await makeUser(db.database);
    const again = makeUser(db.database, { username: user.username });
    const error = await again.catch((reason: unknown) => refusalOf(reason));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ message: constraintSentences['users_username_unique'] });
    await makeTeam(db.database, [[user, 'owner']]);
    expect(await refused('delete from team_members')).toMatchObject({ message: constraintSentences['team_has_owner'] });
  });

  it('of what cannot be stored at all says so', async () => {
    const sql = 'update users set username = $1';
    expect(await refused(sql, ['a'.repeat(300)])).toBeInstanceOf(UsageError);
    expect(await refused(sql, ['a\0b'])).toBeInstanceOf(UsageError);
    expect(await refused('select 99999999999::int')).toBeInstanceOf(UsageError);
  });

  it('leaves bugs and outages alone', async () => {
    expect(await refused('select nothing from nowhere')).toBeUndefined();
    expect(refusalOf(new Error('socket hang up'))).toBeUndefined();
    expect(refusalOf({ code: '23505', constraint: 'of_another_table' })).toBeUndefined();
  });
});
