import type { GitProvider } from '../entities/git-provider.ts';
import { UnavailableError } from '../errors.ts';
import { createThreads, ThreadLimitError, type Threads } from '../host/threads.ts';
import type { DeliveryTask, read, verify } from './delivery-thread.ts';
import { type ReadDelivery, readDelivery, signedWith } from './read-delivery.ts';
import type { RawDelivery } from './webhook.ts';

/**
 * So many bytes are hashed or parsed here, in about a millisecond; more in a thread. Nearly every push is smaller. A
 * larger body had better be shared memory, so that it is not copied.
 */
export const inlineBytes = 256 * 1024;

/** The largest push takes a second on a busy machine, and 150 MB. */
export const readerLimits = { atOnce: 2, memory: 512, timeMs: 10_000 };
const file = new URL('delivery-thread.ts', import.meta.url);

/** Hashes and parses deliveries without holding the event loop. */
export interface DeliveryReader {
  /** As `signedWith`. */
  signedWith(provider: GitProvider, raw: RawDelivery, secrets: readonly string[]): Promise<boolean[]>;
  /** As `readDelivery`. */
  read(provider: GitProvider, raw: RawDelivery): Promise<ReadDelivery>;
}

export function createDeliveryReader(threads: Threads = createThreads(readerLimits)): DeliveryReader {
  const { timeMs } = readerLimits;
  return {
    async signedWith(provider, raw, secrets) {
      if (raw.body.length * secrets.length <= inlineBytes) return signedWith(provider, raw, secrets);
      const task = { ...taskOf(provider, raw), secrets };
      return threads.run<typeof verify>({ file, name: 'verify' }, task, { timeMs }).catch(unavailable);
    },
    async read(provider, raw) {
      if (raw.body.length <= inlineBytes) return readDelivery(provider, raw);
      try {
        return await threads.run<typeof read>({ file, name: 'read' }, taskOf(provider, raw), { timeMs });
      } catch (error) {
        if (!(error instanceof ThreadLimitError) || error.limit === 'time') return unavailable(error);
        return { refused: `Reading the body takes more than ${readerLimits.memory} MB of memory.` };
      }
    },
  };
}

function unavailable(error: unknown): never {
  if (!(error instanceof ThreadLimitError)) throw error;
  throw new UnavailableError(`Reading the body takes too much ${error.limit}. Send it again in a minute.`);
}

function taskOf(provider: GitProvider, { body, headers }: RawDelivery): DeliveryTask {
  return { provider, raw: { headers, body } };
}
