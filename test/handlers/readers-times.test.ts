import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import type { Reply } from '../../src/replies/reply.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import type { Origin } from '../../src/usecases/origin.ts';
import { type Crew, makeCrew } from '../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { linkIdentity, makePerson, type Person } from '../support/person.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let admin: Person;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  crew = await makeCrew(deps, 'shop');
  admin = await makePerson(deps, 'super_admin');
  const sourceConfig = { image: 'nginx:1' };
  await makeApplication(db.database, { name: 'api', project: crew.project, type: 'docker', sourceConfig });
  for (const [{ user }, account] of [
    [crew.ada, 'UADA'],
    [admin, 'UADMIN'],
  ] as const) {
    await linkIdentity(db.database, user, { platform: 'slack', workspace: 'T1', account });
  }
  await crew.ben.type('lock shop/api the migration runs');
});
afterAll(() => db.close());

/** What somebody reads in Slack, whose profile has the zone. */
function inSlack(account: string, line: string, zone: string | undefined): Promise<Reply> {
  const where = { platform: 'slack', workspace: 'T1', channel: 'C1', shared: true, account, accountName: 'x' } as const;
  const origin: Origin = { ...where, zone: async () => zone };
  return createDispatcher(deps, commands).dispatch({ line }, origin);
}

describe('times that a platform shows as they stand', () => {
  it('are the reader’s in tables: by the time zone of their account, else in UTC', async () => {
    const line = 'audit --action application.lock';
    const far = await inSlack('UADMIN', line, 'Asia/Kolkata');
    const utc = await inSlack('UADMIN', line, undefined);
    expect([far.table?.columns[0], utc.table?.columns[0]]).toEqual(['When (Asia/Kolkata)', 'When (UTC)']);
    const [shown = '', told = ''] = [far, utc].map(({ table }) => table?.rows[0]?.[0]);
    expect(new Date(`${shown}+05:30`)).toEqual(new Date(`${told}Z`));
    expect(told).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  it('leave the numbers, links and buttons of a table as they are', async () => {
    const [far, utc] = [
      await inSlack('UADMIN', 'schedule list', 'Asia/Kolkata'),
      await inSlack('UADMIN', 'schedule list', undefined),
    ];
    expect(far.table?.columns).not.toEqual(utc.table?.columns);
    expect(far.table?.actions?.length).toBeGreaterThan(0);
    expect(far.table?.actions).toEqual(utc.table?.actions);
  });

  it('are the reader’s everywhere on the console, also in refusals', async () => {
    await crew.ada.type('user timezone America/New_York');
    const refused = await crew.ada.type('deploy shop/api');
    expect(refused.text).toMatch(/^`shop\/api` is locked by .* since \d{4}-\d\d-\d\d \d\d:\d\d America\/New_York: /);
    const scheduled = await crew.ada.type('deploy shop/api 2 --at "tomorrow 06:00"');
    expect(scheduled.text).toMatch(/ will be deployed at \d{4}-\d\d-\d\d 06:00 America\/New_York\. /);
  });

  it('stay in UTC in the text of Slack, which shows it as each reader’s', async () => {
    const refused = await inSlack('UADA', 'deploy shop/api', 'Asia/Kolkata');
    expect(refused.text).toMatch(/^`shop\/api` is locked by .* since \d{4}-\d\d-\d\d \d\d:\d\d UTC: /);
  });
});
