import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { recordContents } from '../host/data-manifest.ts';

/** The key file of a data folder: base64 of 32 bytes, or a comma list as in `SHIPMATE_SECRET_KEY`. */
export function keyFileOf(dataDir: string): string {
  return join(dataDir, 'secret.key');
}

/**
 * The keys from the environment, else from the key file, which is created on first use with mode 0600.
 * @throws {UserError} when the key file is damaged: a new one would leave every secret unreadable.
 */
export async function loadKeys(configured: Buffer[] | undefined, dataDir: string): Promise<Buffer[]> {
  if (configured) return configured;
  const file = keyFileOf(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const text = await readFile(file, 'utf8').catch(() => makeKeyFile(file));
  const keys = text.split(',').map((key) => Buffer.from(key.trim(), 'base64'));
  if (keys.some((key) => key.length !== 32))
    throw new UserError(
      `The key file ${file} is damaged: it must hold base64 of 32 bytes. Restore it from a backup, or set SHIPMATE_SECRET_KEY.`,
    );
  await chmod(file, 0o600);
  return keys;
}

/** Written under a temporary name and linked: never half-written, and only one of two starting processes creates it. */
async function makeKeyFile(file: string): Promise<string> {
  const beside = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(beside, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  await link(beside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(beside);
  await recordContents(dirname(file));
  return readFile(file, 'utf8');
}
