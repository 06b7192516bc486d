import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Bot } from '../../src/bots/bot.ts';
import { createReporter, type Reporter } from '../../src/bots/reporter.ts';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import { ChatMessage } from '../../src/entities/chat-message.ts';
import type { DeploymentProgress } from '../../src/entities/deployment-metadata.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { changeDeployment } from '../../src/usecases/deployments/deployment-state.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeDeployment } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { countStatements } from '../support/statements.ts';
import { until } from '../support/until.ts';

const never = 10 * 60_000;

let db: TestDatabase;
let started: { reporter: Reporter; leases: Leases }[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const { reporter, leases } of started) {
    await reporter.stop();
    await leases.close();
  }
  started = [];
  await db.database.asSystem().nativeDelete(ChatMessage, {});
});

afterAll(() => db.close());

/** A replica of Shipmate that shows deployments on this bot. */
async function report(bot: Bot, pollMs = never): Promise<Reporter> {
  const leases = advisoryLeases(db.url);
  const reporter = createReporter(fakeDeps(db.database, { leases }), [bot], { pollMs });
  started.push({ reporter, leases });
  await reporter.start();
  return reporter;
}

/** A deployment whose messages are to be in these channels. */
async function deployment(channels = ['C1'], platform: Bot['platform'] = 'slack'): Promise<Deployment> {
  const made = await makeDeployment(db.database, { status: 'building', metadata: { progress: { phase: 'cloning' } } });
  await db.database.asSystem().transactional(async (em) => {
    for (const channel of channels) {
      em.create(ChatMessage, { deployment: em.getReference(Deployment, made.id), platform, channel });
    }
    await em.flush();
    await db.database.notify(em, 'deployment', made.id);
  });
  return made;
}

async function moveTo({ id }: Deployment, progress: DeploymentProgress): Promise<void> {
  await db.database.asSystem().transactional((em) => changeDeployment(db, em, id, { metadata: { progress } }));
}

describe('a change', () => {
  it('is looked at in one statement, and only the message of its deployment is drawn', async () => {
    const bot = recordingBot();
    await report(bot, 20);
    const made = await Promise.all(Array.from({ length: 20 }, () => deployment()));
    await until('all posts', () => bot.did.length === made.length);
    const statements = countStatements();
    await moveTo(made[7] as Deployment, { phase: 'building', step: 1, steps: 2 });
    await until('edit', () => bot.did.some((line) => line.startsWith('edit')));
    expect(statements.count('from "chat_messages"')).toBe(1);
    expect(statements.count('from "deployments"')).toBe(1);
    expect(bot.did.slice(made.length)).toEqual([expect.stringMatching(/^edit \d+ building \(step 1 of 2\)$/)]);
  });

  it('of the log alone draws nothing, and of a deployment without a message neither', async () => {
    const bot = recordingBot();
    await report(bot);
    const [made, silent] = [await deployment(), await deployment([])];
    await until('post', () => bot.did.length === 1);
    const statements = countStatements();
    const looks = () => statements.count('as "deploymentId"');
    for (const { id } of [made, silent]) {
      const before = looks();
      await db.database.asSystem().transactional((em) => db.database.notify(em, 'deployment', id));
      await until('a look', () => looks() > before);
    }
    expect(statements.count('from "chat_messages"')).toBe(0);
    expect(statements.count('from "deployments"')).toBe(0);
  });
});
