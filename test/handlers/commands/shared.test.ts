import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { SharedVariable } from '../../../src/entities/shared-variable.ts';
import { loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { sharedVariableIdentity } from '../../../src/usecases/shared-variables/shared-values.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let project: string;
let api: Application;
let web: Application;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  ada = await makePerson(deps, 'developer');
});
afterAll(() => test.close());
beforeEach(async () => {
  project = `shop-${randomUUID().slice(0, 6)}`;
  const owned = await makeProject(test.database, { name: project, owner: ada.user });
  api = await makeApplication(test.database, { name: 'api', project: owned });
  web = await makeApplication(test.database, { name: 'web', project: owned });
});

async function environmentOf({ id }: Application) {
  const em = test.database.asSystem();
  const { plain, secret } = await loadEnvironment(deps, em, await em.findOneOrFail(Application, id));
  return { plain, secret };
}

const rowsOf = async (line: string) => (await ada.type(line)).table?.rows;

describe('shared variables', () => {
  it('reach the applications that refer to them, and are shown with their origin', async () => {
    await ada.type(`shared set ${project} DB_HOST=10.0.0.5`);
    await ada.type(`shared set ${project} DB_PASSWORD --secret`, { secret: 'hunter2' });
    await ada.type(
      `env set ${project}/api 'DB_URL=pg://u:\${shared.DB_PASSWORD}@\${shared.DB_HOST}/x' 'HOST=\${shared.DB_HOST}' A=1`,
    );
    expect(await environmentOf(api)).toEqual({
      plain: { HOST: '10.0.0.5', A: '1' },
      secret: { DB_URL: 'pg://u:hunter2@10.0.0.5/x' },
    });
    expect(await environmentOf(web)).toEqual({ plain: {}, secret: {} });
    const listed = await ada.type(`env list ${project}/api`);
    expect(listed.table).toEqual({
      columns: ['Key', 'Value', 'From'],
      rows: [
        ['A', '1', ''],
        [
          'DB_URL',
          'pg://u:${shared.DB_PASSWORD}@${shared.DB_HOST}/x',
          `DB_PASSWORD of ${project}: ••••••, DB_HOST of ${project}: 10.0.0.5`,
        ],
        ['HOST', '${shared.DB_HOST}', `DB_HOST of ${project}: 10.0.0.5`],
      ],
    });
    expect(await rowsOf(`shared list ${project}`)).toEqual([
      ['DB_HOST', '10.0.0.5', 'all', 'api'],
      ['DB_PASSWORD', '••••••', 'all', 'api'],
    ]);
    for (const line of [`env list ${project}/api`, `shared list ${project}`, `shared history ${project}`]) {
      expect(JSON.stringify(await ada.type(line))).not.toContain('hunter2');
    }
  });

  it('of an environment come before those of the project, for its applications and for previews', async () => {
    await ada.type(`shared set ${project} HOST=all REGION=eu`);
    await ada.type(`shared set ${project} HOST=staging --environment staging`);
    await ada.type(`shared set ${project} HOST=preview --environment preview`);
    for (const app of ['api', 'web'])
      await ada.type(`env set ${project}/${app} 'AT=\${shared.HOST}.\${shared.REGION}'`);
    await ada.type(`app set ${project}/web environment=staging`);
    expect((await environmentOf(api)).plain).toEqual({ AT: 'all.eu' });
    expect((await environmentOf(web)).plain).toEqual({ AT: 'staging.eu' });
    await ada.type(`env set ${project}/api 'AT=\${shared.HOST}' --preview`);
    const variant = await makeApplication(test.database, {
      project: api.project,
      name: 'api-pr-1',
      previewOf: api,
      sourceConfig: { preview: { of: 'api', number: 1, outside: false } },
    });
    expect((await environmentOf(variant)).plain).toEqual({ AT: 'preview', SHIPMATE_PREVIEW: '1' });
    expect(await rowsOf(`shared list ${project} --environment staging`)).toEqual([
      ['HOST', 'all', 'all', 'api'],
      ['REGION', 'eu', 'all', 'api, web'],
      ['HOST', 'staging', 'staging', 'web'],
    ]);
    expect((await ada.type(`env list ${project}/web`)).table?.rows).toEqual([
      ['AT', '${shared.HOST}.${shared.REGION}', `HOST of ${project}, staging: staging, REGION of ${project}: eu`],
    ]);
  });

  it('are stored encrypted for their row when secret', async () => {
    await ada.type(`shared set ${project} TOKEN --secret`, { secret: 'hunter2' });
    const row = await test.database.asSystem().findOneOrFail(SharedVariable, { project: { name: project } });
    expect(row.isSecret).toBe(true);
    expect(deps.cipher.decrypt(row.value, sharedVariableIdentity(row))).toBe('hunter2');
    expect((await ada.type(`shared set ${project} TOKEN=plain`)).text).toBe(
      '`TOKEN` is a shared secret. Change it with `--secret`, or unset it first.',
    );
  });

  it('change with a list of who is affected, also through others, and nobody else', async () => {
    await ada.type(`shared set ${project} HOST=a 'URL=http://\${shared.HOST}/'`);
    expect((await ada.type(`env set ${project}/api 'BASE=\${shared.URL}'`)).tone).toBe('success');
    await ada.type(`env set ${project}/web 'HOST=\${shared.HOST}'`);
    await ada.type(`env set ${project}/web 'HOST=\${shared.URL}' --preview`);
    await ada.type(`shared set ${project} HOST=b --environment staging`);
    await ada.type(`app set ${project}/web environment=staging`);
    const reply = await ada.type(`shared set ${project} HOST=c`);
    expect(reply).toMatchObject({
      tone: 'success',
      text:
        `Shared \`HOST\`. Affected: \`${project}/api\`, with their next deployment: \`redeploy ${project}/api\`. ` +
        `Previews of \`${project}/web\` get it with their next deployment.`,
      data: {
        affected: [
          { application: `${project}/api`, previews: false, variables: ['HOST'] },
          { application: `${project}/web`, previews: true, variables: ['HOST'] },
        ],
      },
    });
    expect((await ada.type(`shared set ${project} HOST=d --environment staging`)).data).toMatchObject({
      environment: 'staging',
      affected: [{ application: `${project}/web`, previews: false }],
    });
    expect((await ada.type(`shared set ${project} HOST=c`)).data).toMatchObject({ affected: [] });
    expect((await ada.type(`shared set ${project} OTHER=1`)).text).toBe(
      'Shared `OTHER`. No application refers to it yet.',
    );
  });

  it('know what the compose file of a live version names', async () => {
    const owned = { project: api.project, name: 'stack', type: 'compose' as const };
    const stack = await makeApplication(test.database, owned);
    await makeDeployment(test.database, { application: stack, status: 'success', metadata: { shared: ['HOST'] } });
    expect((await ada.type(`shared set ${project} HOST=a`)).data).toMatchObject({
      affected: [{ application: `${project}/stack`, previews: false, variables: ['HOST'] }],
    });
  });

  it('stay while somebody needs them', async () => {
    await ada.type(`shared set ${project} HOST=a`);
    await ada.type(`shared set ${project} HOST=b --environment staging`);
    await ada.type(`app set ${project}/web environment=staging`);
    for (const app of ['api', 'web']) await ada.type(`env set ${project}/${app} 'AT=\${shared.HOST}'`);
    // The project's takes its place.
    expect((await ada.type(`shared unset ${project} HOST --environment staging`)).data).toMatchObject({
      affected: [{ application: `${project}/web` }],
    });
    const reply = await ada.type(`shared unset ${project} HOST`);
    expect(reply).toMatchObject({
      tone: 'danger',
      text:
        `\`HOST\` would be missing in \`${project}/api\` and \`${project}/web\`. Change the variables there first: ` +
        `\`env list ${project}/api\`. \`shared list ${project}\` shows who refers to what.`,
    });
    expect((await environmentOf(api)).plain).toEqual({ AT: 'a' });
  });

  it.each([
    [`'A=\${shared.A}'`, '`${shared.A}` → `${shared.A}` refer to each other in a cycle'],
    [
      `'A=\${shared.B}' 'B=\${shared.A}'`,
      '`${shared.A}` → `${shared.B}` → `${shared.A}` refer to each other in a cycle',
    ],
  ])('cannot refer to each other in a cycle: %s', async (variables, why) => {
    expect(await ada.type(`shared set ${project} ${variables}`)).toMatchObject({
      tone: 'danger',
      text: `Nothing is changed: ${why}.`,
    });
    expect(await ada.type(`shared list ${project}`)).toMatchObject({ data: [] });
  });

  it('cannot make a cycle in one environment only either', async () => {
    await ada.type(`shared set ${project} A=1 'B=\${shared.A}'`);
    expect((await ada.type(`shared set ${project} 'A=\${shared.B}' --environment staging`)).text).toContain(
      'in a cycle',
    );
  });

  it('that are not set yet are told where they are named', async () => {
    await ada.type(`shared set ${project} DB_HOST=a`);
    expect(await ada.type(`env set ${project}/api 'AT=\${shared.DB_HSOT}'`)).toMatchObject({
      tone: 'warning',
      text:
        'Set `AT`. `${shared.DB_HSOT}` is not set yet. Did you mean `DB_HOST`? ' +
        `To set it: \`shared set ${project} DB_HSOT=<value>\`. To apply it: \`redeploy ${project}/api\`.`,
    });
    expect(await rowsOf(`env list ${project}/api`)).toEqual([['AT', '${shared.DB_HSOT}', 'DB_HSOT: not set']]);
  });

  it('keep their references through an import', async () => {
    await ada.type(`env import ${project}/api A=\${shared.HOST}\nB="x \${shared.HOST}"\nC=\${A}`);
    const { envVars } = await test.database.asSystem().findOneOrFail(Application, api.id);
    expect(envVars).toEqual({ A: '${shared.HOST}', B: 'x ${shared.HOST}', C: '${shared.HOST}' });
  });

  it('are changed by those who may change the project, and seen by those who see it', async () => {
    const eve = await makePerson(deps, 'developer');
    for (const line of ['set {p} A=1', 'unset {p} A', 'list {p}', 'history {p}', 'rollback {p}']) {
      expect((await eve.type(`shared ${line.replace('{p}', project)}`)).text).toContain(
        `There is no project \`${project}\``,
      );
    }
  });

  it('are audited by their names alone', async () => {
    await ada.type(`shared set ${project} TOKEN --secret --environment staging`, { secret: 'hunter2' });
    const sql = `select action, resource_type, details from audit_logs where resource_id = $1`;
    const { rows } = await executeSql(test.database.asSystem(), sql, [api.project.id]);
    expect(rows).toEqual([
      {
        action: 'project.shared_set',
        resource_type: 'project',
        details: {
          kind: 'shared_variable',
          project,
          environment: 'staging',
          keys: ['TOKEN'],
          secret: true,
        },
      },
    ]);
  });
});
