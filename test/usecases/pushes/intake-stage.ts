import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type Database, executeSql } from '../../../src/database/database.ts';
import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { Project } from '../../../src/entities/project.ts';
import type { Push } from '../../../src/git-hosts/push.ts';
import { pgBossQueue } from '../../../src/queue/pg-boss.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import type { VerifiedDelivery } from '../../../src/usecases/pushes/intake.ts';
import { readSources } from '../../../src/usecases/pushes/read-sources.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeApplication, makeGitSource, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { shaOf } from '../../support/webhooks.ts';

/** Use cases on a real database and its real queue, which counts what it is asked as the system. */
export async function openIntakeStage() {
  const test = await createTestDatabase();
  const queue = pgBossQueue({
    databaseUrl: test.url,
    database: test.database,
    logger: pino({ level: 'silent' }),
    jobTimeoutSeconds: 60,
  });
  await queue.start();
  const counts = { statements: 0, contexts: 0 };
  const database: Database = {
    ...test.database,
    querySystem: (...query) => {
      counts.statements += 1;
      return test.database.querySystem(...query);
    },
    asSystem: () => {
      counts.contexts += 1;
      return test.database.asSystem();
    },
  };
  const deps: Deps = fakeDeps(database, { queue, announceTo: [{ platform: 'console', channel: 'console' }] });

  async function connect({
    repository = `acme/${randomUUID()}`,
    project,
    deployed,
    secret = randomUUID(),
    ...config
  }: SourceConfig & { deployed?: string; project?: { id: string }; secret?: string } = {}) {
    const application = await makeApplication(test.database, {
      project: project ? test.database.asSystem().getReference(Project, project.id) : await makeProject(test.database),
      sourceConfig: config,
    });
    const id = randomUUID();
    const webhookConfig = { secret: deps.cipher.encrypt(secret, gitSourceIdentity({ id }, 'secret')) };
    await makeGitSource(test.database, { id, application, repository, webhookConfig, commitSha: deployed ?? null });
    return { id: application.id, project: application.project.id, source: id, repository, secret };
  }

  /** A verified push of `b` on top of `a` to every application of the repository. */
  async function push(repository: string, over: { id?: string; hash?: string; before?: string; after?: string } = {}) {
    const sources = await readSources(deps, 'github', [repository]);
    const { before = shaOf('a'), after = shaOf('b') } = over;
    const event: { kind: 'push'; push: Push } = {
      kind: 'push',
      push: {
        repository,
        pusher: 'ada',
        refs: [
          {
            kind: 'branch',
            name: 'main',
            before,
            after,
            forced: false,
            skips: false,
            paths: undefined,
            complete: true,
            title: 'Sell apples',
            author: 'Ada',
          },
        ],
      },
    };
    return {
      delivery: {
        provider: 'github' as const,
        deliveryId: over.id ?? randomUUID(),
        signedBy: sources[0]?.id ?? '',
        bodyHash: over.hash ?? randomUUID(),
        event: 'push',
        repository,
        audit: { ipAddress: '192.0.2.1', userAgent: 'GitHub-Hookshot' },
      },
      event,
      sources,
    } satisfies VerifiedDelivery;
  }

  async function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await executeSql<Row>(test.database.asSystem(), text, values)).rows;
  }

  return {
    deps,
    counts,
    connect,
    push,
    sql,
    url: test.url,
    async close() {
      await queue.stop(0);
      await test.close();
    },
  };
}

export type IntakeStage = Awaited<ReturnType<typeof openIntakeStage>>;
