import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createNotifier } from '../../../src/bots/notifier.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import type { Digest } from '../../../src/entities/digest.ts';
import { sendDigests } from '../../../src/usecases/digests/send-digests.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { recordingBot } from '../../support/recording-bot.ts';
import { until } from '../../support/until.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
beforeAll(async () => {
  db = await createTestDatabase();
  const leases = {
    tryAcquire: async () => ({ lost: new AbortController().signal, release: async () => undefined }),
    isHeld: async () => false,
    close: async () => undefined,
  };
  deps = fakeDeps(db.database, { leases });
  crew = await makeCrew(deps, 'shop');
  const mine = await makeApplication(db.database, { name: 'api', project: crew.project });
  const foreign = await makeApplication(db.database, { name: 'api' });
  for (const application of [mine, mine, foreign]) {
    await makeDeployment(db.database, { application, status: 'success', completedAt: new Date() });
  }
});
afterAll(() => db.close());

describe('digest now', () => {
  it('tells everyone what they see, and nobody anything else', async () => {
    const ended = async (person: Crew['viewer']) => ((await person.type('digest now')).data as Digest).measures.ended;
    expect(await ended(crew.viewer)).toBe(2);
    expect(await ended(crew.stranger)).toBe(0);
    expect((await crew.stranger.type('digest now shop')).text).toContain('There is no project `shop`.');
  });

  it('tells of one project, of so many days', async () => {
    const reply = await crew.viewer.type('digest now shop --days 1 --zone Europe/Berlin');
    expect(reply).toMatchObject({ title: 'Digest of shop/*', data: { zone: 'Europe/Berlin', disks: [] } });
    const { from, to } = reply.data as Digest;
    expect(new Date(to).getTime() - new Date(from).getTime()).toBe(86_400_000);
    expect((await crew.viewer.type('digest now --zone Mars')).text).toContain('`Mars` is not a time zone.');
  });
});

describe('a route for digests', () => {
  it('says when the first one comes', async () => {
    const line = 'notify add shop digest slack:C0123ABCD --digest daily@08:30 --zone Europe/Berlin';
    const reply = await crew.owner.type(line);
    expect(reply.text).toMatch(
      /^The first digest comes at \d{4}-\d\d-\d\d 0[67]:30 UTC \(\d{4}-\d\d-\d\d 08:30 Europe\/Berlin\)\.$/m,
    );
    expect(reply.data).toMatchObject({ digest: 'daily@08:30', events: ['digest'] });
    expect((await crew.viewer.type('notify list')).table?.rows[0]?.at(-1)).toBe('daily@08:30 Europe/Berlin');
  });

  it('gets one a week unless it says otherwise, and none without asking', async () => {
    expect((await crew.owner.type('notify add shop all slack:C0456EFGH')).data).toMatchObject({
      digest: 'weekly@mon@09:00',
    });
    expect((await crew.owner.type('notify add shop failed slack:C0789IJKL')).data).toMatchObject({ digest: null });
  });

  it.each([
    ['notify add shop digest slack:C0999ZZZZ --digest hourly', '`hourly` is not a digest schedule.'],
    ['notify add shop failed slack:C0999ZZZZ --digest daily', 'add `digest` to the events too'],
  ])('refuses `%s`', async (line, sentence) => {
    expect((await crew.owner.type(line)).text).toContain(sentence);
  });

  it('is delivered with its picture by the bot of its platform', async () => {
    const em = db.database.asSystem();
    await em.nativeUpdate(NotificationRoute, { channel: 'C0123ABCD' }, { digestDueAt: new Date(Date.now() - 1_000) });
    expect(await sendDigests(deps, new Date(), new AbortController().signal)).toBe(1);
    const bot = recordingBot();
    const pictures: unknown[] = [];
    const post = bot.post.bind(bot);
    const notifier = createNotifier(deps, [
      {
        ...bot,
        post: (channel, reply) => (pictures.push([channel, reply.title, reply.picture?.alt]), post(channel, reply)),
      },
    ]);
    await notifier.start();
    await until('it is delivered', () => pictures.length > 0);
    await notifier.stop();
    expect(pictures).toEqual([['C0123ABCD', 'Digest of shop/*', expect.stringMatching(/^Deployments a day, /)]]);
  });
});
