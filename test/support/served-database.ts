import { inContainer, run } from '../../src/swarm/containers/attached.ts';
import { networkName } from '../../src/swarm/names.ts';
import type { DatabaseImage } from './database-images.ts';
import type { RunningShipmate } from './shipmate.ts';
import { docker, removeNetwork, runningContainers } from './swarm-fixture.ts';
import { until } from './until.ts';

/** A database that a Shipmate process runs. Disposing of it removes its data, its backups and the project's network. */
export interface ServedDatabase extends AsyncDisposable {
  /** e.g. `shop-1f3a9c02/redis` */
  name: string;
  /** Its service. */
  host: string;
  user: string;
  password: string;
  /** What one of the image's programs prints, run beside the server. */
  client(command: string[], env?: Record<string, string>): Promise<string>;
}

export async function createServedDatabase(
  shipmate: RunningShipmate,
  type: 'postgresql' | 'redis',
  { image, version }: DatabaseImage,
): Promise<ServedDatabase> {
  const name = `${shipmate.project}/${type}`;
  await shipmate.command(`db create ${name} --type ${type} --image ${image} --version ${version}`);
  await until(`the database ${name}`, async () => {
    const { data } = await shipmate.command(`db show ${name}`);
    const { reason, status } = data as { status: string; reason: string | null };
    if (status === 'failed') throw new Error(`${name} failed: ${reason}`);
    return status === 'running';
  });
  const { data } = await shipmate.command(`db show ${name} --credentials`);
  const { connectionString } = data as { connectionString: string };
  const { hostname: host, password, username: user } = new URL(connectionString);
  return {
    name,
    host,
    user,
    password,
    async client(command, env = {}) {
      const [id] = await runningContainers(host);
      if (id === undefined) throw new Error(`${host} does not run`);
      const program = await inContainer(docker.getContainer(id), { command, env, files: {} }, false);
      return (await run(program, undefined, new AbortController().signal)).trim();
    },
    async [Symbol.asyncDispose]() {
      await shipmate.command(`db delete ${name} --data --backups`);
      await until(`the end of ${host}`, async () => (await runningContainers(host)).length === 0);
      const [project] = await shipmate.rows<{ id: string }>('select id from projects where name = $1', [
        shipmate.project,
      ]);
      // The other databases of the project may still be on it.
      const network = networkName(shipmate.project, project?.id ?? '');
      await until('the removal of the network', () =>
        removeNetwork(network).then(
          () => true,
          () => false,
        ),
      );
    },
  };
}
