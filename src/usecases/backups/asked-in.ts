import type { AskedIn } from '../../entities/backup-metadata.ts';
import type { Origin } from '../origin.ts';

/** Where the person is told of the end; undefined where they wait for it themselves. */
export function askedIn({ account, channel, platform }: Origin): AskedIn | undefined {
  return platform === 'http' ? undefined : { platform, channel, account, at: new Date().toISOString() };
}
