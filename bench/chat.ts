import { setTimeout as delay } from 'node:timers/promises';
import { createReporter } from '../src/bots/reporter.ts';
import { newerBlocks } from '../src/bots/slack/newer-blocks.ts';
import { createSlackBot } from '../src/bots/slack/slack.ts';
import { connectDatabase } from '../src/database/connect.ts';
import { advisoryLeases } from '../src/database/lease.ts';
import { migrate } from '../src/database/migrate.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import type { DeploymentProgress } from '../src/entities/deployment-metadata.ts';
import { Deployment } from '../src/entities/deployment.ts';
import { commands } from '../src/handlers/commands/index.ts';
import { createDispatcher } from '../src/handlers/dispatch.ts';
import { changeDeployment } from '../src/usecases/deployments/deployment-state.ts';
import type { Deps } from '../src/usecases/deps.ts';
import { makeApplication, makeProject, makeUser } from '../test/support/factories.ts';
import { fakeDeps } from '../test/support/fakes.ts';
import { linkIdentity } from '../test/support/person.ts';
import { startSlack } from '../test/support/slack/slack.ts';
import { until } from '../test/support/until.ts';
import { fill, makePastMonths } from './latency.ts';
import { benchPostgres } from './support/database.ts';
import { round } from './support/table.ts';

const size = { deployments: 1_000_000, auditRows: 100_000 };
const inFlight = 200;
const rounds = 5;
const deploymentMs = 60_000;

export interface ChatRow {
  what: string;
  p50: number;
  p99: number;
  /** What it is held to. */
  aim: string;
}

/** The real Slack bot against a loopback Slack, over a database with a million deployments. */
export async function benchChat(): Promise<ChatRow[]> {
  await using postgres = await benchPostgres({ durable: false });
  await migrate(postgres.url);
  const database = await connectDatabase(postgres.url);
  const leases = advisoryLeases(postgres.url);
  const slack = await startSlack();
  // Slack says nothing of how many commands a person may send.
  slack.world.limits = { 'chat.update': { perMinute: 50, retryAfter: 1 } };
  const deps = fakeDeps(database, { leases });
  const { appToken, botToken } = slack.world;
  const config = { botToken, appToken, signingSecret: undefined, apiUrl: slack.apiUrl };
  const bot = createSlackBot({ config, deps, dispatcher: createDispatcher(deps, commands) });
  const reporter = createReporter(deps, [bot]);
  try {
    await prepare(deps, postgres.url);
    await bot.start();
    await until('connection', () => bot.problem?.() === undefined);
    await reporter.start();
    const answers = await acknowledgements(slack);
    const newer = await liveMessage(deps, slack);
    for (const block of newerBlocks) slack.world.unknownBlocks.add(block);
    const older = await liveMessage(deps, slack);
    return [answers, ...newer.rows, ...editedRows('blocks of before 2026', older), ratioRow(newer, older)];
  } finally {
    await reporter.stop();
    await bot.stop();
    await slack.close();
    await leases.close();
    await database.close();
  }
}

type Slack = Awaited<ReturnType<typeof startSlack>>;

async function prepare({ database }: Deps, url: string): Promise<void> {
  const owner = await makeUser(database, { role: 'admin' });
  await linkIdentity(database, owner, { platform: 'slack', workspace: 'T1', account: 'U1' });
  const project = await makeProject(database, { name: 'shop', owner });
  const sourceConfig = { image: 'nginx:1' };
  const api = await makeApplication(database, {
    name: 'api',
    project,
    type: 'docker',
    sourceType: 'docker',
    sourceConfig,
  });
  for (let number = 0; number < 50; number += 1) await makeApplication(database, { project });
  await withOwner(url, makePastMonths);
  await withOwner(url, (client) => fill(client, { deployments: 0, auditRows: 0 }, size, api.id, owner.id));
}

async function acknowledgements({ people, world }: Slack): Promise<ChatRow> {
  const times: number[] = [];
  for (let turn = -1; turn < rounds; turn += 1) {
    const answers = await Promise.all(Array.from({ length: inFlight }, () => people.slash('status shop/api')));
    if (turn >= 0) times.push(...answers.map(({ afterMs }) => afterMs));
  }
  // What follows is not measured behind them.
  await until('all answers', () => world.whispers.length + world.messages.length >= inFlight * (rounds + 1));
  return row(`slash command to acknowledgement, ${inFlight} in flight, ms`, times, 'p99 < 250');
}

interface LiveMessage {
  rows: ChatRow[];
  edits: number;
  /** Of all edits. */
  bytes: number;
}

/** A deployment of a minute with a build of a hundred steps. */
async function liveMessage(deps: Deps, { people, world }: Slack): Promise<LiveMessage> {
  const before = world.messages.length;
  await people.slash('deploy shop/api');
  const message = await until('a live message', () => world.messages[before]);
  const [deployment] = await deps.database
    .asSystem()
    .find(Deployment, {}, { orderBy: { startedAt: 'desc' }, limit: 1 });
  const id = deployment?.id ?? '';
  const times: number[] = [];
  let phase: DeploymentProgress['phase'] = 'queued';
  for (const progress of progressOf()) {
    await deps.database.asSystem().transactional((em) => changeDeployment(deps, em, id, { metadata: { progress } }));
    if (progress.phase !== phase) times.push(await shown(message, wordOf[progress.phase] ?? ''));
    phase = progress.phase;
    await delay(deploymentMs / steps);
  }
  const end = { status: 'success', finished: true, metadata: { progress: null, duration_seconds: 60 } } as const;
  await deps.database.asSystem().transactional((em) => changeDeployment(deps, em, id, end));
  times.push(await shown(message, 'done in'));
  const edits = message.edits.length;
  const bytes = message.edits.reduce((sum, edit) => sum + Buffer.byteLength(JSON.stringify(edit)), 0);
  const pace = row('progress to the edit that shows it, ms', times, 'at most the interval of 3 s');
  return { rows: [pace, ...editedRows('blocks of 2026', { edits, bytes })], edits, bytes };
}

function editedRows(blocks: string, { bytes, edits }: Pick<LiveMessage, 'bytes' | 'edits'>): ChatRow[] {
  return [
    { what: `edits of a deployment of a minute, ${blocks}`, p50: edits, p99: edits, aim: 'at most 12' },
    { what: `bytes of these edits, ${blocks}`, p50: bytes, p99: bytes, aim: '' },
  ];
}

function ratioRow(newer: LiveMessage, older: LiveMessage): ChatRow {
  const ratio = round(newer.bytes / newer.edits / (older.bytes / older.edits), 2);
  return { what: 'bytes of an edit, blocks of 2026 to those of before', p50: ratio, p99: ratio, aim: '' };
}

const steps = 130;
const wordOf: Partial<Record<DeploymentProgress['phase'], string>> = {
  cloning: 'cloning',
  building: 'building',
  rolling_out: 'rolling out',
  watching: 'watching',
};

function* progressOf(): Generator<DeploymentProgress> {
  for (let at = 0; at < 10; at += 1) yield { phase: 'cloning' };
  for (let step = 1; step <= 100; step += 1) yield { phase: 'building', step, steps: 100 };
  for (let healthy = 0; healthy < 10; healthy += 1) yield { phase: 'rolling_out', healthy, desired: 10 };
  for (let at = 0; at < 10; at += 1) yield { phase: 'watching', healthy: 10, desired: 10 };
}

/** Milliseconds until the message says it. */
async function shown(message: { edits: { text: string }[] }, words: string): Promise<number> {
  const began = performance.now();
  await until(words, () => message.edits.at(-1)?.text.includes(words));
  return performance.now() - began;
}

function row(what: string, times: number[], aim: string): ChatRow {
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN, 1);
  return { what, p50: at(0.5), p99: at(0.99), aim };
}
