import { spawn } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { executeSql } from '../../../src/database/database.ts';
import { measureDeployments } from '../../../src/handlers/http/deployment-times.ts';
import { measureLoopDelay } from '../../../src/handlers/http/loop-delay.ts';
import { unpackPackages } from '../../../src/host/debian-packages.ts';
import { labelKeys } from '../../../src/swarm/labels.ts';
import { createRunCounts } from '../../../src/usecases/jobs/run-counts.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { freePort } from '../../../scripts/support/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { consoleOrigin, fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';
import { listen } from './server.ts';

let test: TestDatabase;
let exposition: string;
beforeAll(async () => {
  test = await createTestDatabase();
  const em = test.database.asSystem();
  const project = await makeProject(test.database, { name: 'shop' });
  const application = await makeApplication(test.database, { name: 'api', project, status: 'running', replicas: 2 });
  await makeApplication(test.database, { name: 'down', project, status: 'failed', replicas: 3 });
  await makeApplication(test.database, { name: 'off', project, status: 'stopped' });
  await makeDeployment(test.database, { application, status: 'pending', startedAt: new Date(Date.now() - 90_000) });
  await executeSql(
    em,
    `with d as (insert into databases (id, project_id, name, type, version, status, connection_string)
       values (gen_random_uuid(), $1, 'main', 'redis', '7', 'running', 'v1.x.x.x.x') returning id)
     insert into backups (id, database_id, type, status, completed_at, verified_at)
       select gen_random_uuid(), d.id, 'full', 'success', to_timestamp(at), case when at = 1000 then now() end
       from d, unnest(array[1000, 2000]) as at`,
    [project.id],
  );
  await executeSql(
    em,
    `insert into task_metrics (application_id, seconds, at, service, slot, node_id, samples, cpu_seconds,
       measured_seconds, memory_bytes, memory_peak_bytes, memory_limit_bytes, received_bytes, sent_bytes, restarts)
     values ($1, 60, now(), '', 1, 'n1', 1, 15, 60, 1000, 1000, 4000, 600, 1200, 0)`,
    [application.id],
  );
  await executeSql(
    em,
    `insert into incidents (id, kind, application_id, subject, replicas, running) values
       (gen_random_uuid(), 'memory', $1, null, 0, 0), (gen_random_uuid(), 'disk', null, 'h1/data', 0, 0)`,
    [application.id],
  );
  const { swarm } = fakeSwarm();
  const service = {
    image: 'x',
    version: 1,
    replicas: 2,
    running: 1,
    labels: { [labelKeys.application]: application.id },
  };
  swarm.list = async () => [{ ...service, name: 'shop-api' }];
  const runs = createRunCounts();
  runs.add({ job: 'tidy', status: 'failed', seconds: 1 });
  const times = measureDeployments();
  times.ended({ application: 'shop/api', status: 'rolled_back', durations: { build: 12.5, roll_out: 3 } });
  const loopDelay = measureLoopDelay();
  const chats = [{ platform: 'slack', problem: () => 'the token was revoked' }];
  const server = await listen(fakeDeps(test.database, { swarm }), chats, { runs, times, loopDelay });
  try {
    await fetch(`${server.url}/webhooks/github`, { method: 'POST', body: '{}' });
    exposition = await (await fetch(`${server.url}/metrics`)).text();
  } finally {
    loopDelay.stop();
    await server.close();
  }
});
afterAll(() => test.close());

async function promtool(args: string[], input = ''): Promise<{ code: number | null; said: string }> {
  const root = await unpackPackages(['prometheus'], resolve('node_modules/.cache/shipmate/packages/prometheus'));
  const child = spawn(join(root, 'usr/bin/promtool'), args);
  child.stdin.end(input);
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, said: out + err };
}

describe('the metrics', () => {
  it.each([
    ['tasks that should run and that do', 'shipmate_application_tasks{application="shop/api",state="desired"} 2'],
    ['tasks that should run and that do', 'shipmate_application_tasks{application="shop/api",state="running"} 1'],
    ['a failed application without a service', 'shipmate_application_tasks{application="shop/down",state="desired"} 3'],
    ['a stopped one', 'shipmate_application_tasks{application="shop/off",state="desired"} 0'],
    ['the newest backup', 'shipmate_database_backup_timestamp_seconds{database="shop/main",kind="success"} 2000'],
    ['the verified one', 'shipmate_database_backup_timestamp_seconds{database="shop/main",kind="verified"} 1000'],
    ['what answers', 'shipmate_component_up{component="database"} 1'],
    ['what does not', 'shipmate_component_up{component="slack"} 0'],
    ['an incident of an application', 'shipmate_incidents{kind="memory",subject="shop/api"} 1'],
    ['one of a disk', 'shipmate_incidents{kind="disk",subject="h1/data"} 1'],
    ['processors of tasks', 'shipmate_task_cpu_cores{application="shop/api",service="",slot="1",node="n1"} 0.25'],
    ['memory of tasks', 'shipmate_task_memory_bytes{application="shop/api",service="",slot="1",node="n1"} 1000'],
    ['its limit', 'shipmate_task_memory_limit_bytes{application="shop/api",service="",slot="1",node="n1"} 4000'],
    [
      'what tasks receive',
      'shipmate_task_network_receive_bytes_per_second{application="shop/api",service="",slot="1",node="n1"} 10',
    ],
    [
      'what they send',
      'shipmate_task_network_transmit_bytes_per_second{application="shop/api",service="",slot="1",node="n1"} 20',
    ],
    ['outcomes', 'shipmate_deployments_ended_total{application="shop/api",outcome="rolled_back"} 1'],
    ['the time of steps', 'shipmate_deployment_step_duration_seconds_sum{step="build"} 12.5'],
  ])('have %s', (_what, line) => expect(exposition).toContain(line));

  it('have how long a deployment has waited', () => {
    const [, seconds] = /^shipmate_queue_oldest_wait_seconds (\S+)$/m.exec(exposition) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(90);
  });

  it('are as Prometheus wants them', async () => {
    const { code, said } = await promtool(['check', 'metrics'], exposition);
    // prom-client's own metrics of Node.js are not as promtool wants them.
    expect(said.split('\n').filter((line) => line.startsWith('shipmate_'))).toEqual([]);
    expect([0, 3]).toContain(code);
  });
});

describe('what is in monitoring/', () => {
  const expressionsOf = async () => {
    const { groups } = parse(await readFile('monitoring/alerts.yaml', 'utf8')) as {
      groups: { rules: { expr: string }[] }[];
    };
    const board = JSON.parse(await readFile('monitoring/grafana-dashboard.json', 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    return [
      ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
      ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
  };

  it('is understood by Prometheus', async () => {
    expect(await promtool(['check', 'rules', 'monitoring/alerts.yaml'])).toMatchObject({ code: 0 });
    await using folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-rules-'));
    const file = join(folder.path, 'board.json');
    const rules = (await expressionsOf()).map((expr, at) => ({ record: `board:${at}`, expr }));
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ groups: [{ name: 'board', rules }] }));
    expect(await promtool(['check', 'rules', file])).toMatchObject({ code: 0 });
  });

  it('asks only for metrics that there are', async () => {
    const names = new Set([...exposition.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const asked = (await expressionsOf()).flatMap((expr) => expr.match(/\b(shipmate|process)_\w+/g) ?? []);
    const unknown = asked.filter((name) => !names.has(name) && !names.has(name.replace(/_bucket$/, '')));
    expect(asked.length).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
  });

  it('warns when it should, and only then', async () => {
    const files = ['alerts', 'backup-alerts'].map((name) => `test/fixtures/monitoring/${name}.test.yaml`);
    expect(await promtool(['test', 'rules', ...files])).toMatchObject({ code: 0 });
  });
});

describe('who may read them', () => {
  it('is this machine, or anybody’s token', async () => {
    const deps = fakeDeps(test.database);
    const { user } = await makePerson(deps, 'viewer');
    const token = await createToken(deps, { user, name: 'prometheus', origin: consoleOrigin() });
    const server = await listen(deps);
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/metrics`, { headers })).status;
    try {
      expect(await status({})).toBe(200);
      expect(await status({ 'x-forwarded-for': '203.0.113.9' })).toBe(401);
      expect(await status({ 'x-forwarded-for': '203.0.113.9', authorization: `Bearer ${token}` })).toBe(200);
      expect(await status({ authorization: 'Bearer shp_no' })).toBe(401);
    } finally {
      await server.close();
    }
  });

  it('is whoever reaches their own address, where nothing else is', async () => {
    const port = await freePort();
    const { config, ...others } = fakeDeps(test.database);
    const deps = { ...others, config: { ...config, metricsAddress: { host: '127.0.0.1', port } } };
    const own = await listen(deps, [], {}, port);
    const main = await listen(deps);
    try {
      const status = async (url: string) => (await fetch(url, { headers: { via: '1.1 proxy' } })).status;
      expect(await status(`${own.url}/metrics`)).toBe(200);
      expect(await status(`${own.url}/healthz`)).toBe(200);
      expect(await status(`${own.url}/sign-in`)).toBe(404);
      expect(await status(`${main.url}/metrics`)).toBe(404);
      expect(await status(`${main.url}/sign-in`)).toBe(200);
    } finally {
      await own.close();
      await main.close();
    }
  });
});
