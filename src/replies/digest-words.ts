import type { Measures } from '../entities/digest.ts';

/** `45 s`, `34 min`, `4 h 12 min`, `3 d 4 h`: two units at most. */
export function lengthText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return two([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
  const hours = Math.round(minutes / 60);
  return two([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
}

function two([large, unit]: [number, string], [small, subunit]: [number, string]): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${subunit}`;
}

/** `512 MB`, `1.4 GB`; powers of 1000, as disks are sold. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

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
    lead: compare('Lead time', now.leadSeconds, before.leadSeconds, lengthText, 'less'),
    broken: compare(
      'Failed changes',
      part(now.broken, now.reached),
      part(before.broken, before.reached),
      percent,
      'less',
    ),
    restore: compare('Time to restore', now.restoreSeconds, before.restoreSeconds, lengthText, 'less'),
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
