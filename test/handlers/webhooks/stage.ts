import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { executeSql } from '../../../src/database/database.ts';
import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { GitProvider } from '../../../src/entities/git-provider.ts';
import type { Project } from '../../../src/entities/project.ts';
import { pgBossQueue } from '../../../src/queue/pg-boss.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeApplication, makeGitSource, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import type { SignedDelivery } from '../../support/webhooks.ts';
import type { HttpOptions } from '../../../src/handlers/http/http.ts';
import { listen } from '../http/server.ts';

export interface Connected {
  /** e.g. `shop-1a2b/api-3c4d` */
  name: string;
  id: string;
  repository: string;
  secret: string;
  project: Project;
}

export interface Answer {
  status: number;
  retryAfter: string | null;
  body: Record<string, unknown>;
}

/** A listening Shipmate on a real database and its real queue, with applications to push to. */
export async function openStage(over: Partial<Deps> = {}, chats: HttpOptions['chats'] = []) {
  const test = await createTestDatabase();
  const queue = pgBossQueue({
    databaseUrl: test.url,
    database: test.database,
    logger: pino({ level: 'silent' }),
    jobTimeoutSeconds: 60,
  });
  await queue.start();
  const deps = fakeDeps(test.database, { queue, ...over });
  const server = await listen(deps, chats);

  async function connect(
    provider: GitProvider,
    given: { repository?: string; secret?: string; source?: SourceConfig; project?: Project; deployed?: string } = {},
  ): Promise<Connected> {
    const { project = await makeProject(test.database), repository = `acme/${randomUUID()}` } = given;
    const { secret = `whsec_${Buffer.from(randomUUID()).toString('base64')}` } = given;
    const source = { clone_url: '/srv/repository', ...given.source };
    const application = await makeApplication(test.database, { project, sourceConfig: source });
    const id = randomUUID();
    const webhookConfig = { secret: deps.cipher.encrypt(secret, gitSourceIdentity({ id }, 'secret')) };
    await makeGitSource(test.database, {
      id,
      application,
      provider,
      repository,
      webhookConfig,
      commitSha: given.deployed ?? null,
    });
    return { name: `${project.name}/${application.name}`, id: application.id, repository, secret, project };
  }

  async function send(provider: GitProvider, { headers, body }: SignedDelivery): Promise<Answer> {
    const response = await fetch(`${server.url}/webhooks/${provider}`, { method: 'POST', headers, body });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  async function deployments(application: Connected): Promise<Deployment[]> {
    return test.database
      .asSystem()
      .find(Deployment, { application: application.id }, { orderBy: { startedAt: 'asc', id: 'asc' } });
  }

  async function application({ id }: Connected): Promise<Application> {
    return test.database.asSystem().findOneOrFail(Application, id, { populate: ['project'] });
  }

  async function count(table: 'webhook_deliveries' | 'deployments' | 'audit_logs'): Promise<number> {
    const { rows } = await executeSql<{ count: string }>(test.database.asSystem(), `select count(*) from ${table}`);
    return Number(rows[0]?.count);
  }

  /** Whether a job of the application waits. */
  async function isEnqueued({ id }: Connected): Promise<boolean> {
    const { rows } = await executeSql(test.database.asSystem(), 'select from pgboss.job where singleton_key = $1', [
      id,
    ]);
    return rows.length > 0;
  }

  async function close(): Promise<void> {
    await server.close();
    await queue.stop(0);
    await test.close();
  }

  return { url: server.url, deps, isEnqueued, connect, send, deployments, application, count, close, database: test };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
