import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

/** @throws {UsageError} when no environment can have this name. */
export function readEnvironment(name: string): string {
  const environment = name.trim().toLowerCase();
  if (/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/.test(environment)) return environment;
  throw new UsageError(
    `${quoted(name)} cannot name an environment: use up to 50 lower-case letters, digits and hyphens, e.g. \`staging\`.`,
  );
}
