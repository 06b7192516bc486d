import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { advisoryLeases } from '../../src/database/lease.ts';
import type { Leases } from '../../src/database/lease.ts';
import { jobs } from '../../src/jobs/index.ts';
import type { JobRequest } from '../../src/queue/queue.ts';
import { networkName } from '../../src/swarm/names.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { runInNetwork } from '../support/database-client.ts';
import { ensureDatabaseImage } from '../support/database-images.ts';
import { makeProject } from '../support/factories.ts';
import { fakeDeps, fakeQueue } from '../support/fakes.ts';
import { checkedOften } from '../support/managed-database.ts';
import { makePerson, type Person } from '../support/person.ts';
import { docker, removeNetwork, runningContainers, swarmWith, uniqueName } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

interface Shown {
  id: string;
  status: string;
  reason: string | null;
  host: string;
  config: Record<string, unknown>;
}

/** How each engine's own client writes and reads, given the connection string. */
const engines = {
  postgresql: {
    write: `psql "$URL" -qc 'create table kept (what text)' -c "insert into kept values ('still here')"`,
    read: `psql "$URL" -Atc 'select what from kept'`,
  },
  mysql: {
    write: `mariadb -h "$HOST" -u app -p"$PASSWORD" app -e "create table kept (what text); insert into kept values ('still here')"`,
    read: `mariadb -h "$HOST" -u app -p"$PASSWORD" app -BNe 'select what from kept'`,
  },
  redis: {
    write: `redis-cli --no-auth-warning -e -u "$URL" set kept 'still here' >/dev/null`,
    read: `redis-cli --raw --no-auth-warning -e -u "$URL" get kept`,
  },
};
type Type = keyof typeof engines;
const types = Object.keys(engines) as Type[];

const project = uniqueName('databases');
const images = {} as Record<Type, string>;
const waiting: JobRequest[] = [];
let db: TestDatabase;
let leases: Leases;
let deps: Deps;
let ada: Person;
let network: string;

beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  const queue = { ...fakeQueue().queue, enqueueJob: async (job: JobRequest) => void waiting.push(job) };
  deps = fakeDeps(db.database, { swarm: checkedOften(swarmWith()), queue, leases });
  ada = await makePerson(deps, 'admin');
  const { id } = await makeProject(db.database, { name: project, owner: ada.user });
  network = networkName(project, id);
  for (const type of types) images[type] = (await ensureDatabaseImage(type)).image;
});

afterAll(async () => {
  for (const type of types) await ada.type(`db delete ${project}/${type} --data`);
  await work();
  await removeNetwork(network);
  await leases.close();
  await db.close();
});

/** Does what was enqueued, as the scheduler would. */
async function work(signal = new AbortController().signal): Promise<void> {
  await Promise.all(
    waiting.splice(0).map(async ({ name, input = {} }) => {
      await jobs.find((job) => job.name === name)?.run(deps, { input, signal });
    }),
  );
}

async function show(type: Type): Promise<Shown> {
  return (await ada.type(`db show ${project}/${type}`)).data as Shown;
}

async function connectionUrl(type: Type): Promise<string> {
  return (await ada.type(`db show ${project}/${type} --credentials`)).code ?? '';
}

/** As an application would: by its connection string alone. */
async function asApplication(type: Type, verb: 'write' | 'read'): Promise<string> {
  const url = await connectionUrl(type);
  const { hostname, password } = new URL(url);
  return runInNetwork({ image: images[type], network }, engines[type][verb], {
    URL: url,
    HOST: hostname,
    PASSWORD: password,
  });
}

async function each(act: (type: Type) => Promise<unknown>): Promise<unknown[]> {
  return Promise.all(types.map(act));
}

describe('PostgreSQL, MariaDB and Redis on Swarm', () => {
  it('come up, also when the job that brings them up was killed on the way', async () => {
    for (const type of types) {
      await ada.type(`db create ${project}/${type} --type ${type} --image ${images[type]} --memory 512M`);
    }
    const begun = [...waiting];
    const killed = new AbortController();
    const first = work(killed.signal).catch((error: unknown) => error);
    const hosts = await Promise.all(types.map(async (type) => (await show(type)).host));
    await until('the services', async () => {
      const found = await Promise.all(hosts.map((host) => deps.swarm.inspect(host)));
      return found.every(Boolean);
    });
    killed.abort(new Error('killed'));
    expect(await first).toEqual(new Error('killed'));
    waiting.push(...begun);
    await work();
    expect(await each(show)).toEqual(types.map(() => expect.objectContaining({ status: 'running', reason: null })));
  });

  it('are reached by their connection strings from the project’s network', async () => {
    await each((type) => asApplication(type, 'write'));
    expect(await each((type) => asApplication(type, 'read'))).toEqual(types.map(() => 'still here'));
  });

  it('show their passwords nowhere on Swarm but in secrets', async () => {
    for (const type of types) {
      const { password } = new URL(await connectionUrl(type));
      const { host } = await show(type);
      expect(password).toHaveLength(48);
      const service = await docker.getService(host).inspect();
      const [container = ''] = await runningContainers(host);
      const details = await docker.getContainer(container).inspect();
      const processes = await docker.getContainer(container).top();
      expect(JSON.stringify([service, details, processes])).not.toContain(password);
      expect(service.Spec.TaskTemplate.ContainerSpec.Secrets).not.toHaveLength(0);
      expect(service.Spec.EndpointSpec.Mode).toBe('dnsrr');
    }
  });

  it('keep their data when they are stopped and started', async () => {
    await each((type) => ada.type(`db stop ${project}/${type}`));
    await work();
    await each(async (type) => {
      const { host } = await show(type);
      await until('no task', async () => (await runningContainers(host)).length === 0);
    });
    await each((type) => ada.type(`db start ${project}/${type}`));
    await work();
    expect(await each((type) => asApplication(type, 'read'))).toEqual(types.map(() => 'still here'));
  });

  it('take settings, and go back when they do not come up with them', async () => {
    await ada.type(`db set ${project}/postgresql --config max_connections=33`);
    await ada.type(`db set ${project}/redis --config maxmemory=64MB`);
    await work();
    const url = await connectionUrl('postgresql');
    const line = `psql "$URL" -Atc 'show max_connections'`;
    expect(await runInNetwork({ image: images.postgresql, network }, line, { URL: url })).toBe('33');
    await ada.type(`db set ${project}/postgresql --config shared_buffers=900TB`);
    await work();
    const { config, reason, status } = await show('postgresql');
    expect({ reason, status }).toEqual({ reason: expect.stringContaining('was rolled back'), status: 'running' });
    expect(config).toMatchObject({ max_connections: 33 });
    expect(config).not.toHaveProperty('shared_buffers');
    expect(await asApplication('postgresql', 'read')).toBe('still here');
    expect(await asApplication('redis', 'read')).toBe('still here');
  });

  it('leave nothing behind when they are deleted', async () => {
    const hosts = await Promise.all(types.map(async (type) => (await show(type)).host));
    await each((type) => ada.type(`db delete ${project}/${type} --data`));
    const again = [...waiting];
    await work();
    waiting.push(...again);
    await work();
    for (const host of hosts) {
      expect(await deps.swarm.inspect(host)).toBeUndefined();
      expect(await docker.listSecrets({ filters: { label: [`shipmate.service=${host}`] } })).toEqual([]);
      const { Volumes } = await docker.listVolumes({ filters: JSON.stringify({ name: [host] }) });
      expect(Volumes).toEqual([]);
    }
  });
});
