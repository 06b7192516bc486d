import { UnavailableError } from '../errors.ts';

/** HTTP status of the Engine's answer; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode } = errorFields(error);
  return typeof statusCode === 'number' ? statusCode : undefined;
}

/** The Engine's own message, without dockerode's prefix. */
export function reasonOf(error: unknown): string {
  const { json, message } = errorFields(error);
  const { message: said } = errorFields(json);
  if (typeof said === 'string') return withoutRpcPrefix(said);
  return withoutRpcPrefix(String(message ?? error).replace(/^\(HTTP code \d+\) [^-]*- /, ''));
}

/** By shape, not by class: errors of Node's own modules may come from another realm. */
function errorFields(value: unknown): { statusCode?: unknown; json?: unknown; message?: unknown; code?: unknown } {
  return typeof value === 'object' && value ? value : {};
}

function withoutRpcPrefix(message: string): string {
  return message.replace(/^rpc error: code = \w+ desc = /, '').trim();
}

/** Whether the Engine answered 404. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** For `catch` of removals: already gone counts as success. */
export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** Whether a concurrent request took the name; Swarm's store reports that with status 500. */
export function isNameTaken(error: unknown): boolean {
  return statusOf(error) === 409 || /name conflicts with an existing object/.test(reasonOf(error));
}

const connectionErrors = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
  'EACCES',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
];

/** Docker does not answer, which may pass by itself; what it has begun may go on meanwhile. */
export class EngineAwayError extends UnavailableError {}

/**
 * Turns errors of an Engine that does not answer or is not a Swarm manager into an `UnavailableError` with the next
 * step. Every other error passes through.
 */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** The same of an error that is at hand. */
export function asUnavailable(error: unknown): unknown {
  return unavailable(error) ?? error;
}

function unavailable(error: unknown): UnavailableError | undefined {
  if (error instanceof UnavailableError) return undefined;
  if (statusOf(error) === 503 || /not a swarm manager/i.test(reasonOf(error))) {
    const message = `Docker does not work as a Swarm manager: ${reasonOf(error)} Run \`docker swarm init\` on its host.`;
    return new UnavailableError(message, { cause: error });
  }
  const code = String(errorFields(error).code);
  if (statusOf(error) !== undefined || !connectionErrors.includes(code)) return undefined;
  if (code === 'EACCES') {
    const message = 'Docker denied access to Shipmate. Add its user to the group `docker`, or check `DOCKER_HOST`.';
    return new UnavailableError(message, { cause: error });
  }
  return new EngineAwayError(
    'Docker does not answer. Start the Docker Engine (`systemctl start docker`), or check `DOCKER_HOST`.',
    { cause: error },
  );
}
