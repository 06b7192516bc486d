import { parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';

export interface InstallOptions {
  dryRun: boolean;
  /** A file of `NAME=value` lines, e.g. with secrets. */
  envFile: string | undefined;
  /** `NAME=value` words. */
  words: string[];
  /** A service of the swarm instead of one of the machine. */
  swarm: { replicas: number; image: string | undefined } | undefined;
}

export interface UninstallOptions {
  dryRun: boolean;
  purge: boolean;
}

/** @throws {UsageError} */
export function readInstallOptions(args: string[]): InstallOptions {
  const { values, positionals } = parse(args, {
    'dry-run': { type: 'boolean' },
    'env-file': { type: 'string' },
    swarm: { type: 'boolean' },
    replicas: { type: 'string' },
    image: { type: 'string' },
  });
  const { swarm, replicas = '1', image } = values as { swarm?: boolean; replicas?: string; image?: string };
  if (!swarm && (values['replicas'] ?? image) !== undefined) {
    throw new UsageError('`--replicas` and `--image` belong to `shipmate install --swarm`.');
  }
  if (!/^[1-9]$/.test(replicas)) throw new UsageError(`--replicas ${replicas}: take a number from 1 to 9.`);
  return {
    dryRun: values['dry-run'] === true,
    envFile: values['env-file'] as string | undefined,
    words: positionals,
    swarm: swarm ? { replicas: Number(replicas), image } : undefined,
  };
}

/** @throws {UsageError} */
export function readUninstallOptions(args: string[]): UninstallOptions {
  const { values, positionals } = parse(args, { 'dry-run': { type: 'boolean' }, purge: { type: 'boolean' } });
  if (positionals.length > 0)
    throw new UsageError(`\`${positionals.join(' ')}\` is no option of \`shipmate uninstall\`.`);
  return { dryRun: values['dry-run'] === true, purge: values['purge'] === true };
}

type Options = Record<string, { type: 'boolean' | 'string' }>;

function parse(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See: shipmate --help`, { cause: error });
  }
}
