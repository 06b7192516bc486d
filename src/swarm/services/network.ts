import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isMissing, isNameTaken, statusOf } from '../engine-errors.ts';
import { containerLabels, labelKeys } from '../labels.ts';
import type { ServiceSpec } from '../swarm.ts';

/** How long a network may stay in use after its tasks are gone, milliseconds. */
const releaseMs = 10_000;

/** Those of a service, the project's first. */
export async function ensureNetworks(docker: Docker, { network, ownNetworks = [], labels }: ServiceSpec) {
  const networks: { id: string; aliases?: string[] }[] = [];
  if (network !== undefined) networks.push({ id: await ensureNetwork(docker, network, labelsFor('project', labels)) });
  for (const { aliases, internal, name } of ownNetworks) {
    networks.push({ id: await ensureNetwork(docker, name, labelsFor('application', labels), internal), aliases });
  }
  return networks;
}

/** A network belongs to the project, or to the application, not to the deployment that needed it first. */
function labelsFor(owner: 'project' | 'application', labels: Record<string, string>): Record<string, string> {
  const {
    [labelKeys.application]: application,
    [labelKeys.commit]: _commit,
    [labelKeys.stackService]: _stackService,
    [labelKeys.database]: _database,
    [labelKeys.restarts]: _restarts,
    ...rest
  } = containerLabels(labels);
  const own = owner === 'application' && application !== undefined && { [labelKeys.application]: application };
  return { ...rest, ...own, [labelKeys.managed]: 'true' };
}

/** Creates the attachable overlay network if missing, `internal` without a way out of it; returns its id. */
export async function ensureNetwork(
  docker: Docker,
  name: string,
  labels: Record<string, string>,
  internal = false,
): Promise<string> {
  const present = await networkId(docker, name);
  if (present) return present;
  try {
    const { id } = await docker.createNetwork({
      Name: name,
      Driver: 'overlay',
      Attachable: true,
      Labels: labels,
      ...(internal && { Internal: true }),
    });
    return id;
  } catch (error) {
    const made = isNameTaken(error) ? await networkId(docker, name) : undefined;
    if (made) return made;
    throw error;
  }
}

/** Waits up to `patienceMs` for what is still attached; after that it stays, and costs nothing. */
export async function removeNetwork(docker: Docker, name: string, patienceMs = releaseMs): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await triedToRemove(docker, name)) && performance.now() < end) await delay(100);
}

/** The Engine refuses while something is attached: with 403 or 409, and with 400 while it is a service (seen with 26). */
async function triedToRemove(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getNetwork(name).remove();
    return true;
  } catch (error) {
    if (isMissing(error)) return true;
    if (![400, 403, 409].includes(statusOf(error) ?? 0)) throw error;
    return false;
  }
}

/** All but those named in `kept`; gives up on one that is still in use after some seconds. */
export async function removeNetworksOf(docker: Docker, applicationId: string, kept: string[] = []): Promise<void> {
  const filters = { label: [`${labelKeys.application}=${applicationId}`] };
  const end = performance.now() + releaseMs;
  for (;;) {
    const left = (await docker.listNetworks({ filters })).filter(({ Name }) => !kept.includes(Name));
    for (const { Id } of left) await triedToRemove(docker, Id);
    if (left.length === 0 || performance.now() > end) return;
    await delay(100);
  }
}

async function networkId(docker: Docker, name: string): Promise<string | undefined> {
  try {
    const network: { Id: string } = await docker.getNetwork(name).inspect();
    return network.Id;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
