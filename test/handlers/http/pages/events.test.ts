import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../../../src/entities/deployment.ts';
import type { Database } from '../../../../src/database/database.ts';
import { executeSql } from '../../../../src/database/database.ts';
import { createFeed } from '../../../../src/handlers/http/pages/feed.ts';
import { deploymentChannel } from '../../../../src/usecases/deployments/deployment-state.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { until } from '../../../support/until.ts';
import { listen as listenTo } from './event-stream.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
beforeAll(async () => {
  stage = await makePageStage();
});
afterAll(() => stage.close());

const listen = (path: string, headers?: Record<string, string>) => listenTo(stage.url + path, headers);
const eventsOf = (deployment: Deployment) => stage.link(deployment).replace('?', '/events?');

describe('GET /deployments/:id/events', () => {
  it('joins in the middle, goes on as lines come, tells the state, and ends with the deployment', async () => {
    const deployment = await stage.deploy({ status: 'building' });
    await stage.write(deployment, ['one', 'two', 'three']);
    await using whole = await listen(eventsOf(deployment));
    await until('three lines', () => whole.lines().length === 3);
    const [log] = whole.events.filter(({ event }) => event === 'log');
    await using middle = await listen(eventsOf(deployment), { 'last-event-id': String(Number(log?.id) - 1) });
    await stage.write(deployment, ['four']);
    await until('the fourth line', () => middle.lines().includes('four') && whole.lines().includes('four'));
    expect(middle.lines()).toEqual(['three', 'four']);
    await stage.change(deployment, { metadata: { progress: { phase: 'rolling_out', healthy: 1, desired: 2 } } });
    await until('the state', () => whole.events.some(({ data }) => data.html?.includes('1/2 tasks healthy')));
    await stage.write(deployment, ['last']);
    await stage.change(deployment, { status: 'success', finished: true });
    await until('the end', () => whole.ended() && middle.ended());
    expect(whole.lines()).toEqual(['one', 'two', 'three', 'four', 'last']);
    expect(whole.events.at(-1)?.event).toBe('end');
    expect(whole.events.findLast(({ event }) => event === 'state')?.data.title).toMatch(/^success/);
  });

  it('sends a long log in parts', async () => {
    const deployment = await stage.deploy();
    await stage.write(
      deployment,
      Array.from({ length: 2_500 }, (_, at) => `line ${at}`),
    );
    await using listening = await listen(eventsOf(deployment));
    await until('all lines', () => listening.lines().length === 2_500);
    expect(listening.events.filter(({ event }) => event === 'log').map(({ data }) => data.count)).toEqual([
      1_000, 1_000, 500,
    ]);
  });

  it('ends for somebody who may not see it any more', async () => {
    const deployment = await stage.deploy();
    const cookie = `shipmate=${sessionOf(stage.deps, stage.ada.user)}`;
    await using listening = await listen(`/deployments/${deployment.id}/events`, { cookie });
    await until('the state', () => listening.events.length > 0);
    const system = stage.deps.database.asSystem();
    await executeSql(
      system,
      'insert into users (id, username, email, preferences) values (gen_random_uuid(), $1, $2, $3)',
      ['grace', 'grace@example.test', '{"sso": "test"}'],
    );
    await executeSql(system, `update projects set owner_id = (select id from users where username = 'grace')`);
    await stage.write(deployment, ['not for them']);
    await until('the end', () => listening.ended());
    expect(listening.lines()).toEqual([]);
  });

  it('ends when Shipmate stops, and goes on from where it was with the next one', async () => {
    const deployment = await stage.deploy();
    await stage.write(deployment, ['before']);
    await using listening = await listen(eventsOf(deployment));
    await until('the line', () => listening.lines().includes('before'));
    await stage.restart();
    await until('the end', () => listening.ended());
    const id = listening.events.findLast((event) => event.id !== undefined)?.id ?? '';
    await stage.write(deployment, ['after']);
    await using again = await listen(eventsOf(deployment), { 'last-event-id': id });
    await until('the next line', () => again.lines().length > 0);
    expect(again.lines()).toEqual(['after']);
  });

  it('holds no connection of the pool while nothing happens', async () => {
    const deployment = await stage.deploy();
    const streams = await Promise.all(Array.from({ length: 30 }, () => listen(eventsOf(deployment))));
    try {
      await until('all states', () => streams.every(({ events }) => events.length > 0));
      await until('the pool at rest', async () => {
        const { rows } = await executeSql<{ busy: number }>(
          stage.deps.database.asSystem(),
          `select count(*)::int as busy from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
        );
        return rows[0]?.busy === 0;
      });
      await stage.write(deployment, ['to everyone']);
      await until('the line everywhere', () => streams.every((stream) => stream.lines().includes('to everyone')));
    } finally {
      await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
    }
  });
});

describe('the feed', () => {
  it('listens once for all who watch, and not at all when nobody does', async () => {
    const listeners = new Set<(id: string) => void>();
    let opened = 0;
    const listen: Database['listen'] = async (channel, listener) => {
      expect(channel).toBe(deploymentChannel);
      opened += 1;
      listeners.add(listener);
      return async () => void listeners.delete(listener);
    };
    const feed = createFeed({ database: { ...stage.deps.database, listen }, logger: stage.deps.logger });
    const woken: string[] = [];
    const stops = ['a', 'b', 'b'].map((id) => feed.watch(id, () => woken.push(id)));
    for (const listener of listeners) listener('b');
    expect(woken).toEqual(['b', 'b']);
    for (const stop of [...stops, ...stops]) stop();
    await until('nobody listens', () => listeners.size === 0);
    feed.watch('c', () => woken.push('c'))();
    await until('nobody listens again', () => listeners.size === 0);
    expect(opened).toBe(2);
  });

  it('wakes whoever watches although NOTIFY does not come', async () => {
    const database = { ...stage.deps.database, listen: () => Promise.reject(new Error('no connection')) };
    const feed = createFeed({ database, logger: stage.deps.logger });
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = feed.watch('a', () => resolve());
    await promise;
    stop();
  });
});
