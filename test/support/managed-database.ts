import { randomUUID } from 'node:crypto';
import { databaseEngines } from '../../src/database-engines/registry.ts';
import { type DatabaseConfig, type DatabaseType, ManagedDatabase } from '../../src/entities/managed-database.ts';
import { Project } from '../../src/entities/project.ts';
import { Volume } from '../../src/entities/volume.ts';
import type { Swarm } from '../../src/swarm/swarm.ts';
import { accessDatabase, type DatabaseAccess } from '../../src/usecases/backups/database-access.ts';
import { makePassword, sealAccounts } from '../../src/usecases/databases/database-accounts.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import type { DatabaseImage } from './database-images.ts';

/** The rows of a database as if it had been created and had come up. */
export async function makeManagedDatabase(
  deps: Deps,
  project: Project,
  type: DatabaseType,
  { image, version }: DatabaseImage,
  name = `${type}-${randomUUID().slice(0, 6)}`,
  settings: DatabaseConfig = {},
): Promise<DatabaseAccess> {
  const id = randomUUID();
  const engine = databaseEngines[type];
  const account = { ...engine.owner, password: makePassword() };
  const url = engine.connectionUrl(account, 'host');
  await deps.database.asSystem().transactional(async (em) => {
    const database = em.create(ManagedDatabase, {
      id,
      project: em.getReference(Project, project.id),
      name,
      type,
      version,
      status: 'running',
      config: { image, ...settings },
      connectionString: sealAccounts(
        deps.cipher,
        { id },
        { connectionUrl: url, administratorPassword: makePassword() },
      ),
    });
    const mountPath = engine.container({
      image,
      version,
      account,
      administrator: account,
      settings: {},
      persistent: true,
    }).dataPath;
    em.create(Volume, { database, name: `${name}-${id.slice(0, 6)}`, mountPath, sizeGb: 1 });
  });
  return accessDatabase(deps, deps.database.asSystem(), id);
}

/**
 * Runs a check up to 75 times, until it is good; once it was, a single time after 30 s. In the shell of any image. To start a
 * program inside a container takes a small machine a fifth of a second.
 */
const patiently = `
good=/dev/shm/checked
if [ -e $good ]; then sleep 30; exec "$@"; fi
left=75
until "$@"; do left=$((left - 1)); [ $left -gt 0 ] || exit 1; sleep 0.2; done
: >$good`;

/**
 * A Swarm whose health checks begin at once: what is waited for is the server, not the next check. Later on they come
 * seldom. Each may take its time: no server is to be ended for a busy machine.
 */
export function checkedOften(swarm: Swarm): Swarm {
  return {
    ...swarm,
    apply({ docker, ...spec }, signal) {
      const [kind, ...command] = docker.healthcheck?.test ?? [];
      if (kind !== 'CMD') return swarm.apply({ ...spec, docker }, signal);
      const test = ['CMD', 'sh', '-c', patiently, 'sh', ...command];
      const healthcheck = { ...docker.healthcheck, test, interval: '500ms', timeout: '2m' };
      return swarm.apply({ ...spec, docker: { ...docker, healthcheck } }, signal);
    },
  };
}

/** Starts its service, as Shipmate does, and waits until it is healthy. */
export async function startDatabase(deps: Deps, access: DatabaseAccess): Promise<void> {
  const { container, database, image, network, service, volume = '' } = access;
  const spec = {
    name: service,
    image,
    replicas: 1,
    env: container.env,
    secretFiles: container.secretFiles,
    docker: { healthcheck: container.healthcheck, args: container.args },
    volumes: [{ name: volume, type: 'docker_volume' as const, target: container.dataPath, options: {} }],
    network,
    labels: { 'shipmate.managed': 'true', 'shipmate.database': database.id },
    monitorSeconds: 0,
    // A second server on the same files would damage them.
    extras: { labels: {}, tmpfs: [], update: { order: 'stop-first' as const }, restart: { condition: 'any' as const } },
  };
  for await (const { state, taskErrors } of deps.swarm.apply(spec, AbortSignal.timeout(600_000))) {
    if (state === 'failed') throw new Error(taskErrors.join('\n'));
  }
}
