import type { Domain } from '../../entities/domain.ts';
import { UsageError } from '../../errors.ts';
import { type DurationLimits, readDuration } from '../../units/durations.ts';
import { readSize, type SizeLimits } from '../../units/sizes.ts';

/** Changes to a domain; undefined: unchanged, null: no limit. */
export interface DomainSettings {
  /** Null: the first port of the application. */
  port?: number | null | undefined;
  tls?: boolean | undefined;
  hsts?: boolean | undefined;
  maxBodyBytes?: number | null | undefined;
  timeoutSeconds?: number | null | undefined;
}

const bodySizes: SizeLimits = { least: '1B', most: '1T', bare: 'B', examples: ['50M', '1G', 'none'] };
const timeouts: DurationLimits = { least: '1s', most: '1d', whole: 'second', examples: ['60s', '5m', 'none'] };

/** Bytes of `--max-body`; `none` is null: no limit. @throws {UsageError} */
export function readMaxBody(given: string): number | null {
  return given === 'none' ? null : readSize(given, bodySizes, 'max-body');
}

/** Seconds of `--timeout`; `none` is null: no limit. @throws {UsageError} */
export function readTimeout(given: string): number | null {
  return given === 'none' ? null : readDuration(given, timeouts, 'timeout') / 1_000;
}

/** Applies the given settings and returns what changed. */
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

/** @throws {UsageError} when HSTS is on for a domain without HTTPS. */
export function requireConsistent({ domain, hsts, tlsEnabled }: Pick<Domain, 'domain' | 'hsts' | 'tlsEnabled'>): void {
  if (!hsts || tlsEnabled) return;
  throw new UsageError(
    `\`${domain}\` cannot use HSTS without HTTPS. Turn it on first: \`domain set ${domain} --tls on\`.`,
  );
}
