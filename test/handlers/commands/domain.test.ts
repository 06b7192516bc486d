import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Domain } from '../../../src/entities/domain.ts';
import type { Project } from '../../../src/entities/project.ts';
import { networkName } from '../../../src/swarm/names.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { complete } from '../../../src/handlers/completions.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject, makeTeam } from '../../support/factories.ts';
import { fakeDeps, fakeIngress } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let grace: Person;
let shop: Project;
const { ingress, applied } = fakeIngress();
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { ingress });
  ada = await makePerson(deps, 'developer');
  grace = await makePerson(deps, 'developer');
  const team = await makeTeam(test.database, [
    [ada.user, 'owner'],
    [grace.user, 'viewer'],
  ]);
  shop = await makeProject(test.database, { name: 'shop', owner: ada.user, team });
  const other = await makeProject(test.database, { name: 'blog', owner: grace.user });
  for (const [name, project] of [
    ['api', shop],
    ['web', shop],
    ['site', other],
  ] as const) {
    const dockerConfig = name === 'web' ? {} : { ports: [{ container: 3000 }] };
    const application = await makeApplication(test.database, { name, project, dockerConfig, status: 'running' });
    await makeDeployment(test.database, { application, status: 'success' });
  }
});
afterAll(() => test.close());

async function stored(domain: string): Promise<Domain | null> {
  return test.database.asSystem().findOne(Domain, { domain }, { populate: ['redirectTo'] });
}

function routeTo(host: string) {
  return applied.at(-1)?.routes.find((route) => route.host === host);
}

describe('domain add', () => {
  it('lets the application answer there at once, and is audited', async () => {
    const reply = await ada.type('domain add shop.test shop/api --max-body 50m --timeout 60s');
    expect(reply).toMatchObject({
      tone: 'success',
      text: expect.stringContaining('`shop.test` points to `shop/api`.'),
    });
    expect(routeTo('shop.test')).toEqual({
      host: 'shop.test',
      service: expect.stringMatching(/^shop-api-/),
      port: 3000,
      network: networkName('shop', shop.id),
      tls: true,
      maxBodyBytes: 50 * 1024 ** 2,
      timeoutSeconds: 60,
    });
    expect(routeTo('api.shop.localhost')).toBeDefined();
    const audited = `select details ->> 'application' as application from audit_logs where action = 'domain.add'`;
    expect((await executeSql(test.database.asSystem(), audited)).rows).toEqual([{ application: 'shop/api' }]);
  });

  it('sends visitors of www there when told, and back again when not', async () => {
    await ada.type('domain add example.test shop/api --www redirect --no-tls');
    expect(routeTo('www.example.test')).toMatchObject({ redirectTo: 'example.test', tls: false });
    expect((await ada.type('domain set www.example.test --tls on')).text).toContain('only redirects to');
    await ada.type('domain set example.test --www none --tls on --hsts on');
    expect(routeTo('www.example.test')).toBeUndefined();
    expect(routeTo('example.test')).toMatchObject({ tls: true, hsts: true });
    await ada.type('domain set example.test --www redirect');
    expect(await stored('www.example.test')).toMatchObject({ tlsEnabled: true });
    expect((await ada.type('domain remove example.test')).text).toBe(
      '`example.test` and `www.example.test` are removed from `shop/api`.',
    );
    expect(await stored('www.example.test')).toBeNull();
  });

  it.each([
    ['Bücher.Test', 'xn--bcher-kva.test'],
    ['https://pasted.test/path?query', 'pasted.test'],
    ['*.wild.test', '*.wild.test'],
    ['dot.test.', 'dot.test'],
  ])('takes %s', async (given, kept) => {
    expect((await ada.type(`domain add ${given} shop/api`)).tone).toBe('success');
    expect(await stored(kept)).not.toBeNull();
  });

  it.each([
    ['localhost'],
    ['127.0.0.1'],
    ['a.*.test'],
    ['shop.test:8080'],
    ['-a.test'],
    ['a_b.test'],
    ['*'],
    ['exa mple.test'],
    [`${'x'.repeat(64)}.test`],
  ])('does not take %s', async (domain) => {
    const reply = await ada.ask({ command: 'domain add', input: { domain, app: 'shop/api' } });
    expect(reply.text).toContain('is not a domain.');
  });

  it('says nothing of the project that has the name already', async () => {
    await ada.type('domain add mine.test shop/api');
    await ada.type('domain add *.pattern.test shop/api');
    for (const taken of ['mine.test', 'a.pattern.test', '*.pattern.test']) {
      const { text } = await grace.type(`domain add ${taken} blog/site`);
      expect(text).toContain(`\`${taken}\` is already in use on this Shipmate`);
      expect(text).not.toContain('shop/api');
    }
    expect((await ada.type('domain add a.pattern.test shop/api')).tone).toBe('success');
    await grace.type('domain add one.theirs.test blog/site');
    expect((await ada.type('domain add *.theirs.test shop/api')).text).toContain('is already in use on this Shipmate');
  });

  it('is done by one of two who take the same name at once', async () => {
    const replies = await Promise.all([
      ada.type('domain add race.test shop/api'),
      grace.type('domain add race.test blog/site'),
    ]);
    expect(replies.map(({ tone }) => tone).sort()).toEqual(['danger', 'success']);
  });

  it('keeps the names that applications of other projects answer at', async () => {
    const { text } = await grace.type('domain add new.shop.localhost blog/site');
    expect(text).toContain('`new.shop.localhost` is reserved for the applications of a project `shop`');
    expect((await ada.type('domain add new.shop.localhost shop/api')).tone).toBe('success');
  });

  it.each([
    ['ship.example', '`ship.example` is the address of Shipmate itself.'],
    ['*.example', 'is not a domain.'],
    ['*.localhost', '`*.localhost` is not a domain.'],
  ])('keeps %s for Shipmate', async (domain, text) => {
    expect((await ada.type(`domain add ${domain} shop/api`)).text).toContain(text);
  });

  it.each([
    ['*.ship.example', '`*.ship.example` covers names of every project below `ship.example`.'],
    ['*.people.example', '`*.people.example` covers `ship.people.example`, the address of Shipmate itself.'],
  ])('keeps the pattern %s, which stands for more than one application', async (domain, text) => {
    const config = { ...deps.config, baseDomain: 'ship.example', publicUrl: 'https://ship.people.example' };
    const eve = await makePerson({ ...deps, config }, 'super_admin');
    expect((await eve.type(`domain add ${domain} shop/api`)).text).toContain(text);
  });

  it('needs a port, and says how to give one', async () => {
    const { text } = await ada.type('domain add web.test shop/web');
    expect(text).toContain('`shop/web` has no port to route to.');
    await ada.type('domain add web.test shop/web --port 8080');
    expect(routeTo('web.test')).toMatchObject({ port: 8080 });
    expect((await ada.type('domain set web.test --port 0')).text).toContain('has no port to route to.');
  });

  it.each([
    ['--max-body lots', 'max-body: `lots` is not a size from `1B` to `1T`.'],
    ['--timeout never', 'timeout: `never` is not a duration from `1s` to `1d` in whole seconds.'],
    ['--timeout 25h', 'timeout: `25h` is not a duration from `1s` to `1d` in whole seconds.'],
    ['--no-tls --hsts', 'cannot use HSTS without HTTPS'],
  ])('refuses %s', async (options, sentence) => {
    expect((await ada.type(`domain add limits.test shop/api ${options}`)).text).toContain(sentence);
    expect(await stored('limits.test')).toBeNull();
  });

  it('refuses a database, and says why', async () => {
    await executeSql(
      test.database.asSystem(),
      `insert into databases (id, project_id, name, type, version) values (gen_random_uuid(), $1, 'main', 'redis', '7')`,
      [shop.id],
    );
    expect((await ada.type('domain add db.test shop/main')).text).toContain('`shop/main` is a database.');
  });

  it('is kept although the ingress does not answer, and says so', async () => {
    const broken = fakeIngress().ingress;
    broken.apply = async () => {
      throw new Error('no answer');
    };
    const lonely = await makePerson(fakeDeps(test.database, { ingress: broken }), 'super_admin');
    const { tone, text } = await lonely.type('domain add later.test shop/api');
    expect(tone).toBe('success');
    expect(text).toContain('The ingress does not answer right now; Shipmate tries again every minute.');
  });
});

describe('a domain', () => {
  it('is seen by those who see its project, and changed by its members only', async () => {
    expect((await grace.type('domain list shop/api')).table?.rows).toContainEqual([
      'shop.test',
      'shop/api',
      'no certificate yet',
    ]);
    for (const line of ['domain remove shop.test', 'domain set shop.test --tls off', 'domain add x.test shop/api']) {
      expect((await grace.type(line)).text).toContain('This needs the role `member` in the team of `shop`');
    }
    const stranger = await makePerson(deps, 'developer');
    expect((await stranger.type('domain list')).text).toContain('No domains yet.');
    expect((await stranger.type('domain remove shop.test')).text).toContain('There is no domain `shop.test`.');
  });

  it('is the link that replies give, before the address of its own', async () => {
    expect((await ada.type('app show shop/web')).link).toEqual({
      label: 'http://web.test:8088',
      url: 'http://web.test:8088',
    });
    const { data } = await ada.type('status shop/api');
    expect((data as { urls: string[] }).urls).toEqual(
      expect.arrayContaining(['http://shop.test:8088', 'http://api.shop.localhost:8088']),
    );
  });

  it('is completed', async () => {
    const { matches } = await complete(commands, 'domain remove shop.', { deps, user: ada.user });
    expect(matches).toEqual(['shop.test']);
  });

  it('goes with its application', async () => {
    const project = await makeProject(test.database, { name: 'gone', owner: ada.user });
    const dockerConfig = { ports: [{ container: 80 }] };
    const root = await makePerson(deps, 'super_admin');
    for (const name of ['one', 'two']) {
      await makeApplication(test.database, { name, project, dockerConfig, status: 'running' });
      await root.type(`domain add ${name}.gone.test gone/${name}`);
    }
    const { text } = await root.type('app archive gone/one');
    expect(text).toContain('without its domains: `one.gone.test`.');
    expect(await stored('one.gone.test')).toBeNull();
    await executeSql(test.database.asSystem(), `delete from applications where name = 'two' and project_id = $1`, [
      project.id,
    ]);
    expect(await stored('two.gone.test')).toBeNull();
  });
});
