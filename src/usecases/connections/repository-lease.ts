import { UnavailableError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { waitForLease } from '../wait-for-lease.ts';
import type { PlacedSource } from './webhook-place.ts';

/** How long another command may be at work on the same repository, milliseconds. */
const patienceMs = 30_000;

/** Lets one command at a time change what a repository has at its host. @throws {UnavailableError} after 30 seconds. */
export async function withRepository<T>(
  deps: Pick<Deps, 'leases'>,
  { provider, repository }: PlacedSource['source'],
  work: () => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs);
  const name = `webhook:${provider}:${repository.toLowerCase()}`;
  const lease = await waitForLease(deps, name, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new UnavailableError(
      `Another command is setting up the webhook of \`${repository}\`. Try again in a minute.`,
    );
  });
  try {
    return await work();
  } finally {
    await lease.release();
  }
}
