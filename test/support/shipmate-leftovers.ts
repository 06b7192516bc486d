import { removeIngress, removeServices, servicesOf } from '../../scripts/support/remove-services.ts';
import { removeTraces } from '../../scripts/support/remove-traces.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { onDatabase } from './database.ts';
import { docker } from './swarm-fixture.ts';
import { until } from './until.ts';

interface Ids {
  project: string;
  application: string;
}

/** Removes what a Shipmate with this database has made on the Swarm, whatever state it is in. */
export async function removeEverythingOf(databaseUrl: string, ingressPort: number): Promise<void> {
  const { databases, ids } = await onDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<Ids>('select id as application, project_id as project from applications');
    const { rows: found } = await client.query<{ id: string }>('select id from databases');
    return { ids: rows, databases: found };
  }).catch((error: unknown) => {
    // It never came to make its tables.
    if ((error as { code?: string }).code === '42P01') return { ids: [], databases: [] };
    throw error;
  });
  const services = (await Promise.all(ids.map(({ application }) => servicesOf(application)))).flat();
  const servers = (await Promise.all(databases.map(({ id }) => serversOf(id)))).flat();
  await Promise.all([removeIngress(ingressPort), removeServices([...services, ...servers.map(({ name }) => name)])]);
  for (const volume of servers.flatMap(({ volumes }) => volumes)) await removeVolume(volume);
  for (const each of ids) await removeTracesOf(each);
}

interface Server {
  name: string;
  volumes: string[];
}

/** Services of a database, with the volumes that hold its data. */
async function serversOf(database: string): Promise<Server[]> {
  const filters = { label: [`${labelKeys.database}=${database}`] };
  const found = await docker.listServices({ filters });
  return Promise.all(
    found.map(async ({ ID }) => {
      const { Spec } = (await docker.getService(ID).inspect()) as {
        Spec: { Name: string; TaskTemplate: { ContainerSpec: { Mounts?: { Source: string }[] } } };
      };
      const volumes = (Spec.TaskTemplate.ContainerSpec.Mounts ?? []).map(({ Source }) => Source);
      return { name: Spec.Name, volumes };
    }),
  );
}

/** A volume is in use for a moment longer than the service. */
async function removeVolume(name: string): Promise<void> {
  await until('the removal of a volume', async () => {
    const status = await docker
      .getVolume(name)
      .remove()
      .then(
        () => 204,
        (error: unknown) => (error as { statusCode?: number }).statusCode,
      );
    return status === 204 || status === 404;
  });
}

/** Images of the application, by id. */
export async function imagesOf(application: string): Promise<string[]> {
  const filters = { label: [`${labelKeys.application}=${application}`] };
  return (await docker.listImages({ filters })).map(({ Id }) => Id);
}

/** A network is in use for a moment longer than the tasks on it. */
async function removeTracesOf(ids: Ids): Promise<void> {
  let last: unknown;
  await until('the removal of images and networks', async () => {
    try {
      await removeTraces(ids);
      return true;
    } catch (error) {
      last = error;
      return false;
    }
  }).catch((error: unknown) => {
    throw last ?? error;
  });
}
