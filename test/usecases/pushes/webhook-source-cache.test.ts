import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createWebhookSourceCache,
  type WebhookSourceCache,
} from '../../../src/usecases/pushes/webhook-source-cache.ts';
import { onDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { type IntakeStage, openIntakeStage } from './intake-stage.ts';

let stage: IntakeStage;
let cache: WebhookSourceCache;
beforeAll(async () => {
  stage = await openIntakeStage();
});
beforeEach(() => {
  cache = createWebhookSourceCache(stage.deps);
});
afterAll(() => stage.close());

type Connected = Awaited<ReturnType<IntakeStage['connect']>>;

async function read({ repository }: Connected): Promise<{ secrets: (string | undefined)[]; asked: boolean }> {
  const before = stage.counts.statements;
  const sources = await cache.read('github', [repository.toUpperCase()]);
  return { secrets: sources.map((source) => source.secret()), asked: stage.counts.statements > before };
}

/** Until it is answered from memory. */
async function remembered(connected: Connected): Promise<void> {
  await until('the cache', async () => !(await read(connected)).asked);
}

describe('the cache of webhook sources', () => {
  it('answers from memory once it hears of changes', async () => {
    const app = await stage.connect();
    expect(await read(app)).toEqual({ secrets: [app.secret], asked: true });
    await remembered(app);
    expect(await read(app)).toEqual({ secrets: [app.secret], asked: false });
  });

  it.each<[string, string]>([
    ['the secret changes', `update git_sources set webhook_config = '{}' where application_id = $1`],
    ['the repository changes', `update git_sources set repository = 'acme/other' where application_id = $1`],
    ['the source is removed', 'delete from git_sources where application_id = $1'],
    ['the application is archived', 'update applications set deleted_at = now() where id = $1'],
  ])('forgets when %s', async (_what, change) => {
    const app = await stage.connect();
    await remembered(app);
    await stage.sql(change, [app.id]);
    await until('the change', async () => (await read(app)).secrets[0] !== app.secret);
  });

  it('forgets when another application of the repository is added, or its project is renamed', async () => {
    const app = await stage.connect();
    await remembered(app);
    const second = await stage.connect({ repository: app.repository });
    await until('the second', async () => (await read(app)).secrets.includes(second.secret));
    await remembered(app);
    await stage.sql(`update projects set name = 'renamed' where id = $1`, [app.project]);
    await until('the name', async () =>
      (await cache.read('github', [app.repository])).some(({ project }) => project.name === 'renamed'),
    );
  });

  it('keeps what a deployment changes', async () => {
    const app = await stage.connect();
    await remembered(app);
    await stage.sql(`update git_sources set commit_sha = repeat('1', 40) where application_id = $1`, [app.id]);
    await stage.sql(`update applications set status = 'running' where id = $1`, [app.id]);
    // A notification that comes after those two, had they sent one.
    let heard = false;
    await stage.deps.database.listen('test', () => (heard = true));
    await stage.sql(`select pg_notify('test', '')`);
    await until('the notification', () => heard);
    expect((await read(app)).asked).toBe(false);
  });

  it('remembers nothing while the connection that hears of changes is lost, and nothing from before', async () => {
    const app = await stage.connect();
    await remembered(app);
    await onDatabase(stage.url, async (client) => {
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'shipmate-listen' and datname = current_database()`,
      );
      await client.query(`update git_sources set webhook_config = '{}' where application_id = $1`, [app.id]);
    });
    await until('the change', async () => (await read(app)).secrets[0] === undefined);
    await remembered(app);
  });
});
