import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../scripts/support/free-port.ts';
import { connectDatabase } from '../src/database/connect.ts';
import type { Database } from '../src/database/database.ts';
import { executeSql } from '../src/database/database.ts';
import { migrate } from '../src/database/migrate.ts';
import type { Deployment } from '../src/entities/deployment.ts';
import { createCipher } from '../src/secrets/aes-gcm.ts';
import { deploymentPageUrl } from '../src/usecases/deployments/deployment-page-url.ts';
import { deploymentChannel } from '../src/usecases/deployments/deployment-state.ts';
import { makeDeployment } from '../test/support/factories.ts';
import { fakeDeps } from '../test/support/fakes.ts';
import { benchPostgres } from './support/database.ts';
import { round } from './support/table.ts';

/** Lines per second of the log. */
const perSecond = 10;
const seconds = 10;

export interface ViewersRow {
  viewers: number;
  /** Resident memory beyond that without viewers, megabytes. */
  megabytes: number;
  /** While nothing happens: statements per second, and the share of a core. */
  idleStatements: number;
  idleCpu: number;
  /** While ten lines are written per second. */
  liveStatements: number;
  liveCpu: number;
  /** Milliseconds from the write of a line until a viewer has it. */
  p50: number;
  p99: number;
}

interface Figures {
  megabytes: number;
  statementsPerSecond: number;
  cpu: number;
}

/** Browsers that watch one live log, over real connections. `BENCH_VIEWERS` sets the largest number (5,000). */
export async function benchViewers(): Promise<ViewersRow[]> {
  const most = Number(process.env['BENCH_VIEWERS'] ?? 5_000);
  await using postgres = await benchPostgres();
  await migrate(postgres.url);
  const database = await connectDatabase(postgres.url);
  try {
    const rows: ViewersRow[] = [];
    for (const viewers of [1, most]) rows.push(await measure(database, postgres.url, viewers));
    return rows;
  } finally {
    await database.close();
  }
}

async function measure(database: Database, databaseUrl: string, viewers: number): Promise<ViewersRow> {
  const key = randomBytes(32);
  const port = await freePort();
  const env = { ...process.env, DATABASE_URL: databaseUrl, KEY: key.toString('base64'), PORT: String(port) };
  const server = fork(new URL('support/pages-shipmate.ts', import.meta.url), {
    env,
    execArgv: ['--expose-gc', '--max-semi-space-size=2'],
  });
  const deployment = await makeDeployment(database, { status: 'building' });
  const deps = fakeDeps(database);
  const config = { ...deps.config, publicUrl: `http://127.0.0.1:${port}` };
  const url = deploymentPageUrl({ cipher: createCipher([key]), config }, deployment).replace('?', '/events?');
  const browsers: ChildProcess[] = [];
  try {
    await once(server, 'message');
    await (await fetch(url)).body?.cancel();
    const before = await figures(server);
    for (let left = viewers; left > 0; left -= 2_500) browsers.push(browse(url, Math.min(left, 2_500)));
    for (const one of browsers) await once(one, 'message');
    await figures(server);
    await delay(seconds * 1_000);
    const idle = await figures(server);
    await chatter(database, deployment);
    const live = await figures(server);
    const waits = (await Promise.all(browsers.map((one) => ask<number[]>(one)))).flat().sort((a, b) => a - b);
    const expected = viewers * perSecond * seconds;
    if (waits.length !== expected) throw new Error(`${waits.length} of ${expected} lines arrived`);
    return {
      viewers,
      megabytes: round(Math.max(idle.megabytes, live.megabytes) - before.megabytes, 1),
      idleStatements: round(idle.statementsPerSecond, 1),
      idleCpu: round(idle.cpu),
      liveStatements: round(live.statementsPerSecond, 1),
      liveCpu: round(live.cpu),
      p50: waits[Math.floor(waits.length / 2)] ?? Number.NaN,
      p99: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN,
    };
  } finally {
    for (const one of [...browsers, server]) one.kill('SIGKILL');
  }
}

function browse(url: string, count: number): ChildProcess {
  return fork(new URL('support/page-viewers.ts', import.meta.url), [url, String(count)]);
}

async function figures(server: ChildProcess): Promise<Figures> {
  return ask<Figures>(server);
}

async function ask<T>(child: ChildProcess): Promise<T> {
  const answer = once(child, 'message');
  child.send('figures');
  return (await answer)[0] as T;
}

async function chatter(database: Database, { id }: Deployment): Promise<void> {
  for (let line = 0; line < perSecond * seconds; line += 1) {
    await database.asSystem().transactional(async (em) => {
      const insert = `insert into deployment_logs (deployment_id, level, message) values ($1, 'info', $2)`;
      await executeSql(em, insert, [id, `at ${Date.now()}`]);
      await database.notify(em, deploymentChannel, id);
    });
    await delay(1_000 / perSecond);
  }
  await delay(2_000);
}

if (import.meta.main) {
  console.table(await benchViewers());
  process.exit(0);
}
