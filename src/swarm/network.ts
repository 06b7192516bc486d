import type Docker from 'dockerode';
import { isMissing, isNameTaken, statusOf } from './engine-errors.ts';

/** Makes the attachable overlay network when it is missing; its id. */
export async function ensureNetwork(docker: Docker, name: string, labels: Record<string, string>): Promise<string> {
  const present = await networkId(docker, name);
  if (present) return present;
  try {
    const { id } = await docker.createNetwork({ Name: name, Driver: 'overlay', Attachable: true, Labels: labels });
    return id;
  } catch (error) {
    const made = isNameTaken(error) ? await networkId(docker, name) : undefined;
    if (made) return made;
    throw error;
  }
}

/** The Engine refuses while something is attached (403 or 409); a network costs nothing until then. */
export async function removeNetwork(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getNetwork(name).remove();
  } catch (error) {
    if (![403, 404, 409].includes(statusOf(error) ?? 0)) throw error;
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
