import { ConfigError } from './config-read.ts';
import type { Config } from './config.ts';

/**
 * A typing error leaves the shape of a recipient as it is, and would show at night, at the first backup. Its checksum tells
 * at once. The library that can is loaded only where the variable is set.
 * @throws {ConfigError}
 */
export async function requireRecipient({ selfBackup: { recipient } }: Pick<Config, 'selfBackup'>): Promise<void> {
  if (recipient === undefined) return;
  const { isRecipient } = await import('./secrets/age.ts');
  if (isRecipient(recipient)) return;
  throw new ConfigError(
    'SHIPMATE_SELF_BACKUP_RECIPIENT has a typing error: its checksum does not fit. `age-keygen -y <file>` prints the right one.',
  );
}
