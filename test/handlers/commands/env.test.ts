import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Project } from '../../../src/entities/project.ts';
import { Application } from '../../../src/entities/application.ts';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import { envVarIdentity, loadEnvironment } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let project: Project;
let app: string;
let application: Application;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  ada = await makePerson(deps, 'developer');
  project = await makeProject(test.database, { name: 'shop', owner: ada.user });
});
afterAll(() => test.close());
beforeEach(async () => {
  application = await makeApplication(test.database, { name: `api-${randomUUID().slice(0, 6)}`, project });
  app = `shop/${application.name}`;
});

async function stored(): Promise<{ plain: Record<string, string>; rows: EnvVar[] }> {
  return test.database.asSystem().transactional(async (em) => {
    const found = await em.findOneOrFail(Application, application.id);
    return { plain: found.envVars, rows: await em.find(EnvVar, { application }) };
  });
}

describe('env set', () => {
  it('keeps plain variables with the application', async () => {
    const reply = await ada.type(`env set ${app} LOG_LEVEL=debug GREETING="hello world" EMPTY=`);
    expect(reply.text).toContain(`To apply it: \`redeploy ${app}\`.`);
    expect(await stored()).toEqual({ plain: { LOG_LEVEL: 'debug', GREETING: 'hello world', EMPTY: '' }, rows: [] });
    expect((await ada.type(`env list ${app}`)).table?.rows).toContainEqual(['GREETING', 'hello world']);
  });

  it('asks for a secret in private, encrypts it for its row and masks it', async () => {
    const line = `env set ${app} DATABASE_URL --secret`;
    expect((await ada.type(line)).asks).toEqual([{ name: 'secret', summary: 'Value of the secret variable' }]);
    expect((await stored()).rows).toEqual([]);
    expect((await ada.type(line, { secret: 'postgres://hunter2' })).tone).toBe('success');
    const [row] = (await stored()).rows;
    expect(row?.isSecret).toBe(true);
    expect(row && deps.cipher.decrypt(row.value, envVarIdentity(row))).toBe('postgres://hunter2');
    for (const shown of [`env list ${app}`, `app show ${app}`]) {
      expect(JSON.stringify(await ada.type(shown))).not.toContain('hunter2');
    }
  });

  it('keeps a secret for builds alone when told, and nowhere else', async () => {
    const line = `env set ${app} NPM_TOKEN --build-secret`;
    expect((await ada.type(line)).asks).toMatchObject([{ name: 'buildSecret' }]);
    await ada.type(`env set ${app} OTHER --secret`, { secret: 'other' });
    expect((await ada.type(line, { buildSecret: 'npm_hunter2' })).tone).toBe('success');
    const { rows } = await stored();
    expect(rows.map(({ forBuild, isSecret, key }) => [key, isSecret, forBuild]).sort()).toEqual([
      ['NPM_TOKEN', true, true],
      ['OTHER', true, false],
    ]);
    expect((await ada.type(`env list ${app}`)).table?.rows).toEqual([
      ['NPM_TOKEN', '•••••• (build)'],
      ['OTHER', '••••••'],
    ]);
    const environment = await test.database.asSystem().transactional(async (em) => {
      return loadEnvironment(deps, em, await em.findOneOrFail(Application, application.id));
    });
    expect(environment).toMatchObject({
      plain: {},
      secret: { OTHER: 'other' },
      buildSecrets: { NPM_TOKEN: 'npm_hunter2' },
      secretValues: expect.arrayContaining(['other', 'npm_hunter2']),
    });
    await ada.type(`env set ${app} NPM_TOKEN --secret`, { secret: 'for all' });
    expect((await stored()).rows.find(({ key }) => key === 'NPM_TOKEN')).toMatchObject({ forBuild: false });
  });

  it('turns a secret into a plain variable when told, and back, rewriting what is stored', async () => {
    await ada.type(`env set ${app} REGION --secret`, { secret: 'eu-north' });
    expect((await ada.type(`env set ${app} REGION=eu-west`)).text).toContain(`\`env set ${app} REGION --plain\``);
    expect((await ada.type(`env set ${app} REGION --plain`)).tone).toBe('success');
    expect((await stored()).rows).toMatchObject([{ key: 'REGION', value: 'eu-north', isSecret: false }]);
    expect((await ada.type(`env list ${app}`)).table?.rows).toEqual([['REGION', 'eu-north']]);
    await ada.type(`env set ${app} REGION=eu-west`);
    expect((await ada.type(`env list ${app}`)).table?.rows).toEqual([['REGION', 'eu-west']]);
    await ada.type(`env set ${app} REGION --secret`, { secret: 'eu-south' });
    const [row] = (await stored()).rows;
    expect(row).toMatchObject({ isSecret: true });
    expect(row?.value).toMatch(/^v1\./);
    expect((await ada.type(`env set ${app} NOTHING --plain`)).text).toBe('Not a secret: `NOTHING`.');
  });

  it('replaces a secret by a secret and a plain value by a secret', async () => {
    await ada.type(`env set ${app} KEY=plain`);
    await ada.type(`env set ${app} KEY --secret`, { secret: 'one' });
    await ada.type(`env set ${app} KEY --secret`, { secret: 'two' });
    const { plain, rows } = await stored();
    expect(plain).toEqual({});
    expect(rows.map((row) => deps.cipher.decrypt(row.value, envVarIdentity(row)))).toEqual(['two']);
  });

  it('does not make a secret plain by mistake', async () => {
    await ada.type(`env set ${app} KEY --secret`, { secret: 'one' });
    expect((await ada.type(`env set ${app} KEY=two`)).text).toContain('`KEY` is a secret.');
  });

  it('takes a secret as JSON', async () => {
    const reply = await ada.ask({ command: 'env set', input: { app, variables: ['KEY'], secret: 'hunter2' } });
    expect(reply.tone).toBe('success');
    expect((await stored()).rows).toHaveLength(1);
  });

  it.each([
    ['lower=1', '`lower` cannot name a variable', 'e.g. `LOWER`'],
    ['1ST=1', 'starting with a letter', 'e.g. `_1ST`'],
    ['A-B=1', 'capital letters, digits', 'e.g. `A_B`'],
    ['NOVALUE', '`NOVALUE` has to be `key=value`', ''],
  ])('refuses %s', async (word, ...messages) => {
    const { tone, text } = await ada.type(`env set ${app} ${word}`);
    expect(tone).toBe('danger');
    for (const message of messages) expect(text).toContain(message);
  });

  it('does not repeat a value that was written beside --secret', async () => {
    const { text } = await ada.type(`env set ${app} KEY=hunter2 --secret`, { secret: 'x' });
    expect(text).toContain('Leave the value out');
    expect(text).not.toContain('hunter2');
  });

  it('audits the names and no value', async () => {
    const admin = await makePerson(deps, 'super_admin');
    await ada.type(`env set ${app} PLAIN=visible`);
    await ada.type(`env set ${app} KEY --secret`, { secret: 'hunter2' });
    const trail = await admin.type(`audit --app ${app}`);
    expect(trail.data).toMatchObject([
      { action: 'application.env_set', details: { kind: 'env_var', keys: ['KEY'], secret: true } },
      { action: 'application.env_set', details: { kind: 'env_var', keys: ['PLAIN'], secret: false } },
    ]);
    expect(JSON.stringify(trail)).not.toMatch(/visible|hunter2/);
  });
});

describe('env unset', () => {
  it('removes plain and secret ones, all or none', async () => {
    await ada.type(`env set ${app} A=1 B=2`);
    await ada.type(`env set ${app} KEY --secret`, { secret: 'one' });
    expect((await ada.type(`env unset ${app} A NOPE`)).text).toBe('Not set: `NOPE`.');
    expect((await ada.type(`env unset ${app} A KEY`)).tone).toBe('success');
    expect(await stored()).toEqual({ plain: { B: '2' }, rows: [] });
  });
});

describe('env import', () => {
  const dotenv = '# comment\nA=1\nB="two words"\nexport C=three\n';

  it('reads dotenv text', async () => {
    expect((await ada.type(`env import ${app} ${dotenv}`)).tone).toBe('success');
    expect((await stored()).plain).toEqual({ A: '1', B: 'two words', C: 'three' });
  });

  it('keeps all of them secret with --secret', async () => {
    await ada.type(`env import ${app} --secret ${dotenv}`);
    const { plain, rows } = await stored();
    expect(plain).toEqual({});
    expect(rows.map((row) => row.key).sort()).toEqual(['A', 'B', 'C']);
  });

  it('keeps no secrets that others have read on the line', async () => {
    const { dispatch } = createDispatcher(deps, commands);
    const reply = await dispatch({ line: `env import ${app} --secret ${dotenv}` }, { ...ada.origin, shared: true });
    expect(reply).toEqual({
      tone: 'danger',
      text: 'Others can read this channel. Set secrets one by one: `env set <app> KEY --secret` asks in private.',
    });
    expect((await stored()).rows).toEqual([]);
  });

  it('changes nothing when one of them is refused', async () => {
    expect((await ada.type(`env import ${app} A=1\nlower=2`)).text).toContain('`lower` cannot name a variable');
    expect((await stored()).plain).toEqual({});
  });

  it('says when there is nothing in it', async () => {
    expect((await ada.type(`env import ${app} nothing`)).text).toContain('The input has no `KEY=VALUE` line');
  });
});
