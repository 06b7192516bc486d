import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAcme } from '../../../src/acme/acme.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { CertificateRenewal } from '../../../src/entities/certificate-renewal.ts';
import { Domain } from '../../../src/entities/domain.ts';
import { renewCertificates } from '../../../src/usecases/certificates/renew-certificates.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { ensureOwnDomain } from '../../../src/usecases/domains/own-domain.ts';
import { readFleet } from '../../../src/usecases/overview/read-fleet.ts';
import { reconcileIngress } from '../../../src/usecases/ingress/reconcile-ingress.ts';
import { type Pebble, startPebble } from '../../support/acme/pebble.ts';
import { openApplication, openCaddy } from '../../support/caddy.ts';
import { openNameServer } from '../../support/dns-server.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let leases: Leases;
let shipmate: Awaited<ReturnType<typeof openApplication>>;
let caddy: Awaited<ReturnType<typeof openCaddy>>;
let pebble: Pebble;
let deps: Deps;
let queued: ReturnType<typeof fakeQueue>;
let boss: Person;

beforeAll(async () => {
  test = await createTestDatabase();
  leases = advisoryLeases(test.url);
  shipmate = await openApplication((_request, response) => response.end('Shipmate'));
  caddy = await openCaddy({ own: shipmate.port });
  pebble = await startPebble({ httpPort: caddy.ports.http });
  const acme = { ...pebble, email: undefined };
  const config = { ...fakeDeps(test.database).config, acme, publicIngress: true, publicUrl: 'https://ship.test' };
  const tried = { pollMs: 20, httpPort: pebble.httpPort, nameServers: [pebble.nameServer] };
  queued = fakeQueue();
  const { queue } = queued;
  deps = fakeDeps(test.database, { config, leases, queue, acme: createAcme(config, tried), ingress: caddy.ingress });
  boss = await makePerson(deps, 'super_admin');
});
afterAll(async () => {
  await pebble[Symbol.asyncDispose]();
  await caddy[Symbol.asyncDispose]();
  await shipmate[Symbol.asyncDispose]();
  await leases.close();
  await test.close();
});

function ownDomains(): Promise<Domain[]> {
  return test.database.asSystem().find(Domain, { targetType: 'shipmate' });
}

describe('the address of Shipmate itself', () => {
  it('is served over HTTP until it has a certificate, then over HTTPS alone', async () => {
    await ensureOwnDomain(deps);
    await reconcileIngress(deps);
    expect(await caddy.get('http://ship.test/')).toMatchObject({ status: 200, body: 'Shipmate' });
    expect(await renewCertificates(deps, new AbortController().signal)).toBe('1 issued, 0 failed');
    expect(await caddy.get('https://ship.test/')).toMatchObject({ status: 200, body: 'Shipmate' });
    expect(await caddy.get('http://ship.test/sign-in')).toMatchObject({
      status: 308,
      headers: { location: `https://ship.test:${caddy.ports.https}/sign-in` },
    });
  });

  it('is asked for one certificate, however often Shipmate starts', async () => {
    await Promise.all([ensureOwnDomain(deps), ensureOwnDomain(deps)]);
    expect((await ownDomains()).map(({ domain }) => domain)).toEqual(['ship.test']);
    expect(await renewCertificates(deps, new AbortController().signal)).toBe('0 issued, 0 failed');
  });

  it('is checked for platform admins, its certificate included, which the metrics have too', async () => {
    await using server = await openNameServer({ 'ship.test': { A: ['127.0.0.1'] } });
    const { http: ingressHttpPort, https: ingressHttpsPort } = caddy.ports;
    const checking = {
      ...deps,
      config: { ...deps.config, ingressHttpPort, ingressHttpsPort },
      resolver: () => server.resolver(),
    };
    const [own] = await ownDomains();
    const { certificates } = await readFleet(deps);
    expect(certificates.map(({ domain }) => domain)).toEqual(['ship.test']);
    const until = new Date((certificates[0]?.expiresAt ?? 0) * 1_000).toISOString().slice(0, 10);
    const admin = await makePerson(checking, 'super_admin');
    const fields = async () =>
      (await admin.type('domain check Ship.test.')).fields?.map(({ name, value }) => `${name}: ${value}`);
    await reconcileIngress(checking);
    expect(await fields()).toEqual([
      '✓ DNS: `ship.test` is at `127.0.0.1`.',
      `✓ Port: The ingress answers at port ${ingressHttpPort} of \`127.0.0.1\`.`,
      `✓ Port: The ingress answers at port ${ingressHttpsPort} of \`127.0.0.1\` by HTTPS.`,
      // The authority of this test is in no list.
      expect.stringMatching(`^! Certificate: .*It is valid until ${until}[.]$`),
    ]);
    await test.database
      .asSystem()
      .nativeUpdate(
        CertificateRenewal,
        { domain: own?.id ?? '' },
        { error: 'The authority does not answer.', attempts: 2, nextAttemptAt: new Date('2099-01-02T03:04:00Z') },
      );
    expect((await fields())?.at(-1)).toBe(
      '! Renewal: The last attempt failed: The authority does not answer. The next attempt is at 2099-01-02 03:04 UTC.',
    );
    const grace = await makePerson(checking, 'admin');
    expect((await grace.type('domain check ship.test')).text).toContain('There is no domain `ship.test`.');
  });

  it('is no domain that people see, change or take', async () => {
    const project = await makeProject(test.database, { name: 'shop', owner: boss.user });
    await makeApplication(test.database, { name: 'api', project, dockerConfig: { ports: [{ container: 3000 }] } });
    expect((await boss.type('domain list')).data).toEqual([]);
    expect((await boss.type('domain remove ship.test')).text).toContain('There is no domain `ship.test`.');
    expect((await boss.type('domain add ship.test shop/api')).text).toContain('is the address of Shipmate itself');
  });

  it('goes with SHIPMATE_PUBLIC_URL', async () => {
    const moved = { ...deps, config: { ...deps.config, publicUrl: 'https://other.test' } };
    await ensureOwnDomain(moved);
    expect((await ownDomains()).map(({ domain }) => domain)).toEqual(['other.test']);
    await reconcileIngress(moved);
    expect(await caddy.get('http://ship.test/')).toMatchObject({ status: 404 });
  });

  it('is nobody’s where somebody else’s proxy is in front', async () => {
    const off = { ...deps, config: { ...deps.config, publicIngress: false } };
    await ensureOwnDomain(off);
    expect(await ownDomains()).toEqual([]);
    await reconcileIngress(off);
    await expect(caddy.get('http://other.test/')).rejects.toThrow('ECONNREFUSED');
  });
});
