import type { Deps } from '../deps.ts';

/** One run of retention, as its steps see it. */
export interface RetentionRun {
  deps: Deps;
  now: Date;
  /** Looks and counts only. */
  dryRun: boolean;
  signal: AbortSignal;
}

/** What a step took away, or would. */
export interface Removed {
  /** In a few words, e.g. `200 logs of deployments archived`; undefined when there was nothing. */
  said: string | undefined;
  /** For the audit log. */
  details: Record<string, unknown>;
}

/** The moment before which things are old enough. */
export function cutoff({ now }: Pick<RetentionRun, 'now'>, periodMs: number): Date {
  return new Date(now.getTime() - periodMs);
}

/** `undefined` for none, `1 log`, `2 logs`. */
export function counted(count: number, one: string, many = `${one}s`): string | undefined {
  if (count === 0) return undefined;
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
