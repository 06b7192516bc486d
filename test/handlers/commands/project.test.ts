import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Application } from '../../../src/entities/application.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject, makeTeam, makeUser } from '../../support/factories.ts';
import { fakeDeps, fakeIngress, fakeSwarm } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { serviceName } from '../../../src/swarm/names.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
const { swarm, calls, running } = fakeSwarm();
const { ingress, applied } = fakeIngress();
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { swarm, ingress });
  ada = await makePerson(deps, 'admin');
});
afterAll(() => test.close());

async function actions(person: Person): Promise<string[]> {
  const { data } = await person.type('audit --limit 500');
  return (data as { action: string }[]).map((entry) => entry.action);
}

describe('project', () => {
  it('is created, listed, shown and deleted, and audited', async () => {
    expect((await ada.type('project create blog --description "Our blog"')).tone).toBe('success');
    expect((await ada.type('project list')).table?.rows).toContainEqual(['blog', ada.user.username, '', '0']);
    expect(await ada.type('project show blog')).toMatchObject({ title: 'blog', text: 'Our blog' });
    expect((await ada.type('project delete blog')).tone).toBe('success');
    expect((await ada.type('project show blog')).text).toContain('There is no project `blog`.');
    expect(await actions(ada)).toEqual(expect.arrayContaining(['project.create', 'project.delete']));
  });

  it.each([['Shop'], ['sh'], ['-shop'], ['shop-'], ['sh_op'], ['sh.op'], ['x'.repeat(64)]])(
    'cannot be called %s',
    async (name) => {
      expect((await ada.ask({ command: 'project create', input: { name } })).text).toContain('cannot name a project');
    },
  );

  it('has a name that nobody else’s has, for the host names', async () => {
    await makeProject(test.database, { name: 'taken' });
    expect((await ada.type('project create taken')).text).toContain('The project name `taken` is taken.');
  });

  it('is created once when two ask at once', async () => {
    const replies = await Promise.all([ada.type('project create twice'), ada.type('project create twice')]);
    expect(replies.map((reply) => reply.tone).sort()).toEqual(['danger', 'success']);
  });

  it('is not deleted while it has applications', async () => {
    const project = await makeProject(test.database, { name: 'full', owner: ada.user });
    await makeApplication(test.database, { name: 'api', project });
    expect((await ada.type('project delete full')).text).toContain('\n- applications: `full/api` (`app archive`)\n');
  });

  it('of a team can be deleted by its owner only', async () => {
    const owner = await makeUser(test.database);
    const team = await makeTeam(test.database, [
      [owner, 'owner'],
      [ada.user, 'admin'],
    ]);
    await makeProject(test.database, { name: 'shared', owner, team });
    expect((await ada.type('project delete shared')).text).toBe('Only the owner of `shared` can delete it.');
    expect((await ada.type('project show shared')).title).toBe('shared');
  });
});

describe('app create', () => {
  beforeAll(async () => {
    await makeProject(test.database, { name: 'shop', owner: ada.user });
  });

  it('makes a git application and shows its webhook once, in private', async () => {
    const reply = await ada.type(
      'app create shop/api --repo https://github.com/acme/api.git --port 3000 --health-cmd \'["node","check.js"]\' --build-arg A=1 --build-arg B=2 --watch "src/**"',
    );
    expect(reply).toMatchObject({ tone: 'success', private: true });
    const { webhook } = reply.data as { webhook: { url: string; secret: string } };
    expect(webhook.url).toBe('http://ship.example/webhooks/github');
    expect(Buffer.from(webhook.secret, 'base64url')).toHaveLength(32);
    await test.database.asSystem().transactional(async (em) => {
      const source = await em.findOneOrFail(GitSource, { repository: 'acme/api' }, { populate: ['application'] });
      expect(JSON.stringify(source.webhookConfig)).not.toContain(webhook.secret);
      expect(deps.cipher.decrypt(source.webhookConfig.secret ?? '', gitSourceIdentity(source, 'secret'))).toBe(
        webhook.secret,
      );
      expect(source.application).toMatchObject({
        type: 'git',
        sourceType: 'github',
        dockerConfig: { ports: [{ container: 3000 }], healthcheck: { test: ['CMD', 'node', 'check.js'] } },
        sourceConfig: { branch: 'main', build_args: { A: '1', B: '2' }, watch_paths: ['src/**'] },
      });
    });
    expect(JSON.stringify(await ada.type('audit'))).not.toContain(webhook.secret);
  });

  it('gives GitLab a secret that serves as token and as signing key', async () => {
    const reply = await ada.type('app create shop/lab --repo https://gitlab.com/acme/lab.git');
    const { webhook } = reply.data as { webhook: { secret: string } };
    expect(webhook.secret).toMatch(/^whsec_/);
    expect(Buffer.from(webhook.secret.slice(6), 'base64')).toHaveLength(32);
  });

  it('asks for the clone token in private and keeps it encrypted', async () => {
    const line = 'app create shop/closed --repo https://github.com/acme/closed --token';
    expect((await ada.type(line)).asks).toEqual([
      { name: 'token', summary: 'Access token to clone over https, and to set up the webhook' },
    ]);
    expect((await ada.type(line, { token: 'ghp_hunter2' })).tone).toBe('success');
    await test.database.asSystem().transactional(async (em) => {
      const source = await em.findOneOrFail(GitSource, { repository: 'acme/closed' });
      expect(deps.cipher.decrypt(source.webhookConfig.token ?? '', gitSourceIdentity(source, 'token'))).toBe(
        'ghp_hunter2',
      );
    });
    expect(JSON.stringify(await ada.type('audit'))).not.toContain('hunter2');
  });

  it('makes a docker application', async () => {
    expect((await ada.type('app create shop/cache --image redis:7 --replicas 2')).tone).toBe('success');
    expect((await ada.type('app show shop/cache')).data).toMatchObject({
      type: 'docker',
      settings: { image: 'redis:7', replicas: '2' },
    });
  });

  it.each([
    ['app create shop/x --type compose', 'Specify the repository of the compose file'],
    ['app create shop/x', 'Specify a repository with'],
    ['app create shop/x --type docker', 'Specify the image to run'],
    ['app create x --image redis:7', 'Include the project in the name, e.g. `shop/x`.'],
    ['app create shop/X_y --image redis:7', 'cannot name an application'],
    ['app create sohp/x --image redis:7', 'There is no project `sohp`. Did you mean `shop`?'],
    ['app create shop/x --repo https://github.com/a/b --dockerfile ../../etc/passwd', 'inside the repository'],
    ['app create shop/x --repo https://github.com/a/b --context /etc', 'inside the repository'],
    ['app create shop/x --repo https://github.com/a/b --branch=--upload-pack=touch', 'is not a valid branch'],
    ['app create shop/x --repo https://me:hunter2@github.com/a/b', 'The repository URL contains credentials'],
    ['app create shop/x --repo /srv/a/b', 'Which git host'],
  ])('refuses `%s`', async (line, message) => {
    const reply = await ada.type(line);
    expect(reply.tone).toBe('danger');
    expect(reply.text).toContain(message);
    expect(reply.text).not.toContain('hunter2');
  });

  it('refuses a name that the project has', async () => {
    await ada.type('app create shop/same --image redis:7');
    expect((await ada.type('app create shop/same --image redis:7')).text).toContain('`shop/same` already exists.');
  });
});

describe('app', () => {
  beforeAll(async () => {
    await makeProject(test.database, { name: 'press', owner: ada.user });
    await ada.type('app create press/web --repo https://github.com/acme/web.git');
  });

  it('set shows what was and what is, and audits it', async () => {
    const reply = await ada.type('app set press/web port=3000 memory=512M branch=next');
    expect(reply.table?.rows).toEqual([
      ['port', '', '3000'],
      ['memory', '', '512M'],
      ['branch', 'main', 'next'],
    ]);
    expect(reply.text).toContain('`redeploy press/web`');
    const [entry] = (await ada.type('audit --app press/web')).data as { action: string; details: unknown }[];
    expect(entry).toMatchObject({
      action: 'application.set',
      details: { changes: expect.arrayContaining([{ key: 'branch', before: 'main', after: 'next' }]) },
    });
    const source = await test.database
      .asSystem()
      .transactional(async (em) => em.findOneOrFail(GitSource, { repository: 'acme/web' }));
    expect(source.branch).toBe('next');
  });

  it('set changes nothing when one of the settings is refused', async () => {
    expect((await ada.type('app set press/web cpus=2 prot=1')).text).toContain('Did you mean `port`?');
    expect((await ada.type('app show press/web')).data).not.toHaveProperty('settings.cpus');
  });

  it('connect renews the secret and keeps the credentials', async () => {
    await ada.type('app connect press/web --token', { token: 'ghp_hunter2' });
    const reply = await ada.type('app connect press/web');
    expect(reply.data).toHaveProperty('webhook.secret');
    const source = await test.database
      .asSystem()
      .transactional(async (em) => em.findOneOrFail(GitSource, { repository: 'acme/web' }));
    expect(deps.cipher.decrypt(source.webhookConfig.token ?? '', gitSourceIdentity(source, 'token'))).toBe(
      'ghp_hunter2',
    );
  });

  it('connect with a status token alone leaves the webhook as it is, and show says that statuses are reported', async () => {
    const before = await test.database.asSystem().findOneOrFail(GitSource, { repository: 'acme/web' });
    const reply = await ada.type('app connect press/web --status-token', { statusToken: 'ghp_status' });
    expect(reply.text).toBe(
      '`press/web` reports commit statuses with this token; its webhook stays.\n' +
        'GitHub did not manage webhooks: nobody answers. Try again: `app connect press/web --check`.',
    );
    const after = await test.database.asSystem().findOneOrFail(GitSource, { repository: 'acme/web' });
    expect(after.webhookConfig.secret).toBe(before.webhookConfig.secret);
    expect(deps.cipher.decrypt(after.webhookConfig.status_token ?? '', gitSourceIdentity(after, 'status_token'))).toBe(
      'ghp_status',
    );
    const shown = await ada.type('app show press/web');
    expect(shown.data).toMatchObject({ commitStatuses: true });
    expect(shown.fields).toContainEqual({ name: 'Commit statuses', value: 'reported, with a separate token' });
    expect(JSON.stringify(shown)).not.toContain('ghp_status');
  });

  it('connect to another repository forgets the credentials of the one before', async () => {
    await ada.type('app connect press/web --token', { token: 'ghp_hunter2' });
    await ada.type('app connect press/web --repo https://gitlab.com/acme/web2.git');
    const source = await test.database
      .asSystem()
      .transactional(async (em) => em.findOneOrFail(GitSource, { repository: 'acme/web2' }));
    expect(source.provider).toBe('gitlab');
    expect(Object.keys(source.webhookConfig)).toEqual(['secret']);
  });

  it('is found by its name alone unless two projects have it', async () => {
    const second = await makeProject(test.database, { name: 'second', owner: ada.user });
    expect((await ada.type('app show web')).title).toBe('press/web');
    await makeApplication(test.database, { name: 'web', project: second });
    expect((await ada.type('app show web')).text).toBe(
      'More than one project has `web`: `press/web`, `second/web`. Use one of these names.',
    );
    expect((await ada.type('app show press/wbe')).text).toContain('Did you mean `press/web`?');
  });

  it('of others is not found, and not suggested', async () => {
    const other = await makeProject(test.database, { name: 'others' });
    await makeApplication(test.database, { name: 'secret', project: other });
    expect((await ada.type('app show others/secret')).text).toBe(
      'There is no application `others/secret`. `app list` shows those you see.',
    );
    const root = await makePerson(deps, 'super_admin');
    expect((await root.type('app show others/secret')).title).toBe('others/secret');
  });

  it('archive removes the service and frees the name; its history stays', async () => {
    const project = await makeProject(test.database, { name: 'attic', owner: ada.user });
    const application = await makeApplication(test.database, { name: 'old', project });
    await makeDeployment(test.database, { application, status: 'success', completedAt: new Date() });
    const service = serviceName('attic', 'old', application.id);
    running(service);
    expect((await ada.type('app archive attic/old')).tone).toBe('success');
    expect(calls).toContain(`remove ${service}`);
    expect(applied.at(-1)?.routes).toEqual([]);
    expect((await ada.type('app show attic/old')).tone).toBe('danger');
    expect((await ada.type('app create attic/old --image redis:7')).tone).toBe('success');
    const kept = await test.database
      .asSystem()
      .transactional(async (em) => em.findOneOrFail(Application, application.id));
    expect(kept.status).toBe('archived');
  });

  it('is not archived during a deployment', async () => {
    const project = await makeProject(test.database, { name: 'busy', owner: ada.user });
    const application = await makeApplication(test.database, { name: 'api', project });
    await makeDeployment(test.database, { application, status: 'building' });
    expect((await ada.type('app archive busy/api')).text).toContain('A deployment of `busy/api` is in progress.');
  });
});

describe('a team’s project', () => {
  it('is read by its viewers, changed by its members and managed by its admins', async () => {
    const owner = await makeUser(test.database);
    const people = {
      viewer: await makePerson(deps, 'admin'),
      member: await makePerson(deps, 'admin'),
      admin: await makePerson(deps, 'admin'),
    };
    const team = await makeTeam(test.database, [
      [owner, 'owner'],
      [people.viewer.user, 'viewer'],
      [people.member.user, 'member'],
      [people.admin.user, 'admin'],
    ]);
    const project = await makeProject(test.database, { name: 'crew', owner, team });
    await makeApplication(test.database, { name: 'api', project });
    for (const [role, person] of Object.entries(people)) {
      const outcome = async (line: string) => (await person.type(line)).tone;
      expect([role, await outcome('app show crew/api')]).toEqual([role, 'info']);
      expect([role, await outcome('env set crew/api A=1')]).toEqual([role, role === 'viewer' ? 'danger' : 'success']);
      const created = await outcome(`app create crew/by-${role} --image redis:7`);
      expect([role, created]).toEqual([role, role === 'admin' ? 'success' : 'danger']);
    }
    expect((await people.viewer.type('env set crew/api A=1')).text).toContain(
      'needs the role `member` in the team of `crew`',
    );
  });
});
