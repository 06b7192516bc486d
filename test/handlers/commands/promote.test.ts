import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { CommitComparison } from '../../../src/git/git.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps, fakeGit, fakeQueue } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';

const [live, head] = ['a'.repeat(40), 'b'.repeat(40)];

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let other: Crew;
let names: { staging: string; production: string };
let staging: Application;
let production: Application;
let comparison: CommitComparison | undefined;
const { queue, enqueued } = fakeQueue();

beforeAll(async () => {
  db = await createTestDatabase();
  const git = { ...fakeGit({ main: head }), compare: async () => comparison };
  deps = fakeDeps(db.database, { queue, git });
  crew = await makeCrew(deps, 'shop');
  other = await makeCrew(deps, 'depot');
});
afterAll(() => db.close());
beforeEach(async () => {
  const sourceConfig = { clone_url: 'https://github.com/acme/api.git', branch: 'main' };
  const make = (name: string) => makeApplication(db.database, { project: crew.project, sourceConfig, name });
  staging = await make(`staging-${randomUUID().slice(0, 6)}`);
  production = await make(`api-${randomUUID().slice(0, 6)}`);
  names = { staging: `shop/${staging.name}`, production: `shop/${production.name}` };
  comparison = undefined;
});

function isLive(application: Application, commitSha: string, image = 'shop-staging:1'): Promise<Deployment> {
  const metadata = { image, ref: 'main', commit_title: 'Fix the cart' };
  return makeDeployment(db.database, { application, status: 'success', commitSha, metadata });
}

const made = (application: Application) =>
  db.database.asSystem().findOneOrFail(Deployment, { application, status: 'pending' });

describe('promote', () => {
  it('deploys the image that is live there, and says where it comes from', async () => {
    const from = await isLive(staging, head);
    const reply = await crew.ada.type(`promote ${names.staging} ${names.production}`);
    expect(reply.text).toContain(`Promoting to \`${names.production}\` bbbbbbb Fix the cart as `);
    expect(await made(production)).toMatchObject({
      commitSha: head,
      metadata: {
        trigger: 'promote',
        image: 'shop-staging:1',
        promoted_from: { deployment: from.id, application: names.staging },
        ref: 'main',
      },
    });
    expect(enqueued).toContain(production.id);
  });

  it('refuses the same application, one where nothing is live, and one that did not record its image', async () => {
    expect((await crew.ada.type(`promote ${names.staging} ${staging.name}`)).text).toContain('the same application');
    const line = `promote ${names.staging} ${names.production}`;
    expect((await crew.ada.type(line)).text).toBe(
      `Nothing is live in \`${names.staging}\`: \`deploy ${names.staging}\`.`,
    );
    await makeDeployment(db.database, { application: staging, status: 'success', metadata: {} });
    expect((await crew.ada.type(line)).text).toContain('did not record its image');
  });

  it('goes from one project to another for who may change both', async () => {
    await isLive(staging, head);
    const target = await makeApplication(db.database, {
      project: other.project,
      name: `api-${randomUUID().slice(0, 6)}`,
    });
    const line = `promote ${names.staging} depot/${target.name}`;
    expect((await crew.ada.type(line)).text).toContain('There is no application');
    expect((await other.ada.type(line)).text).toContain('There is no application');
    expect((await crew.viewer.type(`promote ${names.staging} ${names.production}`)).text).toContain('role `member`');
    const root = await makePerson(deps, 'super_admin');
    expect((await root.type(line)).tone).toBe('info');
  });

  it('waits for an approval, with what changes there, when the application is protected', async () => {
    await isLive(staging, head);
    await isLive(production, live, 'shop-api:0');
    await crew.lea.type(`app set ${names.production} protected=true`);
    comparison = { commits: [{ commit: head, title: 'Fix the cart', author: 'Ada' }], count: 1, dropped: 0 };
    const reply = await crew.ada.type(`promote ${names.staging} ${names.production}`);
    expect(reply.text).toContain('is protected');
    expect((await made(production)).metadata).toMatchObject({
      approval: { state: 'waiting' },
      range: { from: live, to: head, newest: ['bbbbbbb Fix the cart (Ada)'] },
    });
    expect(enqueued).not.toContain(production.id);
  });

  it('is held back by a lock', async () => {
    await isLive(staging, head);
    await crew.ben.type(`lock ${names.production} wait`);
    const { text } = await crew.ada.type(`promote ${names.staging} ${names.production}`);
    expect(text).toMatch(/is locked by .*: wait\. They or an admin can `unlock .*`\.$/);
    expect(text).not.toContain('--force');
  });
});

describe('protected', () => {
  it('is for admins to change, also beside other settings', async () => {
    const line = `app set ${names.production} memory=512M protected=true`;
    expect((await crew.ada.type(line)).text).toContain('Changing `protected` needs the role `admin`');
    expect((await crew.viewer.type(`app show ${names.production}`)).data).toMatchObject({ settings: {} });
    expect((await crew.lea.type(line)).tone).toBe('success');
    expect((await crew.ada.type(`app set ${names.production} protected=`)).tone).toBe('danger');
    expect((await crew.ada.type(`app set ${names.production} protected=false`)).tone).toBe('danger');
    expect((await crew.ada.type(`app set ${names.production} memory=1G protected=true`)).tone).toBe('success');
    expect((await crew.lea.type(`app set ${names.production} protected=yes`)).text).toContain('`true` or `false`');
    expect((await crew.eve.type(`app set ${names.production} protected=`)).tone).toBe('success');
  });

  it('a port of the nodes is for admins to publish too', async () => {
    const line = `app set ${names.production} port=3000 host-port=9000`;
    expect((await crew.ada.type(line)).text).toContain('Changing `host-port` needs the role `admin`');
    expect((await crew.lea.type(line)).tone).toBe('success');
    expect((await crew.lea.type(`app set ${names.production} host-port=`)).tone).toBe('success');
  });

  it('stays when two change settings at once', async () => {
    const lines = [`memory=512M`, `cpus=1`, `watch=src/**`, `context=api`].map((one) =>
      crew.ada.type(`app set ${names.production} ${one}`),
    );
    await Promise.all([...lines, crew.lea.type(`app set ${names.production} protected=true`)]);
    expect((await crew.ada.type(`app show ${names.production}`)).data).toMatchObject({
      settings: { memory: '512M', cpus: '1', watch: 'src/**', context: 'api', protected: 'true' },
    });
  });
});

describe('diff', () => {
  const diff = () => crew.viewer.type(`diff ${names.production}`);

  it('lists the commits between what is live and the head of the branch, and links to them', async () => {
    await isLive(production, live);
    const commit = { commit: head, title: 'Fix the cart', author: 'Ada' };
    comparison = { commits: Array.from({ length: 60 }, () => commit), count: 70, dropped: 0 };
    const reply = await diff();
    expect(reply).toMatchObject({ tone: 'info', title: `${names.production} aaaaaaa..bbbbbbb` });
    expect(reply.text).toBe('70 commits between what is live and the head of `main`.\n20 older ones are not listed.');
    expect(reply.table?.rows).toHaveLength(50);
    expect(reply.table?.rows[0]).toEqual(['bbbbbbb', 'Fix the cart', 'Ada']);
    expect(reply.link?.url).toBe(`https://github.com/acme/api/compare/${live}...${head}`);
  });

  it('warns when commits of what is live would go away', async () => {
    await isLive(production, live);
    comparison = { commits: [], count: 0, dropped: 1 };
    expect(await diff()).toMatchObject({
      tone: 'warning',
      text: '0 commits between what is live and the head of `main`. 1 commit of the live version would be lost.',
    });
  });

  it('says when there is no difference, nothing to compare, or git does not know', async () => {
    expect((await diff()).text).toBe(`Nothing is live yet: \`deploy ${names.production}\`.`);
    await isLive(production, live);
    expect((await diff()).text).toContain('The live commit aaaaaaa is no longer in the repository');
    await isLive(production, head);
    expect((await diff()).text).toBe(`\`${names.production}\` runs the head of \`main\`, bbbbbbb.`);
    const image = { project: crew.project, type: 'docker', sourceConfig: { image: 'nginx:1' } } as const;
    const { name } = await makeApplication(db.database, image);
    expect((await crew.viewer.type(`diff ${name}`)).text).toContain('runs a prebuilt image');
  });
});
