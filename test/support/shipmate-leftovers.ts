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
  const ids = await onDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<Ids>('select id as application, project_id as project from applications');
    return rows;
  }).catch((error: unknown) => {
    // It never came to make its tables.
    if ((error as { code?: string }).code === '42P01') return [];
    throw error;
  });
  const services = (await Promise.all(ids.map(({ application }) => servicesOf(application)))).flat();
  await Promise.all([removeIngress(ingressPort), removeServices(services)]);
  for (const each of ids) await removeTracesOf(each);
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
