import type { Deps } from '../deps.ts';

/** Context of one retention run. */
export interface RetentionRun {
  deps: Deps;
  now: Date;
  /** Only counts, without removing anything. */
  dryRun: boolean;
  signal: AbortSignal;
}

/** What a step removed, or would remove. */
export interface Removed {
  /** Short summary, e.g. `200 logs of deployments archived`; undefined when there was nothing to do. */
  said: string | undefined;
  /** For the audit log. */
  details: Record<string, unknown>;
}

/** The time before which things are expired. */
export function cutoff({ now }: Pick<RetentionRun, 'now'>, periodMs: number): Date {
  return new Date(now.getTime() - periodMs);
}

/** `undefined` for none, `1 log`, `2 logs`. */
export function counted(count: number, one: string, many = `${one}s`): string | undefined {
  if (count === 0) return undefined;
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
