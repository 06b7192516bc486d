import { UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/**
 * Requires a valid host name label of at most 63 characters, for `<app>.<project>.<base domain>`.
 * @throws {UsageError}
 */
export function requireName(what: 'project' | 'application' | 'database', name: string): string {
  const shortest = what === 'project' ? 3 : 1;
  const fits = name.length >= shortest && name.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name);
  if (fits) return name;
  throw new UsageError(
    `${quoted(name)} cannot name ${what === 'application' ? 'an application' : `a ${what}`}: use ${shortest} to 63 ` +
      'lower-case letters, digits and hyphens, with a letter or digit at both ends, e.g. `shop`.',
  );
}
