import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { renderReply } from '../../../src/bots/slack/render.ts';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { labelKeys } from '../../../src/swarm/labels.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { validateSlackMessage } from '../../support/slack/validate.ts';

const mebibyte = 2 ** 20;

let db: TestDatabase;
let crew: Crew;
let api: Application;
let stack: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  const { swarm } = fakeSwarm();
  const deps = fakeDeps(db.database, { swarm });
  crew = await makeCrew(deps, 'shop');
  api = await makeApplication(db.database, { name: 'api', project: crew.project });
  stack = await makeApplication(db.database, { name: 'stack', project: crew.project, type: 'compose' });
  await makeApplication(db.database, { name: 'new', project: crew.project });
  const labels = { [labelKeys.application]: stack.id };
  swarm.list = async () => [{ name: 'shop-stack-web', image: 'x', version: 1, replicas: 1, running: 1, labels }];
  swarm.nodesOf = async () => ['n2'];
  await executeSql(
    db.database.asSystem(),
    `insert into swarm_nodes (id, hostname, role, address, availability) values ('n2', 'two', 'worker', 'a', 'active')`,
  );
});
// Before each, since what is two minutes old is no longer what is used now.
beforeEach(async () => {
  await executeSql(db.database.asSystem(), 'delete from task_metrics');
  await measured(api, '', { cpu: 15, memory: 462, limit: 512, restarts: 2 });
  await measured(stack, 'web', { cpu: 90, memory: 64 });
  await measured(stack, 'worker', { cpu: 0.6, memory: 32 });
});
afterAll(() => db.close());

/** A minute of one task that is just over, and the one before it. */
async function measured(
  application: Application,
  service: string,
  { cpu, limit, memory, restarts = 0 }: { cpu: number; memory: number; limit?: number; restarts?: number },
): Promise<void> {
  await executeSql(
    db.database.asSystem(),
    `insert into task_metrics (application_id, seconds, at, service, slot, node_id, samples, cpu_seconds,
       measured_seconds, memory_bytes, memory_peak_bytes, memory_limit_bytes, received_bytes, sent_bytes, restarts)
     select $1, 60, date_trunc('minute', now()) - make_interval(mins => ago), $2, 1, 'n1', 1, $3 / (ago + 1.0), 60,
       $4::bigint, $4::bigint, $5, 61440, 6144, case when ago = 0 then $6::int else 0 end
     from generate_series(0, 1) as ago`,
    [application.id, service, cpu, memory * mebibyte, limit === undefined ? null : limit * mebibyte, restarts],
  );
}

describe('metrics', () => {
  it('draws what an application uses, in a picture and in words', async () => {
    const reply = await crew.viewer.type('metrics shop/api --since 5m');
    expect(reply).toMatchObject({
      tone: 'warning',
      title: 'Metrics of shop/api',
      text: 'Covers 5 min in steps of 1 min.',
    });
    expect(reply.fields).toEqual([
      { name: 'CPU', value: expect.stringMatching(/^·+▅█·? 0\.25 cores now, 0\.25 cores at most$/) },
      {
        name: 'Memory',
        value: expect.stringMatching(/^·+██·? 462 MiB now, 462 MiB at most, limit 512 MiB, fullest task 90 %$/),
      },
      { name: 'Network', value: '1 KiB/s in, 102 B/s out' },
      { name: 'Restarts', value: '2' },
    ]);
    expect(reply.picture?.alt).toBe('CPU and memory over 5 min');
    expect(
      Buffer.from(reply.picture?.png ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it.each(['5m', '1h', '1d', '14d'])('over %s has two charts that Slack takes', async (since) => {
    const reply = await crew.viewer.type(`metrics shop/stack --since ${since}`);
    const message = renderReply(reply, new Set());
    expect(validateSlackMessage(message)).toEqual([]);
    const kinds = message.blocks.map(({ type }) => type as string);
    expect(kinds.filter((kind) => kind === 'data_visualization')).toHaveLength(2);
    expect(reply.charts?.map(({ series, title }) => [title, series.map(({ name }) => name)])).toEqual([
      ['CPU', ['web', 'worker']],
      ['Memory', ['web', 'worker']],
    ]);
  });

  it('has the same as data', async () => {
    const { data } = await crew.viewer.type('metrics shop/api --since 1h');
    expect(data).toMatchObject({
      application: 'shop/api',
      stepSeconds: 60,
      unmeasuredNodes: [],
      services: [
        {
          service: null,
          points: [
            { cpuCores: 0.125, tasks: 1, memoryBytes: 462 * mebibyte, memoryLimitBytes: 512 * mebibyte, restarts: 0 },
            { cpuCores: 0.25, receivedPerSecond: 1_024, sentPerSecond: 102.4, restarts: 2 },
          ],
          tasks: [{ slot: 1, node: 'n1', cpuCores: 0.25 }],
        },
      ],
    });
  });

  it('tells the services of a stack apart, and the nodes that are not measured', async () => {
    const { fields, text } = await crew.viewer.type('metrics shop/stack --since 1h');
    expect(text).toBe(
      'Covers 1 h in steps of 1 min.\n' +
        'Without the tasks on node two: only the node of the Docker Engine that Shipmate uses is measured.',
    );
    expect(fields?.map(({ name }) => name)).toEqual(['web', 'worker']);
    expect(fields?.[0]?.value).toMatch(
      /^CPU ·+.* 1\.5 cores now, 1\.5 cores at most\nMemory .* 64 MiB at most\nNetwork /,
    );
    const only = await crew.viewer.type('metrics shop/stack --service worker');
    expect(only.fields?.map(({ name }) => name)).toEqual(['worker']);
    expect((await crew.viewer.type('metrics shop/stack --service wrk')).text).toContain('There is `web` and `worker`.');
    expect((await crew.viewer.type('metrics shop/api --service web')).text).toContain('Leave out `--service`.');
  });

  it('says when there is nothing, and refuses what is not kept', async () => {
    const reply = await crew.viewer.type('metrics shop/new');
    expect(reply.text).toBe('Nothing was measured within 1 d. Running tasks are measured every minute.');
    expect(reply.picture).toBeUndefined();
    expect((await crew.viewer.type('metrics shop/api --since 15d')).text).toContain('`--since 14d` at most');
    expect((await crew.stranger.type('metrics shop/api')).text).toContain('There is no application');
  });
});
