import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let application: Application;
let app: string;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  ada = await makePerson(deps, 'developer');
});
afterAll(() => test.close());
beforeEach(async () => {
  const name = `shop-${randomUUID().slice(0, 6)}`;
  const project = await makeProject(test.database, { name, owner: ada.user });
  application = await makeApplication(test.database, { name: 'api', project });
  app = `${name}/api`;
});

async function variables() {
  const em = test.database.asSystem();
  const found = await em.findOneOrFail(Application, application.id);
  const { buildSecrets, plain, secret } = await loadEnvironment(deps, em, found);
  return { plain, secret, buildSecrets };
}

/** Numbers of the changes, the newest first, and what they say. */
async function changes(line = `env history ${app}`): Promise<[number, string][]> {
  const rows = (await ada.type(line)).table?.rows ?? [];
  return rows.map(([id = '', _when, _by, what = '']) => [Number(id), what]);
}

/** Of a change, the newest first. */
async function numberOf(at: number): Promise<number> {
  return (await changes())[at]?.[0] ?? 0;
}

describe('env history', () => {
  it('has who, when, names, and the values of plain variables only', async () => {
    await ada.type(`env set ${app} LOG_LEVEL=info REGION=eu`);
    await ada.type(`env set ${app} LOG_LEVEL=debug`);
    await ada.type(`env set ${app} TOKEN --secret`, { secret: 'hunter2' });
    await ada.type(`env set ${app} TOKEN --secret`, { secret: 'hunter3' });
    await ada.type(`env unset ${app} REGION TOKEN`);
    const reply = await ada.type(`env history ${app}`);
    expect(reply.table?.rows.map(([, , by, what]) => [by, what])).toEqual([
      [ada.user.username, 'removed REGION (was eu), removed TOKEN (was secret)'],
      [ada.user.username, 'TOKEN, a secret'],
      [ada.user.username, 'TOKEN, a secret'],
      [ada.user.username, 'LOG_LEVEL=debug (was info)'],
      [ada.user.username, 'LOG_LEVEL=info, REGION=eu'],
    ]);
    expect(JSON.stringify(reply)).not.toContain('hunter');
    const { rows } = await executeSql<{ value: string }>(
      test.database.asSystem(),
      `select coalesce(before_value, '') || coalesce(after_value, '') as value from changed_variables v
       join variable_changes c on c.id = v.change_id where c.application_id = $1 and v.key = 'TOKEN' order by c.id`,
      [application.id],
    );
    expect(rows.map(({ value }) => value.slice(0, 3))).toEqual(['', 'v1.', 'v1.']);
  });

  it('has no change for a value that was there before', async () => {
    await ada.type(`env set ${app} A=1`);
    await ada.type(`env set ${app} A=1`);
    expect((await changes()).map(([, what]) => what)).toEqual(['A=1']);
  });

  it('hides earlier values of what is made a secret', async () => {
    await ada.type(`env set ${app} PASSWORD=hunter1`);
    await ada.type(`env set ${app} PASSWORD=hunter2`);
    await ada.type(`env set ${app} PASSWORD --secret`, { secret: 'hunter3' });
    const reply = await ada.type(`env history ${app}`);
    expect(JSON.stringify(reply)).not.toContain('hunter');
    const { rows } = await executeSql<{ value: string | null }>(
      test.database.asSystem(),
      `select before_value as value from changed_variables where key = 'PASSWORD' order by change_id`,
    );
    expect(rows.map(({ value }) => value?.slice(0, 3))).toEqual([undefined, 'v1.', 'v1.']);
    const second = await numberOf(1);
    await ada.type(`env rollback ${app} ${second}`);
    expect(await variables()).toEqual({ plain: {}, secret: { PASSWORD: 'hunter2' }, buildSecrets: {} });
  });

  it('is another one for previews', async () => {
    await ada.type(`env set ${app} A=1`);
    await ada.type(`env set ${app} B=2 --preview`);
    expect((await changes(`env history ${app} --preview`)).map(([, what]) => what)).toEqual(['B=2']);
    expect(await ada.type(`env rollback ${app} --preview`)).toMatchObject({
      tone: 'success',
      data: { backTo: 0, set: [], removed: ['B'] },
    });
    expect(await ada.type(`env list ${app} --preview`)).toMatchObject({ data: [] });
    expect((await variables()).plain).toEqual({ A: '1' });
  });
});

describe('env rollback', () => {
  it('undoes the newest change by default, and a rollback too', async () => {
    await ada.type(`env set ${app} A=1`);
    const first = await numberOf(0);
    await ada.type(`env set ${app} A=2 B=3`);
    const reply = await ada.type(`env rollback ${app}`);
    expect(reply.text).toBe(
      `The variables are as they were after change ${first}: set \`A\`, removed \`B\`. To apply it: \`redeploy ${app}\`.`,
    );
    expect((await variables()).plain).toEqual({ A: '1' });
    expect((await changes())[0]?.[1]).toBe(`back to ${first}: A=1 (was 2), removed B (was 3)`);
    await ada.type(`env rollback ${app}`);
    expect((await variables()).plain).toEqual({ A: '2', B: '3' });
  });

  it('brings back secrets, those of builds, and what was removed, after any change', async () => {
    await ada.type(`env set ${app} A=1`);
    await ada.type(`env set ${app} TOKEN --secret`, { secret: 'one' });
    await ada.type(`env set ${app} NPM --build-secret`, { buildSecret: 'npm' });
    const wanted = await numberOf(0);
    await ada.type(`env set ${app} TOKEN --secret`, { secret: 'two' });
    await ada.type(`env set ${app} TOKEN --plain`);
    await ada.type(`env unset ${app} A NPM TOKEN`);
    await ada.type(`env set ${app} C=3`);
    expect(await ada.type(`env rollback ${app} ${wanted}`)).toMatchObject({
      data: { backTo: wanted, set: ['A', 'NPM', 'TOKEN'], removed: ['C'], left: [] },
    });
    expect(await variables()).toEqual({
      plain: { A: '1' },
      secret: { TOKEN: 'one' },
      buildSecrets: { NPM: 'npm' },
    });
  });

  it('leaves the connection of a database to `db attach`', async () => {
    const id = randomUUID();
    await test.database.asSystem().transactional(async (em) => {
      await executeSql(
        em,
        `insert into databases (id, project_id, name, type, version) values ($1, $2, 'db', 'redis', '7')`,
        [id, application.project.id],
      );
      const row = randomUUID();
      await executeSql(
        em,
        `insert into env_vars (id, application_id, key, value, is_secret, database_id) values ($1, $2, 'URL', $3, true, $4)`,
        [row, application.id, deps.cipher.encrypt('redis://', `env_vars:${row}:value`), id],
      );
    });
    await ada.type(`env set ${app} URL --secret`, { secret: 'elsewhere' });
    const reply = await ada.type(`env rollback ${app}`);
    expect(reply.text).toBe(
      `Only \`URL\` differ from then, the connections of databases: change them with \`db attach <database> ${app}\` and ` +
        `\`db detach <database> ${app}\`.`,
    );
    expect((await variables()).secret).toEqual({ URL: 'elsewhere' });
    expect(await test.database.asSystem().count(EnvVar, { application })).toBe(1);
  });

  it('says when there is nothing to bring back', async () => {
    expect((await ada.type(`env rollback ${app}`)).text).toBe(
      `No change of these variables is known: \`env history ${app}\`.`,
    );
    await ada.type(`env set ${app} A=1`);
    const only = await numberOf(0);
    expect((await ada.type(`env rollback ${app} ${only}`)).text).toBe(
      'The variables are as they were then. Nothing is changed.',
    );
    expect((await ada.type(`env rollback ${app} ${only + 1_000_000}`)).text).toBe(
      `There is no change ${only + 1_000_000} of these variables. \`env history ${app}\` lists them.`,
    );
  });

  it('of shared variables tells who is affected, and leaves nobody without one', async () => {
    const [shop = ''] = app.split('/');
    await ada.type(`shared set ${shop} HOST=a`);
    await ada.type(`env set ${app} 'AT=\${shared.HOST}'`);
    await ada.type(`shared set ${shop} HOST=b`);
    expect((await changes(`shared history ${shop}`)).map(([, what]) => what)).toEqual(['HOST=b (was a)', 'HOST=a']);
    expect(await ada.type(`shared rollback ${shop}`)).toMatchObject({
      tone: 'success',
      data: { set: ['HOST'], affected: [{ application: app, variables: ['HOST'] }] },
    });
    expect((await variables()).plain).toEqual({ AT: 'a' });
    await executeSql(
      test.database.asSystem(),
      `delete from variable_changes c using projects p where p.id = c.project_id and p.name = $1 and c.application_id is null
       and c.id <> (select min(id) from variable_changes where project_id = p.id)`,
      [shop],
    );
    expect((await ada.type(`shared rollback ${shop}`)).text).toContain(`\`HOST\` would be missing in \`${app}\`.`);
    expect((await variables()).plain).toEqual({ AT: 'a' });
  });
});
