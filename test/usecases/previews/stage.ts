import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { GitProvider } from '../../../src/entities/git-provider.ts';
import { Preview } from '../../../src/entities/preview.ts';
import type { GitHostApi } from '../../../src/git-hosts/api.ts';
import { settlePreview } from '../../../src/usecases/previews/settle-preview.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Connected, openStage } from '../../handlers/webhooks/stage.ts';
import { onDatabase } from '../../support/database.ts';
import { fakeSwarm, silentHost } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';
import { requestDelivery, type RequestInTest } from '../../support/request-payloads.ts';
import { shaOf } from '../../support/webhooks.ts';

const never = new AbortController().signal;

/** A Shipmate that hears of requests, over a real database; jobs run when the test says so. */
export async function openPreviewStage(over: Partial<Deps> = {}) {
  const { calls, swarm } = fakeSwarm();
  /** Who may push, by name; undefined: the host does not answer. */
  const members = new Set<string>(['ada']);
  const asked: string[] = [];
  const comments = new Map<string, string>();
  let refusal: Error | undefined;
  const refuseEdits = (error: Error | undefined) => void (refusal = error);
  const host: GitHostApi = {
    ...silentHost,
    setStatus: async () => undefined,
    checksOf: async () => [],
    async mayPush(_repository, { name }) {
      asked.push(name);
      return members.has(name);
    },
    async addComment(_repository, number, text) {
      const id = String(comments.size + 1);
      comments.set(id, `${number}: ${text}`);
      return id;
    },
    async editComment(_repository, number, id, text) {
      if (refusal) throw refusal;
      comments.set(id, `${number}: ${text}`);
    },
  };
  const held = new Set<string>();
  const leases: Deps['leases'] = {
    async tryAcquire(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      return { lost: never, release: async () => void held.delete(name) };
    },
    isHeld: async (name) => held.has(name),
    close: async () => undefined,
  };
  const stage = await openStage({ swarm, leases, gitHostApis: { open: () => host }, ...over });
  const { database } = stage.database;
  const root = await makePerson(stage.deps, 'super_admin');

  /** An application with previews, whose token lets Shipmate ask the host. */
  async function connect(
    provider: GitProvider,
    source: SourceConfig = {},
    more: Parameters<typeof stage.connect>[1] = {},
  ): Promise<Connected> {
    const clone_url = 'https://git.example.com/acme/api.git';
    const app = await stage.connect(provider, { ...more, source: { clone_url, previews: true, ...source } });
    await database.asSystem().transactional(async (em) => {
      const row = await em.findOneOrFail(GitSource, { application: app.id });
      const token = stage.deps.cipher.encrypt('a token', gitSourceIdentity(row, 'token'));
      row.webhookConfig = { ...row.webhookConfig, token };
      await em.nativeUpdate(Application, { id: app.id }, { dockerConfig: { ports: [{ container: 3000 }] } });
    });
    return app;
  }

  async function tell(
    provider: GitProvider,
    app: Connected,
    request: Partial<RequestInTest> = {},
  ): Promise<Awaited<ReturnType<typeof stage.send>>> {
    const given = { number: 42, happened: 'opened', commit: shaOf('a'), ...request } as const;
    return stage.send(provider, requestDelivery(provider, { repository: app.repository, ...given }, app.secret));
  }

  async function previewOf(app: Connected, number = 42): Promise<Preview> {
    return database
      .asSystem()
      .findOneOrFail(
        Preview,
        { application: app.id, number },
        { populate: ['application.project', 'variant.project'] },
      );
  }

  /** Runs the jobs that wait for a preview; returns what the last one said. */
  async function settle(app: Connected, number = 42): Promise<string> {
    const { id } = await previewOf(app, number);
    const { rows: jobs } = await onDatabase(stage.database.url, async (client) =>
      client.query<{ input: object }>(
        `delete from pgboss.job where data ->> 'name' = 'settle-preview' and data -> 'input' ->> 'previewId' = $1
         returning data -> 'input' as input`,
        [id],
      ),
    );
    let said = 'nothing to do';
    for (const { input } of jobs) said = await settlePreview(stage.deps, { previewId: id, ...input }, never);
    return said;
  }

  async function deploymentsOf(app: Connected, number = 42): Promise<Deployment[]> {
    const { variant } = await previewOf(app, number);
    return database
      .asSystem()
      .find(
        Deployment,
        { application: variant?.id ?? '' },
        { orderBy: { startedAt: 'asc' }, populate: ['application'] },
      );
  }

  /** What a worker would do. */
  async function end(deployment: Deployment, status: 'success' | 'failed' = 'success'): Promise<void> {
    await database.asSystem().nativeUpdate(Deployment, { id: deployment.id }, { status, completedAt: new Date() });
  }

  return {
    ...stage,
    db: database,
    root,
    connect,
    tell,
    previewOf,
    settle,
    deploymentsOf,
    end,
    members,
    asked,
    comments,
    refuseEdits,
    calls,
  };
}

export type PreviewStage = Awaited<ReturnType<typeof openPreviewStage>>;
