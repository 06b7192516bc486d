import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../../src/entities/application.ts';
import type { ServiceStatus } from '../../../../src/swarm/swarm.ts';
import { labelKeys } from '../../../../src/swarm/labels.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { makeApplication, makeDeployment, makeProject } from '../../../support/factories.ts';
import { makePerson } from '../../../support/person.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let cookie: string;
/** What Swarm runs. */
const services: ServiceStatus[] = [];
beforeAll(async () => {
  stage = await makePageStage();
  const { swarm } = stage.deps;
  Object.assign(stage.deps, { swarm: { ...swarm, list: async () => services } });
  const { application } = await stage.deploy({ status: 'success' });
  run(application, 1, 1);
  cookie = `shipmate=${sessionOf(stage.deps, stage.ada.user)}`;
});
afterAll(() => stage.close());

function run({ id, name }: Pick<Application, 'id' | 'name'>, running: number, replicas: number): void {
  const labels = { [labelKeys.application]: id };
  services.push({ name: `${name}-${services.length}`, image: 'image:1', version: 1, replicas, running, labels });
}

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(stage.url + path, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' });
  return { status: response.status, text: await response.text() };
}

describe('GET /', () => {
  it('lists what the person may see', async () => {
    const { text } = await get('/', { cookie });
    expect(text).toContain('Everything the shop needs');
    expect(text).toContain('http://api.shop.localhost:8088');
    expect((await get('/')).status).toBe(401);
  });

  it('shows the version that is live, and a failed one as failed', async () => {
    const person = await makePerson(stage.deps, 'developer');
    const project = await makeProject(stage.deps.database, { owner: person.user });
    const application = await makeApplication(stage.deps.database, { project, status: 'running' });
    const make = (status: 'success' | 'failed', at: number, sha: string) =>
      makeDeployment(stage.deps.database, {
        application,
        status,
        commitSha: sha.padEnd(40, '0'),
        metadata: {},
        startedAt: new Date(Date.now() - at),
      });
    await make('success', 20_000, 'aaaaaaa');
    const failed = await make('failed', 10_000, 'bbbbbbb');
    run(application, 1, 1);
    const { text } = await get('/', { cookie: `shipmate=${sessionOf(stage.deps, person.user)}` });
    const leads = `<a href="/deployments/${failed.id}">last deployment failed</a>`;
    expect(text).toContain(`running · <bdi>aaaaaaa</bdi> · ${leads}: <bdi>bbbbbbb</bdi>`);
    expect(text).toContain(`<a href="/applications/${application.id}">${application.name}</a>`);
  });

  it('says what to say in chat while there is nothing', async () => {
    for (const [role, hint] of [
      ['admin', 'project create shop'],
      ['viewer', 'team invite'],
    ] as const) {
      const person = await makePerson(stage.deps, role);
      const { text } = await get('/', { cookie: `shipmate=${sessionOf(stage.deps, person.user)}` });
      expect(text).toContain(hint);
      expect(text).not.toContain('Everything the shop needs');
    }
  });

  it('calls nothing well that lacks tasks, and leads to no address that answers nobody', async () => {
    const person = await makePerson(stage.deps, 'developer');
    const project = await makeProject(stage.deps.database, { name: 'mill', owner: person.user });
    const dockerConfig = { ports: [{ container: 80 }] };
    const make = async (
      name: string,
      status: Application['status'],
      tasks: [number, number] | undefined,
      live = true,
    ) => {
      const application = await makeApplication(stage.deps.database, { project, name, status, dockerConfig });
      if (live) await makeDeployment(stage.deps.database, { application, status: 'success', metadata: {} });
      if (tasks) run(application, ...tasks);
    };
    await make('all', 'running', [2, 2]);
    await make('some', 'running', [1, 2]);
    await make('none', 'running', [0, 2]);
    await make('gone', 'running', undefined);
    await make('ill', 'failed', [2, 2]);
    await make('off', 'stopped', [0, 0]);
    await make('new', 'stopped', undefined, false);
    const { text } = await get('/', { cookie: `shipmate=${sessionOf(stage.deps, person.user)}` });
    const rows = [
      ...text.matchAll(/<span class="dot (\w+)">[^]*?<a[^>]*>(\w+)<\/a>\s*<span[^>]*>([^<·]*)[^]*?<\/li>/g),
    ];
    const shown = rows.map(([row, tone, name, words = '']) => [name, tone, words.trim(), row.includes('>Visit<')]);
    expect(shown).toEqual([
      ['all', 'success', 'running', true],
      ['gone', 'warning', 'not on Swarm', true],
      ['ill', 'danger', 'failed', true],
      ['new', 'idle', 'not deployed yet', false],
      ['none', 'danger', '0 of 2 tasks running', true],
      ['off', 'idle', 'stopped', false],
      ['some', 'warning', '1 of 2 tasks running', true],
    ]);
  });
});
