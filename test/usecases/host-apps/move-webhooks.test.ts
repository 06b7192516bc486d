import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { moveAppWebhooks } from '../../../src/usecases/host-apps/move-app-webhooks.ts';
import { makeRoute } from '../../support/factories.ts';
import type { KeptApp } from '../../support/forge/app-host-types.ts';
import { appDelivery, openAppStage } from './stage.ts';

const never = new AbortController().signal;
const next = 'https://next.example';

let stage: Awaited<ReturnType<typeof openAppStage>>;
let app: KeptApp;
let before: string;
beforeAll(async () => {
  stage = await openAppStage();
  ({ app } = await stage.createApp());
  before = app.hookUrl;
  await makeRoute(stage.database.database, { events: ['behind'] });
});
afterAll(() => stage.close());
beforeEach(async () => {
  Object.assign(stage.host, { log: [], answer: undefined, hasHookConfig: true });
  app.hookUrl = before;
  const em = stage.database.database.asSystem();
  await executeSql(em, 'update host_apps set hook_url = $1', [before]);
  await executeSql(em, 'delete from notifications');
});

/** After a start with another public URL. */
const movedTo = (publicUrl: string): Deps => ({ ...stage.deps, config: { ...stage.deps.config, publicUrl } });

async function told(): Promise<unknown[]> {
  const { rows } = await executeSql<{ payload: unknown }>(
    stage.database.database.asSystem(),
    'select payload from notifications',
  );
  return rows.map(({ payload }) => payload);
}

const stored = async () =>
  (await stage.database.database.asSystem().findOneOrFail(HostApp, { slug: app.slug })).hookUrl;

describe('the webhook of an app', () => {
  it('is asked for nothing while the public URL stays', async () => {
    await moveAppWebhooks(stage.deps, never);
    expect(stage.host.log).toEqual([]);
  });

  it('follows the public URL, once, and says so', async () => {
    await moveAppWebhooks(movedTo(next), never);
    await moveAppWebhooks(movedTo(next), never);
    const after = `${next}/webhooks/github`;
    expect([app.hookUrl, await stored()]).toEqual([after, after]);
    expect(stage.host.log).toEqual(['GET /app/hook/config', 'PATCH /app/hook/config']);
    expect(await told()).toEqual([{ kind: 'app-webhook', app: app.slug, before, after }]);
    const ping = appDelivery(app, 'ping', { zen: 'Keep it simple.', hook_id: 1 });
    expect((await stage.send('github', ping)).status).toBe(200);
  });

  it('that somebody pointed elsewhere stays, and `github app show` says so', async () => {
    app.hookUrl = 'https://relay.example/shipmate';
    await moveAppWebhooks(movedTo(next), never);
    expect([app.hookUrl, await told()]).toEqual(['https://relay.example/shipmate', []]);
    const { text, tone } = await stage.root.type(`github app show ${app.slug}`);
    expect([tone, text]).toEqual([
      'warning',
      expect.stringContaining(
        `Its webhook leads to https://relay.example/shipmate, not to ${before}: no push arrives.`,
      ),
    ]);
  });

  it('of an app from before is noted where it is right', async () => {
    await executeSql(stage.database.database.asSystem(), 'update host_apps set hook_url = null');
    await moveAppWebhooks(stage.deps, never);
    expect([await stored(), stage.host.log, await told()]).toEqual([before, ['GET /app/hook/config'], []]);
  });

  it.each(['http://127.0.0.1:8080', 'https://ship.internal'])(
    'does not follow to %s, where a host on the internet cannot reach it',
    async (publicUrl) => {
      const em = stage.database.database.asSystem();
      const [row] = await em.find(HostApp, { slug: app.slug });
      await executeSql(em, `update host_apps set server = 'https://github.com' where id = $1`, [row?.id]);
      await moveAppWebhooks(movedTo(publicUrl), never);
      await executeSql(em, 'update host_apps set server = $2 where id = $1', [row?.id, stage.host.url]);
      expect([app.hookUrl, stage.host.log]).toEqual([before, []]);
    },
  );

  it('is left alone by a server that is too old or does not answer', async () => {
    stage.host.hasHookConfig = false;
    await moveAppWebhooks(movedTo(next), never);
    stage.host.answer = { status: 502, body: { message: 'Bad gateway' } };
    await moveAppWebhooks(movedTo(next), never);
    stage.host.answer = undefined;
    expect([app.hookUrl, await stored(), await told()]).toEqual([before, before, []]);
    expect((await stage.root.type(`github app show ${app.slug}`)).text ?? '').not.toContain('Its webhook leads');
  });
});
