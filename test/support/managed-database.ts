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

/** Runs a check; in a container that is older than 15 s, after 4 s. In the shell of any image. */
const patiently = `
age() { shift 19; echo $((\${up%%.*} - $1 / 100)); }
read -r up _ </proc/uptime; stat=$(cat /proc/1/stat)
[ "$(age \${stat##*) })" -lt 15 ] || sleep 4
exec "$@"`;

/**
 * A Swarm whose health checks come every half second at first: what is waited for is the server, not the next check. Later on
 * they come seldom, as those of many databases would keep a small machine busy. Each may take its time: no server is to be
 * ended for a busy machine.
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

/** Starts its service and waits until it is healthy. */
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
  };
  for await (const { state, taskErrors } of deps.swarm.apply(spec, AbortSignal.timeout(600_000))) {
    if (state === 'failed') throw new Error(taskErrors.join('\n'));
  }
}
