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

const never = 10 * 60_000;

export interface ReporterStage {
  db: TestDatabase;
  /** A replica of Shipmate that shows deployments on this bot. */
  report(bot: Bot, pollMs?: number): Promise<Reporter>;
  /** A deployment whose messages are to be in these channels. */
  deployment(channels?: string[], platform?: Bot['platform']): Promise<Deployment>;
  moveTo(deployment: Deployment, progress: DeploymentProgress): Promise<void>;
  /** Stops all reporters and removes all messages. */
  clear(): Promise<void>;
}

export async function makeReporterStage(): Promise<ReporterStage> {
  const db = await createTestDatabase();
  let started: { reporter: Reporter; leases: Leases }[] = [];
  return {
    db,
    async report(bot, pollMs = never) {
      const leases = advisoryLeases(db.url);
      const reporter = createReporter(fakeDeps(db.database, { leases }), [bot], { pollMs });
      started.push({ reporter, leases });
      await reporter.start();
      return reporter;
    },
    async deployment(channels = ['C1'], platform = 'slack') {
      const beginning = { status: 'building', metadata: { progress: { phase: 'cloning' } } } as const;
      const made = await makeDeployment(db.database, beginning);
      await db.database.asSystem().transactional(async (em) => {
        for (const channel of channels) {
          em.create(ChatMessage, { deployment: em.getReference(Deployment, made.id), platform, channel });
        }
        await em.flush();
        await db.database.notify(em, 'deployment', made.id);
      });
      return made;
    },
    async moveTo({ id }, progress) {
      await db.database.asSystem().transactional((em) => changeDeployment(db, em, id, { metadata: { progress } }));
    },
    async clear() {
      for (const { reporter, leases } of started) {
        await reporter.stop();
        await leases.close();
      }
      started = [];
      await db.database.asSystem().nativeDelete(ChatMessage, {});
    },
  };
}
