import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import { maxDockerfileBytes } from './base-images.ts';
import { requireDockerfile } from './build-context.ts';
import { pathOf } from './dockerfile-path.ts';
import { findBaseImages } from './parse-dockerfile.ts';

/**
 * Images that the Dockerfile in `folder` builds on or copies from. @throws {UserError} when it is missing or too large,
 * or when an image name is unknown before the build.
 */
export async function readBaseImages(folder: string, settings: BuildSettings): Promise<string[]> {
  return findBaseImages(await readDockerfile(folder, settings), settings.build_args ?? {});
}

export async function readDockerfile(folder: string, settings: BuildSettings): Promise<string> {
  const path = pathOf(settings);
  await requireDockerfile(folder, path);
  await using file = await open(join(folder, path));
  const { size } = await file.stat();
  if (size > maxDockerfileBytes) throw new UserError(`\`${path}\` is larger than 1 MiB. Make it smaller.`);
  return file.readFile('utf8');
}
