import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Certificate } from '../../../src/entities/certificate.ts';
import { Domain } from '../../../src/entities/domain.ts';
import type { Application } from '../../../src/entities/application.ts';
import type { IngressCertificate } from '../../../src/ingress/ingress.ts';
import { serviceName } from '../../../src/swarm/names.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { checkDomain } from '../../../src/usecases/domains/check-domain.ts';
import { domainFindings } from '../../../src/replies/domain-check/domain-check-reply.ts';
import type { Finding } from '../../../src/replies/domain-check/finding.ts';
import { reconcileIngress } from '../../../src/usecases/ingress/reconcile-ingress.ts';
import { openCaddy } from '../../support/caddy.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openNameServer, type Zone } from '../../support/dns-server.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { selfSigned } from '../../support/self-signed.ts';

let test: TestDatabase;
let caddy: Awaited<ReturnType<typeof openCaddy>>;
let deps: Deps;
let application: Application;
const zone: Zone = {};
const source: Zone = {};
const { swarm, running } = fakeSwarm();
const opened = new AsyncDisposableStack();
beforeAll(async () => {
  test = await createTestDatabase();
  opened.defer(() => test.close());
  caddy = opened.use(await openCaddy());
  const servers = { here: opened.use(await openNameServer(zone)), there: opened.use(await openNameServer(source)) };
  const base = fakeDeps(test.database, { swarm });
  const config = { ...base.config, ingressHttpPort: caddy.ports.http, ingressHttpsPort: caddy.ports.https };
  deps = {
    ...base,
    config: { ...config, publicUrl: 'http://127.0.0.77:8080' },
    ingress: caddy.ingress,
    resolver: (server) => (server === undefined ? servers.here : servers.there).resolver(),
  };
  const project = await makeProject(test.database, { name: 'shop' });
  application = await makeApplication(test.database, {
    name: 'api',
    project,
    dockerConfig: { ports: [{ container: 80 }] },
  });
  await makeDeployment(test.database, { application, status: 'success' });
  running(serviceName('shop', 'api', application.id), 2);
});
afterAll(() => opened.disposeAsync());

async function add(domain: string, over: Partial<Domain> = {}): Promise<Domain> {
  return test.database.asSystem().transactional(async (em) => {
    const { project, id: targetId } = application;
    return em.create(Domain, { project: project.id, domain, targetType: 'application', targetId, ...over } as never);
  });
}

async function secure(domain: Domain, { certificate, privateKey }: IngressCertificate): Promise<void> {
  await test.database.asSystem().transactional(async (em) => {
    const row = em.create(Certificate, {
      domain: em.getReference(Domain, domain.id),
      issuer: 'test',
      certificate,
      privateKey: 'v1.later',
      expiresAt: new Date(Date.now() + 86_400_000),
    });
    await em.flush();
    row.privateKey = deps.cipher.encrypt(privateKey, `certificates:${row.id}:private_key`);
  });
}

async function findingsOf(...request: Parameters<typeof checkDomain>): Promise<Finding[]> {
  return domainFindings(await checkDomain(...request));
}

/** State and text of each part. */
async function check(domain: string): Promise<Record<string, string>> {
  await reconcileIngress(deps);
  const findings = await findingsOf(deps, { user: application.project.owner, domain });
  return Object.fromEntries(findings.map(({ part, state, text }: Finding) => [part, `${state}: ${text}`]));
}

describe('domain check', () => {
  it('finds nothing wrong with a domain that leads to the ingress, but the missing certificate', async () => {
    await add('good.test');
    zone['good.test'] = { A: ['127.0.0.1'] };
    expect(await check('good.test')).toEqual({
      Application: 'good: 2 of 2 tasks of `shop/api` run, on port 80.',
      DNS: 'good: `good.test` is at `127.0.0.1`.',
      Port: `good: The ingress answers at port ${caddy.ports.http} of \`127.0.0.1\`.`,
      Certificate: expect.stringContaining(
        'warning: There is none yet; visitors are served over HTTP until there is one.',
      ),
    });
  });

  it('understands the host that an application has by itself, which has no certificate', async () => {
    expect(deps.config.baseDomain).toBe('localhost');
    for (const host of ['api.shop.localhost', 'API.shop.localhost.']) {
      expect(await check(host)).toEqual({
        Application: 'good: 2 of 2 tasks of `shop/api` run, on port 80.',
        DNS: 'good: `api.shop.localhost` is at `127.0.0.1`.',
        Port: `good: The ingress answers at port ${caddy.ports.http} of \`127.0.0.1\`.`,
      });
    }
    await expect(check('none.shop.localhost')).rejects.toThrow('There is no domain `none.shop.localhost`');
  });

  it('says which record is missing when DNS does not know the name', async () => {
    await add('unknown.test');
    expect((await check('unknown.test'))['DNS']).toMatch(
      /^wrong: DNS does not know `unknown.test`. At your DNS provider, add `unknown.test A /,
    );
  });

  it('says to wait for what only the domain’s own name servers know', async () => {
    await add('new.fresh.test');
    zone['fresh.test'] = { NS: ['ns.fresh.test'] };
    zone['ns.fresh.test'] = { A: ['127.0.0.1'] };
    source['new.fresh.test'] = { A: ['127.0.0.1'] };
    expect((await check('new.fresh.test'))['DNS']).toContain(
      'warning: The name servers of `new.fresh.test` have its address (`127.0.0.1`), others do not yet. Wait for the change to propagate',
    );
  });

  it('says nothing of who is in a private network, and asks nobody where no visitor gets', async () => {
    await add('inside.test');
    // Of the range that providers keep for themselves: nobody is there.
    zone['inside.test'] = { A: ['100.127.255.254'] };
    expect((await check('inside.test'))['Port']).toMatch(
      /^wrong: The ingress does not answer at port \d+ of `100\.127\.255\.254`\. That address is on a private network/,
    );
    zone['inside.test'] = { A: ['169.254.169.254'] };
    expect((await check('inside.test'))['Port']).toBe(
      'wrong: No visitor reaches `169.254.169.254`, which no network leads to. Point DNS to the ingress.',
    );
  });

  it('tells an address where nobody listens, and the alias that leads there', async () => {
    await add('away.test');
    zone['away.test'] = { A: ['127.0.0.9'], CNAME: ['old.example'] };
    const { DNS, Port } = await check('away.test');
    expect(DNS).toContain(
      'wrong: `away.test` is at `127.0.0.9` (by its alias `old.example`), where the ingress does not',
    );
    expect(DNS).toContain('Change the alias');
    expect(Port).toMatch(
      /wrong: Port \d+ of `127.0.0.9` refuses connections, although the ingress listens on this host/,
    );
  });

  it('tells a second address that leads elsewhere', async () => {
    await add('half.test');
    zone['half.test'] = { A: ['127.0.0.1'], AAAA: ['2001:db8::9'] };
    expect((await check('half.test'))['DNS']).toContain(
      'warning: `half.test` is at `2001:db8::9`, where the ingress does not answer. ' +
        'Some visitors land there: remove those AAAA records',
    );
  });

  it('knows another server from the ingress', async () => {
    await add('other.test');
    zone['other.test'] = { A: ['127.0.0.1'] };
    const stranger = { ...deps, config: { ...deps.config, publicUrl: 'http://127.0.0.78:8080' } };
    await reconcileIngress(deps);
    const findings = await findingsOf(stranger, { user: application.project.owner, domain: 'other.test' });
    expect(findings.find(({ part }) => part === 'Port')).toMatchObject({
      state: 'wrong',
      text: expect.stringContaining('Another server responds at port'),
    });
  });

  it('does not blame DNS when no name server answers', async () => {
    const lonely = { ...deps, resolver: fakeDeps(test.database).resolver };
    const findings = await findingsOf(lonely, { user: application.project.owner, domain: 'good.test' });
    expect(findings.find(({ part }) => part === 'DNS')).toMatchObject({
      state: 'warning',
      text: expect.stringContaining('This host’s name servers do not respond'),
    });
  });

  it('asks for a name that a pattern stands for', async () => {
    await add('*.many.test');
    zone['shipmate-check.many.test'] = { A: ['127.0.0.1'] };
    expect(await check('*.many.test')).toMatchObject({
      DNS: 'good: `*.many.test` is at `127.0.0.1`.',
      Certificate: expect.stringContaining('(DNS-01)'),
    });
  });

  it('looks at the certificate that is shown, and says that browsers do not trust it', async () => {
    const domain = await add('secure.test');
    zone['secure.test'] = { A: ['127.0.0.1'] };
    await secure(domain, await selfSigned('secure.test'));
    expect((await check('secure.test'))['Certificate']).toMatch(/^warning: Browsers do not trust it: `test` is not an/);
  });

  it.each([
    ['is for another host', async () => selfSigned('elsewhere.test'), 'The certificate is for elsewhere.test, not for'],
    ['has a chain that is broken', brokenChain, 'The chain is broken: part 2 did not issue part 1.'],
  ])('tells a certificate that %s', async (what, make, sentence) => {
    const name = `${what.replaceAll(' ', '-')}.test`;
    const domain = await add(name);
    zone[name] = { A: ['127.0.0.1'] };
    await secure(domain, await make(name));
    expect((await check(name))['Certificate']).toContain(`wrong: ${sentence}`);
  });

  it('tells a certificate whose key is another’s, which does not keep the ingress from the rest', async () => {
    const domain = await add('mixed.test');
    zone['mixed.test'] = { A: ['127.0.0.1'] };
    const [mine, other] = [await selfSigned('mixed.test'), await selfSigned('mixed.test')];
    await secure(domain, { ...mine, privateKey: other.privateKey });
    const { Certificate: certificate } = await check('mixed.test');
    expect(certificate).toContain('wrong: The key does not belong to the certificate');
  });

  it('tells an application whose tasks are gone', async () => {
    running(serviceName('shop', 'api', application.id), 0);
    expect((await check('good.test'))['Application']).toBe('wrong: `shop/api` is stopped: `start shop/api`.');
  });
});

async function brokenChain(name: string): Promise<IngressCertificate> {
  const [leaf, stranger] = [await selfSigned(name), await selfSigned('stranger.test')];
  return { ...leaf, certificate: leaf.certificate + stranger.certificate };
}
