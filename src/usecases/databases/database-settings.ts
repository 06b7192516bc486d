import type { Config } from '../../config.ts';
import type { DatabaseEngine } from '../../database-engines/engine.ts';
import { amount, megabytes, readSettings, yesOrNo } from '../../database-engines/settings.ts';
import { versionOfImage } from '../../database-engines/versions.ts';
import type { DatabaseConfig } from '../../entities/managed-database.ts';
import { UsageError } from '../../errors.ts';
import { parseCpus } from '../../swarm/engine-units.ts';
import { anySize, readSize } from '../../units/sizes.ts';
import { backupTimes } from './backup-times.ts';
import { requireNameableImage } from '../applications/image-settings.ts';
import { quoted } from '../../quoted.ts';

/** Settings of every database, in addition to its engine's. */
const common = { persistent: yesOrNo, volume_size: amount('10GB'), backup: backupTimes };

/** Settings that people may give a database. */
export interface DatabaseSettings {
  version?: string | undefined;
  image?: string | undefined;
  memory?: string | undefined;
  cpus?: string | undefined;
  /** Planned size, GB. */
  sizeGb?: number | undefined;
  settings: [string, string][];
}

/** @throws {UsageError} that names what is refused. */
export function readConfig(
  config: Pick<Config, 'registry'>,
  engine: DatabaseEngine,
  wanted: DatabaseSettings,
): DatabaseConfig {
  const { cpus, image, memory, sizeGb } = wanted;
  if (memory !== undefined) readSize(memory, anySize, 'memory');
  if (cpus !== undefined) parseCpus(cpus);
  return {
    ...readSettings({ ...engine.settings, ...common }, wanted.settings),
    ...(sizeGb !== undefined && { volume_size: `${sizeGb}GB` }),
    ...(image !== undefined && { image: requireNameableImage(config, 'image', image) }),
    ...(memory !== undefined && { memory }),
    ...(cpus !== undefined && { cpus }),
  };
}

/**
 * The given version, else the one in the image's tag.
 * @throws {UsageError} when the image's tag contains no version.
 */
export function readVersion({ image, version }: DatabaseSettings): string | undefined {
  if (version !== undefined) {
    if (/^\d[\w.-]{0,49}$/.test(version)) return version;
    throw new UsageError(`${quoted(version)} is not a version. Write it like \`17\` or \`8.4\`.`);
  }
  const named = image === undefined ? undefined : versionOfImage(image);
  if (image === undefined || named !== undefined) return named;
  throw new UsageError(`The tag of \`${image}\` does not contain a version. Add \`--version\`, e.g. \`--version 17\`.`);
}

/** Planned size in whole gigabytes, at least one (default 1). */
export function plannedGb({ volume_size: size }: DatabaseConfig): number {
  return size === undefined ? 1 : Math.max(1, Math.ceil(megabytes(size) / 1024));
}
