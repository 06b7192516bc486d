import { UserError } from '../../errors.ts';
import type { ChannelRef, Deps } from '../deps.ts';
import type { Reach } from './reach.ts';

/**
 * Asks the platform whether Shipmate may write there.
 * @returns why that is not known; undefined when it may.
 * @throws {UserError} when it may not, with the step that mends it.
 */
export async function requireReach(
  { logger, reachChecks }: Pick<Deps, 'logger' | 'reachChecks'>,
  { channel, platform }: ChannelRef,
): Promise<string | undefined> {
  if (platform === 'console') return undefined;
  const reach = reachChecks.get(platform);
  if (!reach) return `this Shipmate is not set up for ${platform}`;
  const found = await reach(channel).catch((error: unknown): Reach => {
    logger.warn({ err: error, platform, channel }, 'channel not checked');
    return { state: 'unchecked', why: `${platform} does not answer` };
  });
  if (found.state === 'open') return undefined;
  if (found.state === 'unchecked') return found.why;
  throw new UserError(`I may not write in ${platform} ${channel}: ${found.why}. ${found.step}`);
}
