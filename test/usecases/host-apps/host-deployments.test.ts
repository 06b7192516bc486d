import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { Deployment, type DeploymentStatus } from '../../../src/entities/deployment.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { encryptWebhookConfig } from '../../../src/usecases/applications/git-source-secrets.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { createHostDeploymentReporter } from '../../../src/usecases/commit-statuses/report-host-deployment.ts';
import { makeApplication, makeDeployment, makeGitSource } from '../../support/factories.ts';
import type { KeptApp } from '../../support/forge/app-host-types.ts';
import { until } from '../../support/until.ts';
import { openAppStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openAppStage>>;
let leases: Leases;
let app: KeptApp;
let id: string;
beforeAll(async () => {
  stage = await openAppStage();
  leases = advisoryLeases(stage.database.url);
  ({ app } = await stage.createApp());
  ({ id } = await stage.database.database.asSystem().findOneOrFail(HostApp, { slug: app.slug }));
});
afterAll(async () => {
  await leases.close();
  await stage.close();
});
let repositories = 0;
let repository: string;
beforeEach(async () => {
  await executeSql(stage.database.database.asSystem(), 'delete from applications');
  repositories += 1;
  repository = `acme/api-${repositories}`;
  Object.assign(stage.host, { installations: [], deployments: [], deploymentStatuses: [], log: [] });
  stage.host.install(app, { repositories: [repository] });
});

const db = () => stage.database.database;

async function connect(): Promise<Application> {
  const sourceConfig = { clone_url: `${stage.host.url}/${repository}.git`, repository };
  const application = await makeApplication(db(), { sourceType: 'github', sourceConfig });
  await makeGitSource(db(), { application, provider: 'github', repository, webhookConfig: {} });
  await executeSql(db().asSystem(), 'update git_sources set host_app_id = $2 where application_id = $1', [
    application.id,
    id,
  ]);
  return application;
}

async function deploy(application: Application, status: DeploymentStatus, digit = 'a'): Promise<string> {
  return (await makeDeployment(db(), { application, status, commitSha: digit.repeat(40) })).id;
}

async function change(deployment: string, status: DeploymentStatus): Promise<void> {
  await executeSql(db().asSystem(), 'update deployments set status = $2 where id = $1', [deployment, status]);
}

async function tellsOf(look: () => Promise<boolean> | boolean): Promise<void> {
  await until('the host is told', look);
}

/** States in the order in which the host was told, with the number of the deployment. */
const told = () => stage.host.deploymentStatuses.map(({ body, deployment }) => [deployment, body['state']]);

async function reporting(work: () => Promise<void>): Promise<void> {
  const reporter = createHostDeploymentReporter({ ...stage.deps, leases }, { pollMs: 50, firstRetryMs: 50 });
  await reporter.start();
  try {
    await work();
  } finally {
    await reporter.stop();
  }
}

/** A token that people gave, with the rights that they gave it. */
async function connectWithToken(permissions: Record<string, string>): Promise<Application> {
  const application = await connect();
  const token = `ghp_${repositories}`;
  const expires = Number.POSITIVE_INFINITY;
  const [installation] = stage.host.installations;
  stage.host.tokens.push({
    token,
    installation: installation?.id ?? 0,
    repositories: [repository],
    permissions,
    expires,
  });
  const source = await db().asSystem().findOneOrFail(GitSource, { application });
  const sealed = encryptWebhookConfig(stage.deps, source, { statusToken: token });
  await executeSql(db().asSystem(), 'update git_sources set host_app_id = null, webhook_config = $2 where id = $1', [
    source.id,
    JSON.stringify(sealed),
  ]);
  return application;
}

describe('a deployment of what a token reaches', () => {
  it('is shown in its environment', async () => {
    const application = await connectWithToken({ deployments: 'write' });
    await reporting(async () => {
      await deploy(application, 'success');
      await until('the host is told', () => told().length === 1);
    });
    expect(stage.host.deployments).toMatchObject([{ repository, body: { environment: 'production' } }]);
    expect(told()).toEqual([[1, 'success']]);
  });

  it('is not asked for again where the token may not', async () => {
    const application = await connectWithToken({ statuses: 'write' });
    const asked = () => stage.host.log.filter((line) => line === `POST /repos/${repository}/deployments`).length;
    await reporting(async () => {
      const first = await deploy(application, 'pending');
      const refused = async () => {
        const { metadata } = await db().asSystem().findOneOrFail(Deployment, first);
        return metadata.host_deployment?.refused === 403;
      };
      await until('the refusal is noted', refused);
      await change(first, 'success');
      const second = await deploy(application, 'success', 'b');
      await until('the next one is refused', async () => {
        const { metadata } = await db().asSystem().findOneOrFail(Deployment, second);
        return metadata.host_deployment?.refused === 403;
      });
    });
    expect([asked(), stage.host.deployments]).toEqual([2, []]);
  });
});

describe('a deployment of what an app reaches', () => {
  it('is shown in its environment, from the queue until it is live, then until another one is', async () => {
    const application = await connect();
    await reporting(async () => {
      const first = await deploy(application, 'pending');
      await until('the host is told', () => told().length === 1);
      await change(first, 'building');
      await until('the host is told', () => told().length === 2);
      await change(first, 'success');
      await until('the host is told', () => told().length === 3);
      await deploy(application, 'success', 'b');
      await until('the host is told', () => told().length === 5);
    });
    expect(stage.host.deployments).toMatchObject([
      {
        repository,
        body: {
          ref: 'a'.repeat(40),
          environment: 'production',
          auto_merge: false,
          required_contexts: [],
          transient_environment: false,
          production_environment: true,
        },
      },
      { body: { ref: 'b'.repeat(40) } },
    ]);
    expect(told().slice(0, 3)).toEqual([
      [1, 'queued'],
      [1, 'in_progress'],
      [1, 'success'],
    ]);
    expect(told().slice(3)).toEqual(
      expect.arrayContaining([
        [1, 'inactive'],
        [2, 'success'],
      ]),
    );
  });

  it('has links to its log and to what is live', async () => {
    const application = await connect();
    const deployment = await deploy(application, 'success');
    await executeSql(db().asSystem(), `update applications set docker_config = $2 where id = $1`, [
      application.id,
      JSON.stringify({ ports: [{ container: 3000 }] }),
    ]);
    await reporting(async () => tellsOf(() => told().length === 1));
    expect(stage.host.deploymentStatuses[0]?.body).toMatchObject({
      log_url: `http://ship.example/deployments/${deployment}`,
      environment_url: expect.stringContaining('localhost'),
      auto_inactive: false,
    });
  });

  it('that failed is shown as such', async () => {
    await deploy(await connect(), 'failed');
    await reporting(async () => tellsOf(() => told().length === 1));
    expect(told()).toEqual([[1, 'failure']]);
  });

  it('of one of several applications of a repository has an environment of its own', async () => {
    await connect();
    const other = await connect();
    await deploy(other, 'success');
    await reporting(async () => tellsOf(() => told().length === 1));
    const environment = String(stage.host.deployments[0]?.body['environment']);
    expect(environment.startsWith('production/')).toBe(true);
    expect(environment.endsWith(`/${other.name}`)).toBe(true);
  });

  it('of an application that is archived is inactive', async () => {
    const application = await connect();
    await deploy(application, 'success');
    await reporting(async () => {
      await until('the host is told', () => told().length === 1);
      await executeSql(db().asSystem(), 'update applications set deleted_at = now() where id = $1', [application.id]);
      await until('the host is told', () => told().length === 2);
    });
    expect(told()).toEqual([
      [1, 'success'],
      [1, 'inactive'],
    ]);
  });

  it('of a preview is in a transient environment, until the request is closed', async () => {
    const application = await connect();
    const variant = await makeApplication(db(), {
      project: application.project,
      name: `42-${application.name}`,
      sourceConfig: { ...application.sourceConfig, preview: { number: 42, of: application.name, outside: false } },
    });
    await executeSql(db().asSystem(), 'update applications set preview_of_id = $2 where id = $1', [
      variant.id,
      application.id,
    ]);
    await deploy(variant, 'success');
    await reporting(async () => {
      await until('the host is told', () => told().length === 1);
      await executeSql(db().asSystem(), 'update applications set deleted_at = now() where id = $1', [variant.id]);
      await until('the host is told', () => told().length === 2);
    });
    expect(stage.host.deployments).toMatchObject([
      { body: { environment: 'preview/42', transient_environment: true, production_environment: false } },
    ]);
    expect(told()).toEqual([
      [1, 'success'],
      [1, 'inactive'],
    ]);
  });

  it('is not shown without the right to, and not asked for again', async () => {
    const [installation] = stage.host.installations;
    if (installation) installation.permissions = { metadata: 'read', contents: 'read' };
    const deployment = await deploy(await connect(), 'success');
    const remembered = async () => {
      const { rows } = await executeSql<{ reported: unknown }>(
        db().asSystem(),
        `select metadata -> 'host_deployment' as reported from deployments where id = $1`,
        [deployment],
      );
      return rows[0]?.reported;
    };
    await reporting(async () => tellsOf(async () => (await remembered()) !== null));
    expect(await remembered()).toEqual({ id: '', state: 'success', refused: 403 });
    expect(stage.host.deployments).toEqual([]);
  });
});
