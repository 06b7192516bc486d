import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { Application } from '../../../src/entities/application.ts';
import { DeployLock } from '../../../src/entities/deploy-lock.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { imageRegistries, type ImageRegistry } from '../../../src/entities/image-registry.ts';
import type { Project } from '../../../src/entities/project.ts';
import { User } from '../../../src/entities/user.ts';
import { imageWebhooks } from '../../../src/git-hosts/images/registry.ts';
import { connectRegistry } from '../../../src/usecases/applications/connect-registry.ts';
import { digest, hostOf, imagePayload, signedImage } from '../../git-hosts/images/payloads.ts';
import { makeApplication, makeProject, makeUser } from '../../support/factories.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const other = `sha256:${'b2'.repeat(32)}`;
const origin = {
  platform: 'console',
  workspace: '',
  channel: 'terminal',
  shared: false,
  account: 'ada',
  accountName: 'ada',
} as const;

async function run(
  registry: ImageRegistry,
  given: { source?: SourceConfig; project?: Project; repository?: string } = {},
) {
  const { repository = `acme/${crypto.randomUUID()}`, project = await makeProject(stage.database.database) } = given;
  const image = `${hostOf[registry]}${repository}:v1`;
  const application = await makeApplication(stage.database.database, {
    project,
    type: 'docker',
    sourceType: 'docker',
    sourceConfig: { image, ...given.source },
  });
  const bare = image.slice(0, -':v1'.length);
  return { id: application.id, name: `${project.name}/${application.name}`, project, repository, bare };
}

type Running = Awaited<ReturnType<typeof run>>;

async function connect(registry: ImageRegistry, application: Running) {
  const user = await makeUser(stage.database.database, { role: 'super_admin' });
  return connectRegistry(stage.deps, { user, application: application.name, registry, origin });
}

async function send(url: string, { body, headers }: ReturnType<typeof signedImage>) {
  const path = url.slice(stage.deps.config.publicUrl.length);
  const response = await fetch(stage.url + path, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const deployments = async (running: Running) => stage.deployments({ ...running, secret: '' });

describe.each(imageRegistries)('an image that is pushed to %s', (registry) => {
  const says = registry === 'docker-hub' || registry === 'gitea-packages' ? undefined : digest;
  const payloadOf = (tag: string | undefined, { repository }: Running, id = digest) =>
    imagePayload[registry]({ repository, tag, digest: id });

  it('is deployed by its digest, where the registry says it', async () => {
    const app = await run(registry);
    const { secret, url } = await connect(registry, app);
    const answer = await send(url, signedImage(registry, payloadOf('v1', app), secret));
    const [deployment] = await deployments(app);
    const image = `${app.bare}:v1${says === undefined ? '' : `@${says}`}`;
    expect(answer).toEqual({
      status: 202,
      body: { deliveryId: expect.any(String), deployments: [{ id: deployment?.id, application: app.name, image }] },
    });
    expect(deployment).toMatchObject({
      status: 'pending',
      commitSha: null,
      metadata: { trigger: 'push', ref: image, requested_by: `ada (${registry})` },
    });
    expect(await stage.isEnqueued({ ...app, secret })).toBe(true);
  });

  it('is deployed once, however often it is told', async () => {
    const app = await run(registry);
    const { secret, url } = await connect(registry, app);
    const delivery = signedImage(registry, payloadOf('v1', app), secret);
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(url, delivery)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 202]);
    expect(await deployments(app)).toHaveLength(1);
  });

  it('is not deployed by who has no secret, or another one', async () => {
    const app = await run(registry);
    const { secret, url } = await connect(registry, app);
    const { body, headers } = signedImage(registry, payloadOf('v1', app), `${secret}x`);
    const wrong = imageWebhooks[registry].secretInUrl ? `${url}x` : url;
    expect(await send(wrong, { body, headers })).toMatchObject({ status: 401 });
    const unsigned = { 'content-type': 'application/json' };
    const bare = imageWebhooks[registry].secretInUrl ? url.slice(0, url.lastIndexOf('/')) : url;
    expect(await send(bare, { body, headers: unsigned })).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining('missing') },
    });
    expect(await send(url.replace(/[0-9a-f]{8}-/, 'ffffffff-'), { body, headers })).toMatchObject({ status: 401 });
    expect(await deployments(app)).toEqual([]);
  });

  it('is deployed under the tags that the application takes', async () => {
    const app = await run(registry, { source: { tags: ['v*', '!v9*'] } });
    const { secret, url } = await connect(registry, app);
    const answers = [];
    for (const tag of ['latest', 'v9', 'v2'])
      answers.push(await send(url, signedImage(registry, payloadOf(tag, app), secret)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 202]);
    expect(answers[0]?.body).toEqual({
      ignored: `tag \`latest\` is not tracked; \`${app.name}\` deploys tags like \`v*\` and \`!v9*\``,
    });
  });

  it('is not deployed under another tag than its own without such', async () => {
    const app = await run(registry);
    const { secret, url } = await connect(registry, app);
    expect(await send(url, signedImage(registry, payloadOf('v2', app), secret))).toMatchObject({
      status: 200,
      body: { ignored: `tag \`v2\` is not tracked; \`${app.name}\` deploys tags like \`v1\`` },
    });
  });

  it('is of the applications of the project that run it', async () => {
    const app = await run(registry);
    const beside = await run(registry, { project: app.project, repository: app.repository });
    const elsewhere = await run(registry, { repository: app.repository });
    const { secret, url } = await connect(registry, app);
    const answer = await send(url, signedImage(registry, payloadOf('v1', app), secret));
    const names = (answer.body['deployments'] as { application: string }[]).map(({ application }) => application);
    expect(names.toSorted()).toEqual([app.name, beside.name].toSorted());
    expect(await deployments(elsewhere)).toEqual([]);
    const stranger = await send(
      url,
      signedImage(registry, payloadOf('v1', { ...app, repository: 'acme/other' }), secret),
    );
    expect(stranger).toMatchObject({
      status: 200,
      body: { ignored: expect.stringMatching(/^no application of `.*` runs `.*acme\/other`$/) },
    });
  });

  it('is taken whatever the body is said to be', async () => {
    const app = await run(registry);
    const { secret, url } = await connect(registry, app);
    const { body, headers } = signedImage(registry, payloadOf('v1', app), secret);
    const named = { ...headers, 'content-type': 'application/vnd.docker.distribution.events.v1+json' };
    expect(await send(url, { body, headers: named })).toMatchObject({ status: 202 });
  });

  it('refuses what is not of its shape', async () => {
    const app = await run(registry);
    const { secret, url } = await connect(registry, app);
    expect(await send(url, signedImage(registry, 'payload=%7B%7D', secret))).toMatchObject({ status: 400 });
    expect(await send(url, signedImage(registry, 'x'.repeat(1024 ** 2 + 1), secret))).toMatchObject({ status: 413 });
  });
});

describe('a pushed image', () => {
  it('is not deployed again while it is what runs', async () => {
    const app = await run('harbor');
    const { secret, url } = await connect('harbor', app);
    const push = (id: string, at: number) =>
      send(
        url,
        signedImage('harbor', { ...imagePayload.harbor({ ...app, tag: 'v1', digest: id }), occur_at: at }, secret),
      );
    expect(await push(digest, 1)).toMatchObject({ status: 202 });
    expect(await push(digest, 2)).toMatchObject({
      status: 200,
      body: { ignored: `\`${app.name}\` has or gets this image already` },
    });
    expect(await push(other, 3)).toMatchObject({ status: 202 });
    expect(await deployments(app)).toMatchObject([{ status: 'failed' }, { status: 'pending' }]);
  });

  it('is deployed each time that its tag is pushed again, where no digest is said', async () => {
    const app = await run('docker-hub');
    const { secret, url } = await connect('docker-hub', app);
    const payload = imagePayload['docker-hub']({ ...app, tag: 'v1' }) as { push_data: object };
    const push = (pushed_at: number) =>
      send(url, signedImage('docker-hub', { ...payload, push_data: { ...payload.push_data, pushed_at } }, secret));
    expect([(await push(1)).status, (await push(2)).status, (await push(2)).status]).toEqual([202, 202, 200]);
    expect(await deployments(app)).toHaveLength(2);
  });

  it('waits for a lock, and may be told again afterwards', async () => {
    const app = await run('generic');
    const { secret, url } = await connect('generic', app);
    const user = await makeUser(stage.database.database);
    const em = stage.database.database.asSystem();
    const { id } = em.create(DeployLock, {
      application: em.getReference(Application, app.id),
      holder: 'ada (console)',
      lockedBy: em.getReference(User, user.id),
      reason: 'Release',
    });
    await em.flush();
    const delivery = signedImage('generic', imagePayload.generic({ ...app, tag: 'v1' }), secret);
    expect(await send(url, delivery)).toMatchObject({
      status: 200,
      body: { ignored: expect.stringContaining('Release') },
    });
    await stage.database.database.asSystem().nativeDelete(DeployLock, { id });
    expect(await send(url, delivery)).toMatchObject({ status: 202 });
  });

  it('is never one that the application has under another registry', async () => {
    const app = await run('generic');
    const { secret, url } = await connect('generic', app);
    const payload = { image: `evil.example/${app.repository}:v1`, digest };
    expect(await send(url, signedImage('generic', payload, secret))).toMatchObject({
      status: 200,
      body: { ignored: `no application of \`${app.project.name}\` runs \`evil.example/${app.repository}\`` },
    });
  });

  it('is refused with the secret of before, and of an archived application', async () => {
    const app = await run('generic');
    const before = await connect('generic', app);
    const { secret, url } = await connect('generic', app);
    const delivery = (key: string) => signedImage('generic', imagePayload.generic({ ...app, tag: 'v1' }), key);
    expect(url).toBe(before.url);
    expect(await send(url, delivery(before.secret))).toMatchObject({ status: 401 });
    const [source] = await stage.database.database.asSystem().find(GitSource, { application: app.id });
    expect(JSON.stringify(source?.webhookConfig)).not.toContain(secret);
    await stage.database.database.asSystem().nativeUpdate(Application, { id: app.id }, { deletedAt: new Date() });
    expect(await send(url, delivery(secret))).toMatchObject({ status: 401 });
  });

  it('is told of with a digest or an id, since a body counts once', async () => {
    const app = await run('generic');
    const { secret, url } = await connect('generic', app);
    const tell = (more: object) =>
      send(url, signedImage('generic', { image: `${app.bare}:v1`, ...more }, secret)).then(({ status }) => status);
    expect([await tell({}), await tell({ id: '1' }), await tell({ id: '2' }), await tell({ id: '2' })]).toEqual([
      400, 202, 202, 200,
    ]);
  });

  it('is not for an application that is built from a repository', async () => {
    const { name, project } = await stage.connect('github');
    await expect(connect('generic', { name, project, id: '', repository: '', bare: '' })).rejects.toThrow(
      '`--registry` is for applications that run an image; this one is built from a repository.',
    );
  });
});
