import { join } from 'node:path';
import type { S3Config } from '../config.ts';

/** Within the data folder. */
export const backupsFolder = 'backups';

/** Where the repositories of one database lie: below the bucket, or below the data folder without one. */
export function storeLocation({ dataDir, s3 }: { dataDir: string; s3: S3Config | undefined }, id: string): string {
  if (!s3) return join(dataDir, backupsFolder, id);
  const endpoint = s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`;
  return `s3:${endpoint.replace(/\/+$/, '')}/${s3.bucket}/backups/${id}`;
}

/**
 * Where a store lies now. Its row has the path of the day it was made; the data folder may have moved since, so a folder
 * is found by its id below the data folder of today.
 */
export function currentLocation(dataDir: string, { id, location }: { id: string; location: string }): string {
  return location.startsWith('s3:') ? location : join(dataDir, backupsFolder, id);
}
