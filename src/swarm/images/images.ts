import type Docker from 'dockerode';
import { UserError } from '../../errors.ts';
import type { Credentials, RegistryLogin } from './credentials.ts';
import { reasonOf, statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { readMessages } from './json-lines.ts';
import { requireRunnable } from './runnable.ts';
import { explainPull, howToLogIn, isAboutLogin } from './pull-failure.ts';
import { splitDigest } from '../names.ts';
import { inspectImage, pinnedBy, tagged, unpackedBytes } from './image-details.ts';
import type { BuildEvents, BuiltImage } from '../swarm.ts';

export async function findImage(docker: Docker, reference: string): Promise<BuiltImage | undefined> {
  const details = await inspectImage(docker, reference);
  if (!details) return undefined;
  const application = details.Config?.Labels?.[labelKeys.application];
  const triggers = details.Config?.OnBuild;
  return {
    id: details.Id,
    sizeBytes: unpackedBytes(details),
    ...(application !== undefined && { application }),
    ...(triggers && triggers.length > 0 && { triggers }),
  };
}

/** The reference with the digest of what was just pulled or pushed; unchanged when the Engine does not know it. */
async function byDigest(docker: Docker, reference: string): Promise<string> {
  const details = await inspectImage(docker, reference);
  return (details && pinnedBy(reference, details)) ?? reference;
}

/**
 * @param credentials Undefined for somebody who may have only what everybody can pull: what is on this host does not count.
 * @returns the reference by digest if a registry has the image, else unchanged.
 * @throws {UserError} when it cannot be pulled, or no node can run it.
 */
export async function pullImage(
  docker: Docker,
  reference: string,
  onLine: BuildEvents['onLine'],
  signal: AbortSignal,
  credentials: Credentials | undefined,
): Promise<string> {
  signal.throwIfAborted();
  // A digest never changes its content.
  if (credentials && splitDigest(reference).digest && (await findImage(docker, reference))) return reference;
  const options = credentials ? await withLogin(credentials, reference, signal) : { abortSignal: signal };
  const { failure } = await transfer(() => docker.pull(tagged(reference), options), onLine, signal);
  if (failure === undefined) {
    await requireRunnable(docker, tagged(reference), 'Choose an image for their platform.');
    return byDigest(docker, tagged(reference));
  }
  if (credentials && (await findImage(docker, reference))) {
    await onLine(`Could not pull ${reference} (${failure}); using the one on this host`);
    return reference;
  }
  if (!credentials) {
    throw new UserError(
      `The image \`${reference}\` cannot be pulled without a login, and previews of commits from outside get none.\n${failure}`,
    );
  }
  throw new UserError(
    `The image \`${reference}\` cannot be pulled: ${explainPull(failure) ?? 'check its name and the registry.'}\n${failure}`,
  );
}

/** @returns the reference by digest, so that every node pulls the same bytes. */
export async function pushImage(
  docker: Docker,
  reference: string,
  signal: AbortSignal,
  credentials: Credentials,
): Promise<string> {
  signal.throwIfAborted();
  const image = docker.getImage(reference);
  // The Engine requires credentials, even empty ones.
  const options = { authconfig: { username: '', password: '' }, ...(await withLogin(credentials, reference, signal)) };
  const { failure, digest } = await transfer(
    () => image.push(options),
    () => {},
    signal,
  );
  if (failure !== undefined) {
    throw new UserError(
      `The image \`${reference}\` cannot be pushed: ${failure}. Check \`SHIPMATE_REGISTRY\`.${hint(failure)}`,
    );
  }
  if (digest !== undefined) return `${reference}@${digest}`;
  return byDigest(docker, reference);
}

async function withLogin(
  credentials: Credentials,
  reference: string,
  abortSignal: AbortSignal,
): Promise<{ abortSignal: AbortSignal; authconfig?: RegistryLogin }> {
  const authconfig = await credentials(reference);
  return { abortSignal, ...(authconfig && { authconfig }) };
}

function hint(failure: string): string {
  return isAboutLogin(failure) ? howToLogIn : '';
}

/** The objection of the registry or the Engine, if any; throws when the Engine does not answer. */
async function transfer(
  start: () => Promise<NodeJS.ReadableStream>,
  onLine: BuildEvents['onLine'],
  signal: AbortSignal,
): Promise<{ failure?: string; digest?: string | undefined }> {
  let digest: string | undefined;
  try {
    for await (const { status, id, progress, error, aux } of readMessages(await start())) {
      if (error !== undefined) return { failure: error.trim() };
      if (typeof aux === 'object') digest = aux.Digest ?? digest;
      if (status && !progress) await onLine(id ? `${id}: ${status}` : status);
    }
    signal.throwIfAborted();
    return { digest };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (statusOf(error) === undefined) throw error;
    return { failure: reasonOf(error) };
  }
}
