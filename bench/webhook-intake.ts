import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createCipher } from '../src/secrets/aes-gcm.ts';
import { gitSourceIdentity } from '../src/usecases/applications/application-environment.ts';
import { makeApplication, makeGitSource, makeProject } from '../test/support/factories.ts';
import { cpuSeconds, parentOf } from './support/cpu-time.ts';
import { benchPostgres } from './support/database.ts';
import { type Load, secret, sendPushes } from './support/intake-load.ts';
import { type Receiver, startReceivers } from './support/intake-servers.ts';
import { median, round } from './support/table.ts';

const applications = 50;
const seconds = 3;
/** Shipmate and the bare server take turns; the others are measured once. */
const rounds = 3;
const connectionCounts = [1, 10, 32];
const peerConnections = 10;

export interface IntakeRow {
  server: string;
  connections: number;
  /** Accepted deliveries a second, and beside the bare server. */
  perSecond: number;
  ratio: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** CPU time of the server and PostgreSQL for each delivery, microseconds, and beside the bare server. */
  cpuUs: number;
  cpuRatio: number;
}

interface Measured extends Load {
  cpuUs: number;
}

type Measure = (receiver: Receiver, connections: number) => Promise<Measured>;

/** Accepted webhooks a second, beside a server that only verifies the signature and does one INSERT, and beside peers. */
export async function benchWebhookIntake(): Promise<IntakeRow[]> {
  await using postgres = await benchPostgres();
  await using stack = new AsyncDisposableStack();
  const key = randomBytes(32);
  await migrate(postgres.url);
  const repositories = await seed(postgres.url, key);
  const postmaster = await postmasterOf(postgres.url);
  const [shipmate, bare, ...peers] = await startReceivers(postgres.url, key, stack);
  if (!shipmate || !bare) throw new Error('no server');
  const measure: Measure = async ({ pid, port }, connections) => {
    const before = await cpuSeconds([pid, postmaster]);
    const load = await sendPushes(port, repositories, { connections, seconds });
    return { ...load, cpuUs: (1e6 * ((await cpuSeconds([pid, postmaster])) - before)) / load.accepted };
  };
  for (const receiver of [shipmate, bare]) await measure(receiver, 10);
  const rows: IntakeRow[] = [];
  let beside: IntakeRow | undefined;
  for (const connections of connectionCounts) {
    const [ours, theirs] = await takeTurns(measure, [shipmate, bare], connections);
    const bareRow = rowOf(bare, connections, theirs);
    rows.push(rowOf(shipmate, connections, ours, bareRow), bareRow);
    if (connections === peerConnections) beside = bareRow;
  }
  for (const peer of peers) {
    await measure(peer, peerConnections);
    rows.push(rowOf(peer, peerConnections, [await measure(peer, peerConnections)], beside));
  }
  return rows;
}

async function takeTurns(measure: Measure, [one, other]: [Receiver, Receiver], connections: number) {
  const taken: [Measured[], Measured[]] = [[], []];
  for (let turn = 0; turn < rounds; turn += 1) {
    taken[0].push(await measure(one, connections));
    taken[1].push(await measure(other, connections));
  }
  return taken;
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

/** The process whose children are the server's backends. */
async function postmasterOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = await parentOf(rows[0]?.pid ?? 0);
  await client.end();
  return postmaster;
}

function rowOf({ name }: Receiver, connections: number, measured: Measured[], beside?: IntakeRow): IntakeRow {
  const of = (key: keyof Measured) => round(median(measured.map((one) => one[key])), 1);
  const [perSecond, cpuUs] = [of('perSecond'), of('cpuUs')];
  return {
    server: name,
    connections,
    perSecond,
    ratio: round(perSecond / (beside?.perSecond ?? perSecond)),
    p50: of('p50'),
    p99: of('p99'),
    cpuUs,
    cpuRatio: round(cpuUs / (beside?.cpuUs ?? cpuUs)),
  };
}

if (import.meta.main) console.table(await benchWebhookIntake());
