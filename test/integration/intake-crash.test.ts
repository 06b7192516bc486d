import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { createCipher } from '../../src/secrets/aes-gcm.ts';
import { gitSourceIdentity } from '../../src/usecases/applications/application-environment.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeGitSource, makeProject } from '../support/factories.ts';
import { pushPayload, signedDelivery } from '../support/webhooks.ts';

const kills = 20;
/** Answers between one kill and the next. */
const answersBetween = 12;
const senders = 8;
const secret = 'the secret of every source';
const key = randomBytes(32);

let test: TestDatabase;
let repositories: string[];
let processes: Receiver[];

beforeAll(async () => {
  test = await createTestDatabase();
  const cipher = createCipher([key]);
  const project = await makeProject(test.database);
  repositories = Array.from({ length: 12 }, (_, at) => `acme/repository-${at}`);
  for (const repository of repositories) {
    const id = randomUUID();
    const webhookConfig = { secret: cipher.encrypt(secret, gitSourceIdentity({ id }, 'secret')) };
    const application = await makeApplication(test.database, { project });
    await makeGitSource(test.database, { id, application, repository, webhookConfig });
  }
  processes = [await start(), await start()];
});
afterAll(async () => {
  await Promise.all(processes.map(({ child }) => kill(child)));
  await test.close();
});

interface Receiver {
  child: ChildProcess;
  port: number;
}

async function start(): Promise<Receiver> {
  const path = new URL('../support/intake-process.ts', import.meta.url).pathname;
  // Starts of processes are most of what this takes.
  const env = {
    DATABASE_URL: test.url,
    KEY: key.toString('base64'),
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
  };
  const child = fork(path, { env: { ...process.env, ...env }, execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

interface Accepted {
  deliveryId: string;
  deployments: { id: string; commit: string }[];
}

/** When senders begin a push: not while a process starts, which would take several times as long then. */
interface Gate {
  opened: Promise<void>;
  isOver: boolean;
}

/** Sends to either process until told to stop; every refusal or lost connection is sent again, as the hosts do by hand. */
async function send(at: number, accepted: Accepted[], gate: Gate, onAnswer: () => void): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    await gate.opened;
    if (gate.isOver) return;
    const repository = repositories[(at + turn * senders) % repositories.length] ?? '';
    const after = randomBytes(20).toString('hex');
    const push = { repository, ref: 'refs/heads/main', after, commits: [{ message: 'Change' }] };
    const { body, headers } = signedDelivery('github', pushPayload.github(push), secret, { id: after });
    for (let attempt = 0; ; attempt += 1) {
      const { port } = processes[(at + turn + attempt) % processes.length] ?? { port: 0 };
      const url = `http://127.0.0.1:${port}/webhooks/github`;
      const response = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
      const answer = (await response?.json().catch(() => undefined)) as Accepted | { duplicate: true } | undefined;
      if (!answer) continue;
      // It was committed just before the kill, and its answer lost.
      if ('deployments' in answer) accepted.push(answer);
      else expect(answer).toEqual({ duplicate: true });
      onAnswer();
      break;
    }
  }
}

describe('two processes that take webhooks and are killed again and again', () => {
  it('lose nothing that they accepted, and do nothing twice', async () => {
    const accepted: Accepted[] = [];
    let answers = 0;
    let enough = Promise.withResolvers<void>();
    let opening = Promise.withResolvers<void>();
    const gate: Gate = { opened: opening.promise, isOver: false };
    const onAnswer = () => {
      answers += 1;
      if (answers === answersBetween) enough.resolve();
    };
    const load = Array.from({ length: senders }, (_, at) => send(at, accepted, gate, onAnswer));
    for (let killed = 0; killed < kills; killed += 1) {
      const replacement = await start();
      answers = 0;
      enough = Promise.withResolvers();
      opening.resolve();
      await enough.promise;
      // In the middle of what the other senders send; they finish it with whoever is left.
      const [gone] = processes.splice(killed % processes.length, 1, replacement);
      opening = Promise.withResolvers();
      gate.opened = opening.promise;
      if (gone) await kill(gone.child);
    }
    gate.isOver = true;
    opening.resolve();
    await Promise.all(load);
    const sql = async <Row>(text: string) => (await executeSql<Row>(test.database.asSystem(), text)).rows;
    const deliveries = await sql<{ id: string; outcome: Accepted }>(
      'select delivery_id as id, outcome from webhook_deliveries',
    );
    const deployments = await sql<{ id: string; commit: string }>('select id, commit_sha as commit from deployments');
    const stored = new Map(deliveries.map(({ id, outcome }) => [id, outcome]));
    expect(accepted.length).toBeGreaterThan(kills);
    expect(accepted.map(({ deliveryId }) => stored.get(deliveryId))).toEqual(accepted);
    // One deployment for each delivery, one audit row for each deployment, and one that waits, with its job, each.
    expect(deployments.map(({ commit }) => commit).sort()).toEqual([...stored.keys()].sort());
    expect(deployments.map(({ id }) => id).sort()).toEqual(
      [...stored.values()].flatMap((outcome) => outcome.deployments.map(({ id }) => id)).sort(),
    );
    expect(
      await sql(
        `select (select count(*)::int from audit_logs) as audited,
                (select count(distinct details ->> 'deployment_id')::int from audit_logs) as distinctly,
                (select count(*)::int from deployments where status = 'pending') as pending,
                (select count(*)::int from pgboss.job where name = 'deployments' and state = 'created') as jobs`,
      ),
    ).toEqual([
      {
        audited: deployments.length,
        distinctly: deployments.length,
        pending: repositories.length,
        jobs: repositories.length,
      },
    ]);
  });
});
