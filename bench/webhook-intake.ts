import { type ChildProcess, fork } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { freePort } from '../scripts/support/free-port.ts';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createCipher } from '../src/secrets/aes-gcm.ts';
import { gitSourceIdentity } from '../src/usecases/applications/application-environment.ts';
import { makeApplication, makeGitSource, makeProject } from '../test/support/factories.ts';
import { benchPostgres } from './support/database.ts';
import { median, round } from './support/table.ts';

const secret = 'bench-secret-of-the-webhook';
const applications = 50;
const seconds = 3;
const rounds = 3;
const connectionCounts = [1, 10, 32];

export interface IntakeRow {
  connections: number;
  /** Accepted deliveries a second. */
  shipmate: number;
  bare: number;
  ratio: number;
  /** Milliseconds. */
  shipmateP50: number;
  shipmateP99: number;
  bareP99: number;
}

interface Receiver {
  child: ChildProcess;
  port: number;
}

/** Accepted webhooks a second, beside a server that only verifies the signature and does one INSERT. */
export async function benchWebhookIntake(): Promise<IntakeRow[]> {
  await using postgres = await benchPostgres();
  const key = randomBytes(32);
  await migrate(postgres.url);
  const repositories = await seed(postgres.url, key);
  const shipmate = await start('intake-shipmate.ts', { DATABASE_URL: postgres.url, KEY: key.toString('base64') });
  const bare = await start('intake-bare.ts', { DATABASE_URL: postgres.url, SECRET: secret });
  try {
    await measure(shipmate, repositories, 10);
    await measure(bare, repositories, 10);
    const rows: IntakeRow[] = [];
    for (const connections of connectionCounts) {
      const ours = [];
      const theirs = [];
      for (let turn = 0; turn < rounds; turn += 1) {
        ours.push(await measure(shipmate, repositories, connections));
        theirs.push(await measure(bare, repositories, connections));
      }
      rows.push(compare(connections, ours, theirs));
    }
    return rows;
  } finally {
    await Promise.all([stop(shipmate), stop(bare)]);
  }
}

async function seed(url: string, key: Buffer): Promise<string[]> {
  const database = await connectDatabase(url);
  const cipher = createCipher([key]);
  const repositories: string[] = [];
  const project = await makeProject(database);
  for (let index = 0; index < applications; index += 1) {
    const repository = `bench/repository-${index}`;
    const application = await makeApplication(database, { project });
    const id = randomUUID();
    const webhookConfig = { secret: cipher.encrypt(secret, gitSourceIdentity({ id }, 'secret')) };
    await makeGitSource(database, { id, application, repository, webhookConfig });
    repositories.push(repository);
  }
  await database.close();
  return repositories;
}

async function start(program: string, env: Record<string, string>): Promise<Receiver> {
  const port = await freePort();
  const path = new URL(`./support/${program}`, import.meta.url).pathname;
  const child = fork(path, { env: { ...process.env, ...env, PORT: String(port) } });
  await once(child, 'message');
  return { child, port };
}

async function stop({ child }: Receiver): Promise<void> {
  child.kill();
  await once(child, 'exit');
}

interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Every delivery has an id, a commit and a signature of its own. */
async function measure({ port }: Receiver, repositories: string[], connections: number): Promise<Measured> {
  let sent = 0;
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/webhooks/github`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, ...delivery(repositories[sent++ % repositories.length] ?? '') }),
      },
    ],
  });
  const accepted = result.statusCodeStats?.['202']?.count ?? 0;
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} errors`);
  return { perSecond: accepted / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}

function delivery(repository: string) {
  const after = randomBytes(20).toString('hex');
  const commit = { id: after, message: 'Change', author: { name: 'Ada' }, added: [], removed: [], modified: ['a.ts'] };
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    before: 'a'.repeat(40),
    after,
    deleted: false,
    forced: false,
    repository: { full_name: repository },
    pusher: { name: 'ada' },
    head_commit: commit,
    commits: [commit],
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}

function compare(connections: number, ours: Measured[], theirs: Measured[]): IntakeRow {
  const of = (measured: Measured[], key: keyof Measured) => round(median(measured.map((one) => one[key])), 1);
  const shipmate = of(ours, 'perSecond');
  const bare = of(theirs, 'perSecond');
  return {
    connections,
    shipmate,
    bare,
    ratio: round(shipmate / bare),
    shipmateP50: of(ours, 'p50'),
    shipmateP99: of(ours, 'p99'),
    bareP99: of(theirs, 'p99'),
  };
}

if (import.meta.main) console.table(await benchWebhookIntake());
