import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../scripts/support/free-port.ts';
import { AuditLog } from '../../../src/entities/audit-log.ts';
import { Domain } from '../../../src/entities/domain.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { makePassword, sealAccounts } from '../../../src/usecases/databases/database-accounts.ts';
import { networkName, serviceName } from '../../../src/swarm/names.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject, makeTeam } from '../../support/factories.ts';
import { fakeDeps, fakeGateways, fakeIngress, fakeSwarm, swarmNode } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { selfSigned } from '../../support/self-signed.ts';

const host = 'db.shop.test';
const { gateways, applied } = fakeGateways();
const { applied: routed, ingress } = fakeIngress();
let test: TestDatabase;
let deps: Deps;
let ada: Person;
let grace: Person;
let project: string;
let main: ManagedDatabase;
let port: number;

beforeAll(async () => {
  test = await createTestDatabase();
  const swarm = { ...fakeSwarm().swarm, nodes: async () => [swarmNode({ address: '127.0.0.1' })] };
  deps = fakeDeps(test.database, { gateways, ingress, swarm });
  ada = await makePerson(deps, 'admin');
  grace = await makePerson(deps, 'developer');
  const team = await makeTeam(test.database, [
    [ada.user, 'owner'],
    [grace.user, 'member'],
  ]);
  const shop = await makeProject(test.database, { name: 'shop', owner: ada.user, team });
  project = shop.id;
  await makeApplication(test.database, { name: 'web', project: shop, dockerConfig: { ports: [{ container: 3000 }] } });
  port = await freePort();
  main = await test.database.asSystem().transactional(async (em) => {
    const made = em.create(ManagedDatabase, {
      project,
      name: 'main',
      type: 'postgresql',
      version: '17',
      status: 'running',
    } as never);
    await em.flush();
    const connectionUrl = 'postgresql://app:secret@inside:5432/app';
    made.connectionString = sealAccounts(deps.cipher, made, { connectionUrl, administratorPassword: makePassword() });
    return made;
  });
});
afterAll(() => test.close());

async function stored(): Promise<Domain | null> {
  return test.database.asSystem().findOne(Domain, { domain: host });
}

describe('domain add with a database', () => {
  it.each([
    ['', '`shop/main` is a database. Name the networks that may connect to it'],
    ['--allow 0.0.0.0/0', '`0.0.0.0/0` lets too many in.'],
    ['--allow anywhere', '`anywhere` is not a network.'],
    ['--allow 203.0.113.0/24 --www redirect --timeout 5s', '`--timeout` and `--www`: only for domains of applications'],
    ['--allow 203.0.113.0/24 --port 7946', 'Port 7946 of the nodes belongs to the nodes of the swarm.'],
    ['--allow 203.0.113.0/24 --port 8088', 'Port 8088 of the nodes belongs to the ingress.'],
  ])('is refused: %s', async (options, sentence) => {
    expect((await ada.type(`domain add ${host} shop/main ${options}`)).text).toContain(sentence);
    expect(await stored()).toBeNull();
  });

  it('is refused at a name for many, and while something listens at the port', async () => {
    expect((await ada.type('domain add *.shop.test shop/main --allow 203.0.113.0/24')).text).toContain(
      'A database has a single host name, not `*.shop.test`',
    );
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port: taken } = busy.address() as { port: number };
    const { text } = await ada.type(`domain add ${host} shop/main --allow 203.0.113.0/24 --port ${taken}`);
    expect(text).toContain(`Something listens at port ${taken} of \`host-1\` already.`);
    busy.close();
    await once(busy, 'close');
  });

  it('is an admin’s decision', async () => {
    const { text } = await grace.type(`domain add ${host} shop/main --allow 203.0.113.0/24 --port ${port}`);
    expect(text).toContain('Opening a database to the outside needs the role `admin` in the team of `shop`');
    expect(await stored()).toBeNull();
  });

  it('stores who may connect, writes it to the audit log, and serves nothing before there is a certificate', async () => {
    const reply = await ada.type(`domain add ${host} shop/main --port ${port} --allow 203.0.113.0/24,198.51.100.7`);
    const allow = ['203.0.113.0/24', '198.51.100.7/32'];
    expect(reply.data).toMatchObject({ domain: host, database: 'shop/main', port, allow });
    expect(await stored()).toMatchObject({ targetType: 'database', targetId: main.id, port, allowed: allow });
    const entry = await test.database.asSystem().findOneOrFail(AuditLog, { action: 'domain.add' });
    expect(entry.details).toEqual({ domain: host, database: 'shop/main', port, allowed: allow });
    expect(applied.at(-1)).toEqual([]);
  });

  it('serves with its own certificate, which the ingress is not given', async () => {
    const { certificate, privateKey } = await selfSigned(host);
    await ada.ask({ command: 'cert upload', input: { domain: host, certificate, key: privateKey } });
    expect(applied.at(-1)).toMatchObject([
      {
        port,
        allow: ['203.0.113.0/24', '198.51.100.7/32'],
        service: serviceName('shop', 'main', main.id),
        target: 5432,
        network: networkName('shop', project),
        certificate: certificate.trim() + '\n',
        privateKey: privateKey.trim() + '\n',
        program: { main: 'gateway/main.ts', opening: 'postgresql/opening.ts' },
      },
    ]);
    expect(routed.at(-1)?.certificates).toEqual([]);
  });

  it('is refused for a second domain at the same port', async () => {
    const { text } = await ada.type(`domain add other.shop.test shop/main --port ${port} --allow 203.0.113.0/24`);
    expect(text).toContain(`Port ${port} leads to another domain of a database on this Shipmate already`);
  });

  it('is not for applications', async () => {
    expect((await ada.type('domain add web.shop.test shop/web --allow 203.0.113.0/24')).text).toContain(
      '`--allow` is for domains of databases.',
    );
  });
});

describe('the domain of a database', () => {
  it('is listed with the database, and shown with it', async () => {
    expect((await grace.type('domain list shop/main')).data).toMatchObject([
      { domain: host, application: null, database: 'shop/main', port, allow: ['203.0.113.0/24', '198.51.100.7/32'] },
    ]);
    expect((await grace.type('domain list')).table?.rows[0]?.slice(0, 2)).toEqual([host, `shop/main:${port}`]);
    expect((await grace.type('db show shop/main')).fields).toContainEqual({
      name: 'From outside',
      value: `${host}:${port} by TLS, for 203.0.113.0/24, 198.51.100.7/32`,
    });
    expect((await grace.type('db show shop/main --credentials')).code).toBe(
      `postgresql://app:secret@inside:5432/app\npostgresql://app:secret@${host}:${port}/app?sslmode=verify-full`,
    );
  });

  it('is checked: the database, DNS, the certificate, the port of every node, and who may connect', async () => {
    const { fields = [] } = await grace.type(`domain check ${host}`);
    expect(fields.map(({ name }) => name)).toEqual(['✓ Database', '! DNS', '! Certificate', '✗ Port', '✓ Access']);
    expect(fields.at(3)?.value).toContain(`Nothing listens at port ${port}.`);
    expect(fields.at(4)?.value).toBe('Open to 203.0.113.0/24, 198.51.100.7/32.');
  });

  it('is changed by admins, and the gateway with it', async () => {
    const line = `domain set ${host} --allow 2001:db8::/48`;
    expect((await grace.type(line)).text).toContain('Opening a database to the outside needs the role `admin`');
    expect((await ada.type(line)).text).toBe(`\`${host}\`: port ${port}, from \`2001:db8::/48\` and nowhere else.`);
    expect(applied.at(-1)).toMatchObject([{ port, allow: ['2001:db8::/48'] }]);
    expect((await ada.type(`domain set ${host}`)).text).toContain('Nothing to change.');
    expect((await ada.type(`domain set ${host} --hsts on`)).text).toContain(
      '`--hsts`: only for domains of applications',
    );
  });

  it('is not closed by removing its certificate in passing', async () => {
    expect((await ada.type(`cert remove ${host}`)).text).toContain(
      'Without the certificate nobody connects from outside',
    );
  });

  it('is removed with the database', async () => {
    expect((await ada.type('db delete shop/main')).text).toBe(`\`shop/main\` is deleted. So is \`${host}\`.`);
    expect(await stored()).toBeNull();
    expect(applied.at(-1)).toEqual([]);
  });
});
