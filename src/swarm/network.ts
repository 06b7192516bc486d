import type Docker from 'dockerode';
import { isMissing, statusOf } from './engine-errors.ts';

/** Makes the attachable overlay network when it is missing; its id. */
export async function ensureNetwork(docker: Docker, name: string, labels: Record<string, string>): Promise<string> {
  const present = await networkId(docker, name);
  if (present) return present;
  try {
    const { id } = await docker.createNetwork({ Name: name, Driver: 'overlay', Attachable: true, Labels: labels });
    return id;
  } catch (error) {
    const made = statusOf(error) === 409 ? await networkId(docker, name) : undefined;
    if (made) return made;
    throw error;
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
