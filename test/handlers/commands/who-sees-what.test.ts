import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let db: TestDatabase;
let crew: Crew;
/** In no team. */
let outsider: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  const deps = fakeDeps(db.database);
  crew = await makeCrew(deps, 'shop');
  outsider = await makePerson(deps, 'developer');
  await executeSql(
    db.database.asSystem(),
    `insert into disks (id, host, name, path, size_bytes, free_bytes, used_percent)
     values (gen_random_uuid(), 'h', 'data', '/data', 100, 50, 50)`,
  );
});
afterAll(() => db.close());

/** E-mail addresses that `user list` and `user show` tell the person about somebody. */
async function emailsOf(somebody: Person, asker: Person): Promise<unknown[]> {
  const { username } = somebody.user;
  const listed = (await asker.type('user list')).data as { username: string; email: string | null }[];
  const shown = (await asker.type(`user show ${username}`)).data as { email: string | null };
  return [listed.find((one) => one.username === username)?.email, shown.email];
}

describe('an e-mail address', () => {
  it('is seen by oneself, by those of one’s teams and by platform admins', async () => {
    const { email } = crew.ada.user;
    for (const asker of [crew.ada, crew.viewer, crew.stranger]) {
      expect(await emailsOf(crew.ada, asker)).toEqual([email, email]);
    }
  });

  it('is not seen by anybody else', async () => {
    expect(await emailsOf(crew.ada, outsider)).toEqual([null, null]);
    const said = [await outsider.type('user list'), await outsider.type(`user show ${crew.ada.user.username}`)];
    expect(JSON.stringify(said)).not.toContain(crew.ada.user.email);
  });
});

describe('the hosts', () => {
  it('are in `digest now` for platform admins alone', async () => {
    expect((await crew.stranger.type('digest now')).data).toMatchObject({ disks: [{ host: 'h', name: 'data' }] });
    for (const asker of [crew.owner, outsider]) {
      expect((await asker.type('digest now')).data).toMatchObject({ disks: [], lostNodes: [] });
    }
  });

  it('are in `node list` for platform admins alone', async () => {
    expect((await crew.stranger.type('node list')).tone).toBe('info');
    for (const asker of [crew.owner, outsider]) {
      expect((await asker.type('node list')).text).toContain('`node list` needs the role `admin`');
    }
  });
});
