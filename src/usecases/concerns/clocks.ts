import { clockSkewMs } from '../../database/clock.ts';
import { formatDuration } from '../../units/durations.ts';
import type { Deps } from '../deps.ts';
import type { Concern } from './concern.ts';

/** More than a slow answer explains, milliseconds. */
const tolerated = 30_000;

/** Whether the clocks of this machine and of PostgreSQL differ. */
export async function differingClocks({ database }: Pick<Deps, 'database'>): Promise<Concern[]> {
  const skew = await clockSkewMs(database);
  if (Math.abs(skew) <= tolerated) return [];
  const apart = `${formatDuration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'}`;
  return [
    {
      name: 'clock',
      why: `PostgreSQL's clock is ${apart} this machine's: times that people read may be off by as much. Synchronise both by NTP.`,
    },
  ];
}
