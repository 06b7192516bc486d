import type { IncomingMessage } from 'node:http';
import { TooManyRequestsError, UnavailableError } from '../../errors.ts';
import { networkOf } from '../../usecases/people/place.ts';
import { createAdmission, type Share } from './admission.ts';
import { checkHeaders, declaredBytes, readBody } from './read-body.ts';

export interface GateLimits {
  /** Of everybody together. */
  all: Share;
  /** Of one address, or one /64 of IPv6. */
  one: Share;
  /** How long a body waits for its turn, milliseconds. */
  waitMs: number;
  /** How long it may take to arrive, milliseconds. */
  arriveMs: number;
  /** More than this many do not even wait. */
  waiting: number;
}

/** Git hosts give up after 5 to 10 seconds; two of the largest pushes fit, and one of an address. */
export const gateLimits: GateLimits = {
  all: { bodies: 256, bytes: 64 * 1024 ** 2 },
  one: { bodies: 64, bytes: 32 * 1024 ** 2 },
  waitMs: 5_000,
  arriveMs: 15_000,
  waiting: 1_000,
};

/** A body whose sender is not known yet. */
export interface UnverifiedBody {
  bytes: Buffer;
  /** Its sender is known, or it is thrown away: it no longer counts. */
  release(): void;
}

export interface BodyGate {
  /**
   * Waits for its turn, then reads the body of a sender that nobody has verified.
   * @param address Of the sender.
   * @throws {BodyRefusedError} when it is too large, compressed, too slow, or cut off.
   * @throws {TooManyRequestsError} when the address has too many under way.
   * @throws {UnavailableError} when everybody together has.
   */
  read(request: IncomingMessage, address: string | undefined, mostBytes: number): Promise<UnverifiedBody>;
}

/** A body without a Content-Length counts as this much first, bytes. */
const firstBytes = 64 * 1024;

/** Keeps the unverified bodies that are in memory at a time within bounds, in number, bytes and time. */
export function createBodyGate(limits: GateLimits = gateLimits): BodyGate {
  const admission = createAdmission(limits);

  return {
    async read(request, address, mostBytes) {
      checkHeaders(request, mostBytes);
      const network = networkOf(address ?? 'unknown');
      const share = await admission.enter(network, declaredBytes(request) ?? firstBytes);
      if (share === 'address is busy') {
        throw new TooManyRequestsError('Too many requests from this address are under way. Send it again.', 10_000);
      }
      if (share === 'all are busy') {
        throw new UnavailableError('Too many requests are under way. Send it again in a few seconds.');
      }
      try {
        const bytes = await readBody(request, { mostBytes, arriveMs: limits.arriveMs }, (size) => {
          if (!share.grow(size)) throw new UnavailableError('Too much is under way. Send it again in a few seconds.');
        });
        return { bytes, release: share.leave };
      } catch (error) {
        share.leave();
        throw error;
      }
    },
  };
}
