import type Docker from 'dockerode';
import { UserError } from '../errors.ts';
import { isMissing, reasonOf, statusOf } from './engine-errors.ts';
import { readMessages } from './json-lines.ts';
import type { BuiltImage } from './swarm.ts';

export async function findImage(docker: Docker, reference: string): Promise<BuiltImage | undefined> {
  try {
    const { Id, Size } = await docker.getImage(reference).inspect();
    return { id: Id, sizeBytes: Size };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function pullImage(
  docker: Docker,
  reference: string,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const failure = await transfer(() => docker.pull(tagged(reference), { abortSignal: signal }), onLine, signal);
  if (failure === undefined) return;
  if (await findImage(docker, reference)) {
    onLine(`Could not pull ${reference} (${failure}); using the one on this host`);
    return;
  }
  throw new UserError(`The image \`${reference}\` cannot be pulled: ${failure}. Check its name and the registry.`);
}

export async function pushImage(docker: Docker, reference: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const image = docker.getImage(reference);
  // The Engine insists on credentials, even on none.
  const start = () => image.push({ authconfig: { username: '', password: '' }, abortSignal: signal });
  const failure = await transfer(start, () => {}, signal);
  if (failure !== undefined) {
    throw new UserError(`The image \`${reference}\` cannot be pushed: ${failure}. Check \`SHIPMATE_REGISTRY\`.`);
  }
}

/** What the registry or the Engine objected to, if anything; an Engine that does not answer throws. */
async function transfer(
  start: () => Promise<NodeJS.ReadableStream>,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    for await (const { status, id, progress, error } of readMessages(await start())) {
      if (error !== undefined) return error.trim();
      if (status && !progress) onLine(id ? `${id}: ${status}` : status);
    }
    signal.throwIfAborted();
    return undefined;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (statusOf(error) === undefined) throw error;
    return reasonOf(error);
  }
}

/** Without a tag the Engine would pull every one. */
function tagged(reference: string): string {
  return /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
}
