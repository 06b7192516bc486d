import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../../src/database/database.ts';
import { UnavailableError } from '../../../../src/errors.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { makeApplication } from '../../../support/factories.ts';
import { makePerson, type Person } from '../../../support/person.ts';
import { countStatements } from '../../../support/statements.ts';
import { addRows, type FilledApplication, fillApplication, values } from './application-rows.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let filled: FilledApplication;
let viewer: Person;
beforeAll(async () => {
  stage = await makePageStage();
  filled = await fillApplication(stage, 1);
  viewer = await makePerson(stage.deps, 'developer');
  await stage.share(viewer, 'viewer');
});
afterAll(() => stage.close());

const path = () => `/applications/${filled.application.id}`;

async function get(person: Person | undefined, address = path()): Promise<{ status: number; text: string }> {
  const cookie = person ? `shipmate=${sessionOf(stage.deps, person.user)}` : '';
  const response = await fetch(stage.url + address, { headers: { accept: 'text/html', cookie }, redirect: 'manual' });
  return { status: response.status, text: await response.text() };
}

/** The words of the page, a blank between any two. */
const wordsOf = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const buttonsOf = (html: string) =>
  [...html.matchAll(/<button class="[^"]*" data-key="([^"]*)"/g)].map(([, line]) => line?.replaceAll('&quot;', '"'));

describe('the page of an application', () => {
  it('shows how it is, and all that belongs to it', async () => {
    const { status, text } = await get(stage.ada);
    expect(status).toBe(200);
    const words = wordsOf(text);
    for (const part of [
      'shop/api running',
      'Tasks 1 of 1 running',
      'Live c0ffee0 Show the cart’s total',
      'http://www0.example.com:8088',
      'Repository https://github.com/acme/api.git',
      'success Live c0ffee0',
      'failed c0ffee0',
      'SECRET_0 secret',
      'BUILD_0 build secret',
      'DATABASE_URL_0 secret, from shop/orders-0',
      'PLAIN_0 plain',
      'www0.example.com the first port no certificate yet',
      'shop/orders-0 postgresql 17 running DATABASE_URL_0',
      'full success',
      'full failed',
      'v2 ada (slack)',
    ])
      expect(words).toContain(part);
    expect(text).toContain(`data-events="${path()}/log/events"`);
    expect(text).toContain('<a class="button" href="http://www0.example.com:8088" rel="noreferrer">Visit</a>');
  });

  it('shows no value of a variable', async () => {
    const { text } = await get(stage.ada);
    for (const value of Object.values(values)) expect(text).not.toContain(value);
  });

  it('offers the commands that its state allows', async () => {
    const lines = buttonsOf((await get(stage.ada)).text).map((line) => line?.replace(/[\da-f]{8}$/, '<id>'));
    expect(lines).toEqual([
      'deploy shop/api',
      'redeploy shop/api',
      'rollback shop/api --live <id>',
      'restart shop/api',
      'stop shop/api',
      'scale shop/api',
      'lock shop/api',
      'cancel shop/api --deployment <id>',
      'env set shop/api',
      'env unset shop/api BUILD_0',
      'env unset shop/api PLAIN_0',
      'env unset shop/api SECRET_0',
      'domain add "" shop/api',
      'domain check www0.example.com',
      'domain remove www0.example.com',
      'db backup shop/orders-0',
      'db backups shop/orders-0',
      'db detach shop/orders-0 shop/api',
      'app show shop/api',
      'app set shop/api',
    ]);
  });

  it('says what it used, and draws it, once it is measured', async () => {
    expect((await get(viewer)).text).toContain('No measurements yet.');
    await executeSql(
      stage.deps.database.asSystem(),
      `insert into task_metrics (application_id, seconds, at, service, slot, node_id, samples, cpu_seconds,
         measured_seconds, memory_bytes, memory_peak_bytes, memory_limit_bytes, received_bytes, sent_bytes, restarts)
       values ($1, 60, date_trunc('minute', now()), '', 1, 'n1', 1, 15, 60, 1048576, 1048576, 4194304, 600, 1200, 0)`,
      [filled.application.id],
    );
    const { text } = await get(viewer);
    expect(text).toMatch(/1 MiB at most, limit 4 MiB/);
    expect(buttonsOf(text)).toContain('metrics shop/api');
    await executeSql(stage.deps.database.asSystem(), 'delete from task_metrics');
  });

  it('offers a viewer what only reads', async () => {
    expect(buttonsOf((await get(viewer)).text)).toEqual([
      'domain check www0.example.com',
      'db backups shop/orders-0',
      'app show shop/api',
    ]);
  });

  it('costs no more statements for more of everything', async () => {
    async function statements(): Promise<number> {
      using counted = countStatements();
      expect((await get(stage.ada)).status).toBe(200);
      return counted.all();
    }
    await statements();
    const one = await statements();
    for (const at of [1, 2, 3, 4]) await addRows(stage, filled.application, at);
    expect(await statements()).toBe(one);
    // Those of the session, of the transactions, one of each kind of row, and three of what it used.
    expect(one).toBeLessThanOrEqual(35);
  });

  it('is the same page whether there is none or the person does not see it', async () => {
    const hidden = await makeApplication(stage.deps.database);
    const one = await get(stage.ada, `/applications/${hidden.id}`);
    expect(one.status).toBe(404);
    expect(await get(stage.ada, '/applications/00000000-0000-4000-8000-000000000000')).toEqual(one);
    expect((await get(stage.ada, '/applications/nonsense')).status).toBe(404);
    expect((await get(undefined)).status).toBe(401);
  });

  it('is drawn although Docker does not answer, and calls nothing well then', async () => {
    const { swarm } = stage.deps;
    const away = async () => Promise.reject(new UnavailableError('Docker does not answer.'));
    Object.assign(stage.deps, { swarm: { ...swarm, inspect: away, list: away } });
    const [{ text }, overview] = [await get(stage.ada), await get(stage.ada, '/')];
    Object.assign(stage.deps, { swarm });
    expect(wordsOf(text)).toContain('shop/api unknown: Docker does not answer');
    expect(text).toContain('It isn’t running, so there is no log to follow.');
    expect(text).not.toContain('badge success">running');
    expect(overview.text).toContain('<span class="dot idle"></span>');
    expect(wordsOf(overview.text)).toContain('api unknown: Docker does not answer');
  });

  it('of a preview offers what its request allows', async () => {
    const { project } = filled.application;
    const preview = await makeApplication(stage.deps.database, {
      project,
      name: 'api-pr-7',
      sourceConfig: { preview: { number: 7, of: 'api' } } as never,
    });
    expect(buttonsOf((await get(stage.ada, `/applications/${preview.id}`)).text)).toEqual([
      'preview open shop/api 7',
      'preview close shop/api 7',
      'app show shop/api-pr-7',
    ]);
  });
});
