import type { Measures } from '../entities/digest.ts';
import { formatDuration } from '../units/durations.ts';

/** One of the measures, ready to be read: its value now, and how that compares. */
export interface Compared {
  label: string;
  value: string;
  note: string;
  trend: 'better' | 'worse' | 'same';
}

/** The four measures of DORA, and before them how many deployments succeeded. */
export function compared(
  now: Measures,
  before: Measures,
): Record<'success' | 'frequency' | 'lead' | 'broken' | 'restore', Compared> {
  return {
    success: compare(
      'Success rate',
      part(now.succeeded, now.ended),
      part(before.succeeded, before.ended),
      percent,
      'more',
    ),
    frequency: compare('Deployments a day', now.changesPerDay, before.changesPerDay, rate, 'more'),
    lead: compare('Lead time', now.leadSeconds, before.leadSeconds, seconds, 'less'),
    broken: compare(
      'Failed changes',
      part(now.broken, now.reached),
      part(before.broken, before.reached),
      percent,
      'less',
    ),
    restore: compare('Time to restore', now.restoreSeconds, before.restoreSeconds, seconds, 'less'),
  };
}

function compare(
  label: string,
  now: number | null,
  before: number | null,
  show: (value: number) => string,
  wanted: 'more' | 'less',
): Compared {
  const value = now === null ? '–' : show(now);
  if (now === null || before === null) {
    return { label, value, note: before === null ? 'nothing before' : `was ${show(before)}`, trend: 'same' };
  }
  const same = show(now) === show(before);
  const better = wanted === 'more' ? now > before : now < before;
  return { label, value, note: `was ${show(before)}`, trend: same ? 'same' : better ? 'better' : 'worse' };
}

function part(some: number, all: number): number | null {
  return all === 0 ? null : some / all;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function rate(perDay: number): string {
  return perDay >= 10 ? String(Math.round(perDay)) : perDay.toFixed(1);
}

function seconds(count: number): string {
  return formatDuration(count * 1_000);
}
