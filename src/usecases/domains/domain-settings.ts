import type { Domain } from '../../entities/domain.ts';
import { UsageError } from '../../errors.ts';

/** What a domain may be told; undefined: as it is, null: no limit. */
export interface DomainSettings {
  /** Null: the first port of the application. */
  port?: number | null | undefined;
  tls?: boolean | undefined;
  hsts?: boolean | undefined;
  maxBodyBytes?: number | null | undefined;
  timeoutSeconds?: number | null | undefined;
}

const sizes: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const seconds: Record<string, number> = { s: 1, m: 60, h: 3_600 };

/** `50m` in bytes; `none` is null. @throws {UsageError} */
export function sizeOf(given: string): number | null {
  if (given === 'none') return null;
  const [, digits = '', unit = ''] = /^(\d{1,9})([kmg]?)b?$/i.exec(given) ?? [];
  const bytes = Number(digits) * (sizes[unit.toLowerCase()] ?? 0);
  if (bytes > 0 && bytes <= 1024 ** 4) return bytes;
  throw new UsageError(`\`${given}\` is not a size. Examples: \`50m\`, \`1g\`, or \`none\` for any.`);
}

/** `60s` in seconds, up to a day; `none` is null. @throws {UsageError} */
export function timeoutOf(given: string): number | null {
  if (given === 'none') return null;
  const [, digits = '', unit = ''] = /^(\d{1,6})([smh])$/i.exec(given) ?? [];
  const total = Number(digits) * (seconds[unit.toLowerCase()] ?? 0);
  if (total > 0 && total <= 86_400) return total;
  throw new UsageError(`\`${given}\` is not a time-out. Examples: \`60s\`, \`5m\`, or \`none\`.`);
}

export function shownSize(bytes: number | null): string {
  if (bytes === null) return 'any';
  const [unit = '', factor = 1] = Object.entries(sizes).findLast(([, size]) => bytes % size === 0) ?? [];
  return `${bytes / factor}${unit}`;
}

/** Sets what is given, and returns what that changed. */
export function applyDomainSettings(
  domain: Domain,
  { port, tls, hsts, maxBodyBytes, timeoutSeconds }: DomainSettings,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const wanted = { port, tlsEnabled: tls, hsts, maxBodyBytes, timeoutSeconds };
  const changes = { before: {} as Record<string, unknown>, after: {} as Record<string, unknown> };
  for (const key of Object.keys(wanted) as (keyof typeof wanted)[]) {
    if (wanted[key] === undefined || wanted[key] === domain[key]) continue;
    changes.before[key] = domain[key];
    changes.after[key] = wanted[key];
    Object.assign(domain, { [key]: wanted[key] });
  }
  return changes;
}

/** @throws {UsageError} when browsers are to stay on HTTPS at a domain that has none. */
export function requireConsistent({ domain, hsts, tlsEnabled }: Pick<Domain, 'domain' | 'hsts' | 'tlsEnabled'>): void {
  if (!hsts || tlsEnabled) return;
  throw new UsageError(
    `\`${domain}\` cannot keep browsers on HTTPS without having it: \`domain set ${domain} --tls on\`.`,
  );
}
