import type Docker from 'dockerode';
import { dial } from '../buildkit/dial.ts';
import { statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { splitDigest } from '../names.ts';
import type { Credentials, RegistryLogin } from './credentials.ts';
import { type ImageDetails, inspectImage, isInContainerdStore, pinnedBy } from './image-details.ts';

/** How long a registry may take to answer, milliseconds. */
const registryMs = 10_000;

/**
 * Whether an image is on the Engine's own node and, as far as can be told, in no registry, so that other nodes cannot
 * pull it. A registry that does not answer counts as one that lacks it: where the image is, its tasks start for sure.
 */
export async function isOnlyHere(docker: Docker, reference: string, credentials: Credentials): Promise<boolean> {
  if (splitDigest(reference).digest !== undefined) return false;
  const details = await inspectImage(docker, reference);
  if (!details) return false;
  if (!isInContainerdStore(details)) return pinnedBy(reference, details) === undefined;
  // Every image has a digest there. One of Shipmate's own that is in a registry is named by it.
  if (details.Config?.Labels?.[labelKeys.application] !== undefined) return true;
  if (wasPulled(details)) return false;
  return !(await isInRegistry(docker, reference, await credentials(reference)));
}

function wasPulled({ Identity }: ImageDetails): boolean {
  return (Identity?.Pull?.length ?? 0) > 0;
}

async function isInRegistry(docker: Docker, reference: string, login: RegistryLogin | undefined): Promise<boolean> {
  const signal = AbortSignal.timeout(registryMs);
  try {
    await dial(docker, {
      path: `/distribution/${reference}/json`,
      method: 'GET',
      statusCodes: { 200: true },
      abortSignal: signal,
      ...(login && { authconfig: login }),
    });
    return true;
  } catch (error) {
    if (signal.aborted || statusOf(error) !== undefined) return false;
    throw error;
  }
}
