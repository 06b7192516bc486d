import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { Domain } from '../../../src/entities/domain.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import { runDeployment } from '../../../src/usecases/deployments/run/run-deployment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeGit, testConfig } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { StackSwarm, swarmOf } from '../deployments/compose/stack-swarm.ts';

const head = 'a'.repeat(40);
/** The repository of the team, by path. */
const files: Record<string, string> = {
  'templates/notes/template.yaml': `title: Notes
summary: Notes of the team
service: web
port: 8080
variables: [{ name: TEAM, summary: Whose notes }]
`,
  'templates/notes/compose.yaml': 'services: { web: { image: "notes:1", environment: { TEAM: "${TEAM}" } } }',
  'templates/broken/template.yaml': 'title: Broken\nsummary: Names what is not there\nservice: web\nport: 80\n',
  'templates/broken/compose.yaml': 'services: { api: { image: "api:1" } }',
  'wrong/template.yaml': 'title: Wrong\nsummary: Refused by Swarm\n',
  'wrong/compose.yaml': 'services: { api: { image: "api:1", privileged: true } }',
  'README.md': 'Nothing',
};

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let dataDir: string;
beforeAll(async () => {
  test = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-templates-'));
  const checkout: Deps['git']['checkout'] = async ({ commit, directory }) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return { commit, title: 'Templates', author: 'Ada' };
  };
  const git = { ...fakeGit({ HEAD: head, main: head }), checkout };
  deps = fakeDeps(test.database, { git, config: { ...testConfig, dataDir } });
  ada = await makePerson(deps, 'admin');
  await makeProject(test.database, { name: 'shop', owner: ada.user });
});
afterAll(async () => {
  await test.close();
  await rm(dataDir, { recursive: true, force: true });
});

const system = () => test.database.asSystem();
const find = (name: string) => system().findOneOrFail(Application, { name }, { populate: ['project'] });
const counts = async () => ({
  applications: await system().count(Application, {}),
  databases: await system().count(ManagedDatabase, {}),
});

async function variables(name: string) {
  return system().transactional(async (em) => {
    const application = await em.findOneOrFail(Application, { name }, { populate: ['project'] });
    return loadEnvironment(deps, em, application);
  });
}

describe('an application of a built-in template', () => {
  it('has its database, variables and domain, and shows what people log in with once', async () => {
    const line = 'app create shop/data --template postgres-pgadmin --domain data.example.com';
    const reply = await ada.type(`${line} --set PGADMIN_DEFAULT_EMAIL=ada@example.com`);
    const application = await find('data');
    expect(application).toMatchObject({
      type: 'compose',
      sourceType: 'docker_compose',
      sourceConfig: { compose_service: 'pgadmin', template: { name: 'postgres-pgadmin' } },
      dockerConfig: { ports: [{ container: 80 }] },
    });
    const { plain, secret } = await variables('data');
    expect(plain).toEqual({ PGADMIN_DEFAULT_EMAIL: 'ada@example.com', VERSION: '8.14' });
    expect(Object.keys(secret).sort()).toEqual(['DATABASE_URL', 'PGADMIN_DEFAULT_PASSWORD']);
    expect(await system().count(Domain, { domain: 'data.example.com', targetId: application.id })).toBe(1);
    expect(reply).toMatchObject({
      tone: 'success',
      private: true,
      title: '`shop/data` is created',
      fields: [{ name: 'PGADMIN_DEFAULT_PASSWORD', value: secret['PGADMIN_DEFAULT_PASSWORD'] }],
      link: { url: 'https://data.example.com:8443' },
      data: { template: 'postgres-pgadmin', databases: ['shop/data-db'] },
    });
    expect(reply.text).toContain('It has `shop/data-db`, backed up like every database (`db backups shop/data-db`).');
    expect(reply.text).toContain('Shipmate does not back up its volumes: `pgadmin`.');
    expect(reply.text).toContain('Deploy it with `deploy shop/data`.');
  });

  it('leaves no secret in the audit log', async () => {
    const { secret } = await variables('data');
    const { rows } = await executeSql<{ all: string }>(
      system(),
      `select coalesce(string_agg(details::text, ' '), '') as all from audit_logs`,
    );
    for (const value of Object.values(secret)) expect(rows[0]?.all).not.toContain(value);
  });

  it('is deployed from the text it was created with, redeployed, and rolled back', async () => {
    await ada.type('app create shop/stats --template umami');
    const stack = new StackSwarm(await find('stats'));
    const before = deps.swarm;
    Object.assign(deps, { swarm: swarmOf(stack) });
    async function deploy(typed: string): Promise<Deployment> {
      const { deploymentId = '', text } = await ada.type(typed);
      if (deploymentId === '') throw new Error(text);
      await runDeployment(deps, deploymentId, new AbortController().signal);
      return system().findOneOrFail(Deployment, deploymentId, { populate: ['application'] });
    }
    const first = await deploy('deploy shop/stats');
    expect(first).toMatchObject({
      status: 'success',
      metadata: { ref: 'template umami', commit_title: 'Template umami' },
    });
    const { secret } = await variables('stats');
    expect(stack.specs[0]).toMatchObject({
      image: 'ghcr.io/umami-software/umami:postgresql-v2.14.0',
      env: { DATABASE_URL: secret['DATABASE_URL'], APP_SECRET: secret['APP_SECRET'] },
    });
    await ada.type('env set shop/stats VERSION=postgresql-v2.15.1');
    const second = await deploy('redeploy shop/stats');
    expect(second).toMatchObject({ status: 'success', commitSha: first.commitSha });
    expect(stack.specs.at(-1)).toMatchObject({ image: 'ghcr.io/umami-software/umami:postgresql-v2.15.1' });
    const back = await deploy('rollback shop/stats');
    expect(back.status).toBe('success');
    expect(stack.specs.at(-1)).toMatchObject({ image: 'ghcr.io/umami-software/umami:postgresql-v2.14.0' });
    Object.assign(deps, { swarm: before });
    expect(await readdir(join(dataDir, 'checkouts'))).toEqual([]);
  });

  it('has no branches, and says what to do instead', async () => {
    const { text, tone } = await ada.type('deploy shop/stats v3');
    expect(tone).toBe('danger');
    expect(text).toContain('`env set shop/stats VERSION=…`, then `redeploy shop/stats`');
    expect(await ada.type('diff shop/stats')).toMatchObject({ tone: 'danger' });
    const shown = await ada.type('app show shop/stats');
    expect(shown.fields).toContainEqual({ name: 'Template', value: 'umami' });
  });

  it('gets its own address where it has no domain', async () => {
    await ada.type('app create shop/blog --template ghost');
    const { plain } = await variables('blog');
    expect(plain['URL']).toBe('http://blog.shop.localhost:8088');
  });

  it.each([
    ['app create shop/x --template umammi', 'Did you mean `umami`?'],
    ['app create shop/x --template postgres-pgadmin', '`--set PGADMIN_DEFAULT_EMAIL=…`: E-mail address'],
    ['app create shop/x --template umami --set NOTHING=1', 'The template has no variable `NOTHING`'],
    ['app create shop/x --template umami --domain not_a_name', 'not_a_name'],
    ['app create shop/x --template umami --image nginx:1', 'Leave out `--image`'],
    ['app create shop/x --image nginx:1 --set A=1', 'add `--template <name>`'],
    ['app create shop/stats --template uptime-kuma', '`shop/stats` already exists'],
    ['app create shop/data --template umami', 'the database `shop/data-db`, which exists already'],
    ['app create other/x --template umami', 'There is no project `other`'],
  ])('is refused before anything is made: %s', async (line, part) => {
    const before = await counts();
    const { text, tone } = await ada.type(line);
    expect({ tone, text }).toEqual({ tone: 'danger', text: expect.stringContaining(part) });
    expect(await counts()).toEqual(before);
  });
});

describe('an application of a template of the team', () => {
  const repo = '--repo https://git.acme.example/acme/templates.git --provider none';

  it('is that of a repository, with what the manifest says', async () => {
    const reply = await ada.type(`app create shop/notes --template notes ${repo} --set TEAM=red`);
    expect(reply).toMatchObject({ tone: 'success', title: '`shop/notes` is created', data: { template: 'notes' } });
    const { sourceConfig } = await find('notes');
    expect(sourceConfig).toMatchObject({
      clone_url: 'https://git.acme.example/acme/templates.git',
      compose_file: 'templates/notes/compose.yaml',
      compose_service: 'web',
    });
    expect(sourceConfig).not.toHaveProperty('template');
    expect((await variables('notes')).plain).toEqual({ TEAM: 'red' });
  });

  it.each([
    ['none', 'The repository has no template `none`'],
    ['../notes', 'The repository has no template `../notes`'],
    ['broken', 'has no service `web`, which `template.yaml` names'],
    ['wrong', 'services.api.privileged is not supported'],
  ])('is refused with what is wrong: %s', async (name, part) => {
    const before = await counts();
    const { text } = await ada.type(`app create shop/y --template ${name} ${repo}`);
    expect(text).toContain(part);
    expect(await counts()).toEqual(before);
    expect(await readdir(join(dataDir, 'checkouts'))).toEqual([]);
  });
});

describe('template list and show', () => {
  it('tell what there is, and what each makes', async () => {
    const viewer = await makePerson(deps, 'viewer');
    const list = await viewer.type('template list');
    expect(list.table?.rows).toHaveLength(10);
    expect(list.table?.rows).toContainEqual(['umami', 'Web analytics without cookies']);
    const shown = await viewer.type('template show postgres-pgadmin');
    expect(shown.text).toContain(
      '`app create <project>/<app> --template postgres-pgadmin --set PGADMIN_DEFAULT_EMAIL=…`',
    );
    expect(shown.table?.rows).toEqual([
      ['PGADMIN_DEFAULT_EMAIL', 'E-mail address to log in to pgAdmin with', 'asked for: --set'],
      ['PGADMIN_DEFAULT_PASSWORD', 'Password to log in to pgAdmin with', 'made, and shown once'],
      ['VERSION', 'Tag of the image dpage/pgadmin4', '8.14'],
    ]);
    expect(shown.code).toContain('image: dpage/pgadmin4:${VERSION}');
  });

  it('read those of a repository for who may create applications, and for nobody else', async () => {
    const repo = '--repo https://git.acme.example/acme/templates.git';
    delete files['wrong/template.yaml'];
    const list = await ada.type(`template list ${repo}`);
    expect(list.table?.rows).toEqual([
      ['broken', 'Names what is not there'],
      ['notes', 'Notes of the team'],
    ]);
    expect((await ada.type(`template show notes ${repo}`)).title).toBe('Notes');
    const developer = await makePerson(deps, 'developer');
    for (const line of [`template list ${repo}`, `template show notes ${repo}`]) {
      expect(await developer.type(line)).toMatchObject({
        tone: 'danger',
        text: expect.stringContaining('role `admin`'),
      });
    }
  });
});
