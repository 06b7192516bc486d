import type pg from 'pg';
import type { Leases } from '../../src/database/lease.ts';
import type { DeploymentMetadata } from '../../src/entities/deployment-metadata.ts';
import { type DeploymentStatus, deploymentStatuses } from '../../src/entities/deployment.ts';
import { deploymentReply } from '../../src/replies/deployment-reply.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { everyLine } from './every-line.ts';
import { createTestDatabase, onDatabase } from './database.ts';
import { makeApplication, makeProject } from './factories.ts';
import { fakeDeps, fakeGit, fakeSwarm, testConfig } from './fakes.ts';
import { fakeCheckout } from './fake-checkout.ts';
import { folder } from './swarm-fixture.ts';
import { oncePerRun } from './once-per-run.ts';
import { makePerson } from './person.ts';
import { serviceName } from '../../src/swarm/names.ts';

/**
 * What people may write where nothing forbids it: pings, markup of both platforms, fences, the direction of writing, and
 * what terminals obey: links, titles, colours, the cursor.
 */
export const hostile =
  '`code` ```\nfence``` @everyone @here <!channel> <!here|x> <@U024BE7LH> <#C024BE7LR> &lt; *b* **b** _i_ ~s~ ' +
  '\u001B]8;;https://evil.example\u0007here\u001B]8;;\u0007 \u001B]0;title\u001B\\ \u001B[2J\u001B[1A \u009B31m \u0007 ' +
  '[x](https://evil.example) <https://evil.example|bank> > quote # head \u202Etxet\u202C مرحبا 👩‍👩‍👧‍👦';

const many = { projects: 100, applicationsEach: 100 };
/** Nobody else is there to hold one. */
const leases: Leases = {
  tryAcquire: async () => ({ lost: new AbortController().signal, release: async () => undefined }),
  isHeld: async () => false,
  close: async () => undefined,
};

const commit = 'c0ffee0000000000000000000000000000000000';

/** Every reply that the commands give where everything is as large and as hostile as PostgreSQL lets it be. */
export function everyReply(): Promise<{ line: string; reply: Reply }[]> {
  return oncePerRun('every-reply', makeEveryReply);
}

async function makeEveryReply(): Promise<{ line: string; reply: Reply }[]> {
  await using db = await createTestDatabase();
  const fake = fakeSwarm();
  await using data = await folder();
  const git = {
    ...fakeGit({ main: commit, HEAD: commit }),
    checkout: fakeCheckout(() => ({ Procfile: `web: ${hostile}\n` })),
  };
  const config = { ...testConfig, dataDir: data.path };
  const deps = fakeDeps(db.database, { swarm: fake.swarm, git, leases, config });
  const root = await makePerson(deps, 'super_admin');
  await makePerson(deps, 'developer');
  const project = await makeProject(db.database, { name: 'shop', owner: root.user, description: hostile });
  const api = await makeApplication(db.database, {
    name: 'api',
    project,
    sourceConfig: { clone_url: 'https://github.com/acme/api.git', repository: 'acme/api' },
  });
  fake.running(serviceName('shop', 'api', api.id));
  await onDatabase(db.url, (client) => fill(client, { owner: root.user.id, application: api.id }));
  const replies: { line: string; reply: Reply }[] = [];
  for (const { line, secrets } of everyLine) replies.push({ line, reply: await root.type(line, secrets) });
  return [...replies, ...deploymentStatuses.map((status) => liveMessage(status))];
}

/** Names as long as the columns are, and hostile where no check holds them to letters. */
async function fill(client: pg.Client, { owner, application }: { owner: string; application: string }): Promise<void> {
  await client.query(
    `insert into projects (id, name, owner_id, description)
     select gen_random_uuid(), left('p' || n || '-' || repeat('x', 100), 100), $1, $2 from generate_series(1, $3::int) n`,
    [owner, hostile, many.projects],
  );
  await client.query(
    `insert into applications (id, project_id, name, type, source_type)
     select gen_random_uuid(), p.id, left('a' || n || '-' || $2 || repeat('y', 255), 255), 'docker', 'docker'
     from projects p, generate_series(1, $1::int) n where p.name like 'p%'`,
    [many.applicationsEach, hostile],
  );
  await client.query(
    `insert into task_metrics (application_id, seconds, at, service, slot, node_id, samples, cpu_seconds,
       measured_seconds, memory_bytes, memory_peak_bytes, memory_limit_bytes, received_bytes, sent_bytes, restarts)
     select $1, 60, now() - make_interval(mins => n), left(s || $2, 63), 1, 'n', 1, 6e9, 60, 9e15, 9e15, 9e15, 9e15, 9e15, 2e9
     from generate_series(0, 100) n, generate_series(1, 15) s`,
    [application, hostile],
  );
  await client.query('refresh materialized view application_stats');
  await client.query(
    `insert into deployments (id, application_id, status, commit_sha, metadata, completed_at, triggered_by)
     select gen_random_uuid(), $1, case n % 3 when 0 then 'failed' else 'success' end, $2,
            $3::jsonb || jsonb_build_object('image', 'image:' || n), now(), $4
     from generate_series(1, 600) n`,
    [application, commit, JSON.stringify(metadata), owner],
  );
  await client.query(
    `insert into deployment_logs (deployment_id, level, message)
     select d.id, 'info', n || ' ' || $2 from (select id from deployments where application_id = $1
     order by started_at desc limit 1) d, generate_series(1, 5000) n`,
    [application, hostile.repeat(3)],
  );
  await client.query(
    `insert into job_runs (job, key, status, result, finished_at)
     select 'refresh-application-stats', 'k' || n, 'failed', $1, now() from generate_series(1, 100) n`,
    [hostile.repeat(5)],
  );
  await client.query('update applications set env_vars = $2 where id = $1', [
    application,
    JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`KEY_${at}`, hostile.repeat(5)]))),
  ]);
}

const metadata: DeploymentMetadata = {
  trigger: 'push',
  ref: hostile,
  commit_title: hostile.repeat(3).slice(0, 200),
  commit_author: hostile,
  requested_by: hostile,
  error: hostile.repeat(20),
  durations: { queue: 1, clone: 2, build: 3, push: 4, roll_out: 5 },
  duration_seconds: 15,
};

function liveMessage(status: DeploymentStatus): { line: string; reply: Reply } {
  const reply = deploymentReply({
    application: `shop/${'y'.repeat(255)}`,
    deployment: { id: '7b0f5a52-43c5-4d8b-93bd-0f6cbb2b4b0e', status, commitSha: commit, metadata },
    page: `https://ship.example.com/deployments/7b0f5a52?signature=${'s'.repeat(43)}`,
    url: 'https://api.example.com',
    canGoBack: true,
    lastLines: Array.from({ length: 12 }, () => hostile.repeat(10)),
  });
  return { line: `the live message, ${status}`, reply };
}
