import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Archive } from './archive.ts';
import { folderArchive } from './folder.ts';
import { s3Archive } from './s3.ts';

/** The bucket when there is one, else a folder of the data folder. */
export function createArchive({ s3, dataDir }: Pick<Config, 's3' | 'dataDir'>): Archive {
  return s3 ? s3Archive(s3) : folderArchive(join(dataDir, 'archive'));
}
