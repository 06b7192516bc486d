/**
 * Libraries that every start loads, which go into the bundle with what they load themselves. All others stay where they
 * are, and are loaded on first use as they are from the sources.
 */
const bundled: ReadonlySet<string> = new Set([
  '@mikro-orm/core',
  // Not loaded by every start; it shares its classes with the others.
  '@mikro-orm/migrations',
  '@mikro-orm/postgresql',
  '@mikro-orm/sql',
  'cookie',
  'croner',
  'dockerode',
  'eta',
  'express',
  'fastest-levenshtein',
  'kysely',
  'limiter',
  'p-limit',
  'pg',
  'pg-boss',
  'pino',
  'pretty-bytes',
  'prom-client',
  'standardwebhooks',
  'string-width',
  'tar-stream',
  'zod',
]);

/** @param specifier As it is imported, e.g. `@mikro-orm/core` or `pg-boss`. */
export function isBundled(specifier: string): boolean {
  return bundled.has(packageOf(specifier));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
