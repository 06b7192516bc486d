import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { makeApplication } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let db: TestDatabase;
let crew: Crew;
let root: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  const deps = fakeDeps(db.database);
  deps.reachChecks.set('slack', async () => ({ state: 'open' }));
  crew = await makeCrew(deps, 'shop');
  root = await makePerson(deps, 'super_admin');
  await makeApplication(db.database, { name: 'api', project: crew.project });
});
afterAll(() => db.close());

describe('notify add', () => {
  it('lets admins of the project notify a channel', async () => {
    const reply = await crew.lea.type(
      'notify add shop failed,rolled-back slack:C0123ABCD --quiet 22:00-7:00 --zone Europe/Berlin',
    );
    expect(reply).toMatchObject({
      tone: 'success',
      text: 'slack C0123ABCD is notified about `shop/*`: failed, rolled-back.',
      data: { pattern: 'shop/*', quiet: '22:00-07:00', zone: 'Europe/Berlin', severity: 'info' },
    });
  });

  it('means this console by `here`, and every deployment by `deployments`', async () => {
    const { data } = await crew.owner.type('notify add shop/api deployments');
    expect(data).toMatchObject({
      platform: 'console',
      channel: 'console',
      events: ['started', 'succeeded', 'failed', 'rolled-back', 'approval'],
    });
  });

  it.each([
    ['<#C0456EFGH|ops>', { platform: 'slack', channel: 'C0456EFGH' }],
    ['<#123456789012345678>', { platform: 'discord', channel: '123456789012345678' }],
  ])('takes the channel %s as the platform writes it', async (channel, expected) => {
    const { data } = await crew.owner.type(`notify add shop digest "${channel}"`);
    expect(data).toMatchObject(expected);
  });

  it.each([
    ['notify add shop failed #ops', '`#ops` is not a channel. Write `here` in the channel itself'],
    ['notify add shop fail', '`fail` is not one of `started`'],
    ['notify add shop faild', 'Did you mean `failed`?'],
    ['notify add sh%op failed', '`sh%op` is not a pattern.'],
    ['notify add nothing failed', 'There is no project `nothing`.'],
    ['notify add shop failed --quiet night', '`night` is not a quiet-hours range.'],
    ['notify add shop failed --zone Mars', '`Mars` is not a time zone.'],
    ['notify add shop failed slack:C0123ABCD', 'That channel already has a notification route for `shop/*`.'],
  ])('refuses `%s`', async (line, sentence) => {
    const reply = await crew.owner.type(line);
    expect(reply.tone).toBe('danger');
    expect(reply.text).toContain(sentence);
  });

  it('needs an admin of the project, and a super_admin across projects', async () => {
    expect((await crew.ada.type('notify add shop failed')).text).toContain(
      'needs the role `admin` in the team of `shop`',
    );
    expect((await crew.eve.type('notify add * failed')).text).toContain('needs the role `super_admin`');
    expect((await root.type('notify add * failed slack:C0999ZZZZ')).tone).toBe('success');
  });
});

describe('notify list and remove', () => {
  it('show and remove the routes of projects that the person sees', async () => {
    const seen = (await crew.viewer.type('notify list')).data as { id: string; pattern: string }[];
    expect(seen.map(({ pattern }) => pattern)).toContain('shop/*');
    expect(seen.map(({ pattern }) => pattern)).not.toContain('*/*');
    expect((await crew.stranger.type('notify list')).data).toEqual([]);
    const [route] = seen;
    expect((await crew.ada.type(`notify remove ${route?.id}`)).tone).toBe('danger');
    expect((await crew.lea.type(`notify remove ${route?.id.slice(0, 8)}`)).tone).toBe('success');
    expect((await crew.lea.type(`notify remove ${route?.id}`)).text).toContain('There is no notification route');
  });
});
