import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  crew = await makeCrew(deps, 'shop');
  const over = { name: 'api', project: crew.project, type: 'docker', sourceConfig: { image: 'nginx:1' } } as const;
  const application = await makeApplication(db.database, over);
  for (const image of ['app:1', 'app:2']) {
    const metadata = { image };
    await makeDeployment(db.database, { application, status: 'success', metadata, completedAt: new Date() });
  }
});
afterAll(() => db.close());

/** Begins anew every minute: always on. */
const always = 'freeze add shop "* * * * *" 2h --zone Europe/Berlin Black Friday';

async function withFreeze(work: (id: string) => Promise<void>): Promise<void> {
  const { data } = await crew.lea.type(always);
  const { id } = data as { id: string };
  await work(id.slice(0, 8));
  expect((await crew.lea.type(`freeze remove shop ${id.slice(0, 8)}`)).tone).toBe('success');
}

describe('in a freeze', () => {
  it('nobody deploys, and reads until when, why, and what can be done', () =>
    withFreeze(async () => {
      const told =
        /^`shop` is frozen until \d{4}-\d\d-\d\d \d\d:\d\d UTC \(\d{4}-\d\d-\d\d \d\d:\d\d Europe\/Berlin\): Black Friday\. Afterwards: `deploy shop\/api`\. An admin can override it: `deploy shop\/api --force`\. Rollbacks are allowed: `rollback shop\/api`\.$/;
      for (const person of [crew.ada, crew.lea, crew.owner]) {
        expect((await person.type('deploy shop/api')).text).toMatch(told);
      }
      expect((await crew.ada.type('redeploy shop/api --force')).text).toMatch(told);
    }));

  it('an admin can insist, and everyone may go back', () =>
    withFreeze(async () => {
      expect((await crew.lea.type('deploy shop/api --force')).tone).toBe('info');
      const sql = `select details -> 'overrode' as overrode from audit_logs order by id desc limit 1`;
      const { rows } = await executeSql(db.database.asSystem(), sql);
      expect(rows).toEqual([{ overrode: [expect.stringContaining('`shop` is frozen until')] }]);
      expect((await crew.ada.type('rollback shop/api')).tone).toBe('info');
    }));

  it('status says so', () =>
    withFreeze(async () => {
      const value = expect.stringMatching(/^until .* UTC \(.* Europe\/Berlin\): Black Friday$/);
      expect((await crew.viewer.type('status shop/api')).fields).toContainEqual({ name: 'Frozen', value });
    }));

  it('one of another time does not count', async () => {
    // Neither today nor tomorrow, whatever the zone.
    const other = new Date(Date.now() + 7 * 86_400_000);
    const starts = `0 0 ${other.getUTCDate()} ${other.getUTCMonth() + 1} *`;
    const { data, text } = await crew.lea.type(`freeze add shop "${starts}" 1h`);
    expect(text).toMatch(/is not deployed in this window, next at \d{4}-\d\d-\d\d 00:00 UTC\./);
    expect((await crew.ada.type('deploy shop/api')).tone).toBe('info');
    await crew.lea.type(`freeze remove shop ${(data as { id: string }).id}`);
  });
});

describe('freeze windows', () => {
  it('are listed for those who see the project', () =>
    withFreeze(async (id) => {
      const { table, tone } = await crew.viewer.type('freeze list');
      expect(tone).toBe('warning');
      expect(table?.rows).toEqual([
        [id, 'shop', '* * * * *', '2 h', 'Europe/Berlin', expect.stringMatching(/^now until/), 'Black Friday'],
      ]);
      expect((await crew.viewer.type('freeze list shop')).table?.rows).toHaveLength(1);
      expect((await crew.stranger.type('freeze list')).text).toBe('No freeze windows.');
      expect((await crew.stranger.type('freeze list shop')).text).toContain('There is no project `shop`.');
    }));

  it.each(['ada', 'viewer', 'stranger'] as const)('are not for %s to add or to remove', (who) =>
    withFreeze(async (id) => {
      expect((await crew[who].type(always)).tone).toBe('danger');
      expect((await crew[who].type(`freeze remove shop ${id}`)).tone).toBe('danger');
      expect((await crew.owner.type('freeze list')).table?.rows).toHaveLength(1);
    }),
  );

  it('can be added by an admin of the platform who is a member', async () => {
    const { data, tone } = await crew.eve.type(always);
    expect(tone).toBe('success');
    await crew.eve.type(`freeze remove shop ${(data as { id: string }).id}`);
  });

  it.each([
    ['freeze add shop "0 25 * * *" 1h', '`0 25 * * *` is not a cron expression for the start of a freeze.'],
    ['freeze add shop "0 16 * * FRI" 40d', '`40d` is not a duration from `1m` to `31d`'],
    ['freeze add shop "0 16 * * FRI" 1h --zone Mars', '`Mars` is not a time zone.'],
    ['freeze add nothing "0 16 * * FRI" 1h', 'There is no project `nothing`.'],
    ['freeze remove shop 00000000', '`shop` has no freeze window `00000000`.'],
    [`freeze add shop "0 16 * * FRI" 1h ${'x'.repeat(501)}`, 'the maximum is 500'],
  ])('%s is refused', async (line, sentence) => {
    expect(await crew.owner.type(line)).toMatchObject({ tone: 'danger', text: expect.stringContaining(sentence) });
  });
});

it('a project has at most 50 freezes', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 50; count += 1) {
    const { data } = await crew.lea.type('freeze add shop "0 0 1 1 *" 1h --zone UTC new year');
    ids.push((data as { id: string }).id.slice(0, 8));
  }
  expect((await crew.lea.type('freeze add shop "0 0 1 1 *" 1h --zone UTC new year')).text).toBe(
    '`shop` has 50 freezes. `freeze list shop` shows them: remove one first.',
  );
  for (const id of ids) await crew.lea.type(`freeze remove shop ${id}`);
});
