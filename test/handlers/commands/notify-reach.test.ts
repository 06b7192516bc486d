import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import type { Reach } from '../../../src/usecases/notifications/reach.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';

let db: TestDatabase;
let crew: Crew;
/** What the platform says of a channel, and which channels it was asked about. */
const answers: Record<string, Reach | Error> = {
  C0000OPEN: { state: 'open' },
  C0ARCHIVE: { state: 'refused', why: 'it is archived', step: 'Unarchive the channel, or choose another one.' },
  C000SCOPE: { state: 'unchecked', why: 'the Slack app lacks the scopes channels:read and groups:read' },
  C00BROKEN: new Error('ECONNREFUSED'),
};
const asked: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  const deps = fakeDeps(db.database);
  deps.reachChecks.set('slack', async (channel) => {
    asked.push(channel);
    const answer = answers[channel];
    if (!answer || answer instanceof Error) throw answer ?? new Error(channel);
    return answer;
  });
  crew = await makeCrew(deps, 'shop');
});
afterAll(() => db.close());

const routes = (channel: string) => db.database.asSystem().count(NotificationRoute, { channel });

it('keeps a route to a channel in which Shipmate may write', async () => {
  const { text } = await crew.lea.type('notify add shop failed slack:C0000OPEN');
  expect(text).toBe('slack C0000OPEN is notified about `shop/*`: failed.');
});

it('refuses one in which it may not, with the step', async () => {
  const { text, tone } = await crew.lea.type('notify add shop failed slack:C0ARCHIVE');
  expect([tone, text]).toEqual([
    'danger',
    'I may not write in slack C0ARCHIVE: it is archived. Unarchive the channel, or choose another one.',
  ]);
  expect(await routes('C0ARCHIVE')).toBe(0);
});

it.each([
  ['slack:C000SCOPE', 'the Slack app lacks the scopes channels:read and groups:read'],
  ['slack:C00BROKEN', 'slack does not answer'],
  ['discord:300000000000000001', 'this Shipmate is not set up for discord'],
])('keeps one to %s and says that it was not checked', async (channel, why) => {
  const { text, tone } = await crew.lea.type(`notify add shop failed ${channel}`);
  expect([tone, text]).toEqual([
    'success',
    `${channel.replace(':', ' ')} is notified about \`shop/*\`: failed.\nWhether I may write there is not checked: ${why}.`,
  ]);
  expect(await routes(channel.split(':')[1] ?? '')).toBe(1);
});

it('asks the platform for nobody who may not add the route, and not twice for the same', async () => {
  asked.length = 0;
  expect((await crew.stranger.type('notify add shop failed slack:C0SECRET0')).tone).toBe('danger');
  expect((await crew.lea.type('notify add shop failed slack:C0000OPEN')).text).toContain('already has');
  expect(asked).toEqual([]);
});
