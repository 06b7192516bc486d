import { join } from 'node:path';
import type { S3Config } from '../config.ts';

/** Where the repositories of one database lie: below the bucket, or below the data folder without one. */
export function storeLocation({ dataDir, s3 }: { dataDir: string; s3: S3Config | undefined }, id: string): string {
  if (!s3) return join(dataDir, 'backups', id);
  const endpoint = s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`;
  return `s3:${endpoint.replace(/\/+$/, '')}/${s3.bucket}/backups/${id}`;
}
