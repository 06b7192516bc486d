import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import { maxDockerfileBytes } from './base-images.ts';
import { platformArgs } from './platform-args.ts';
import { requireDockerfile } from './build-context.ts';
import type { Checkout } from './builder.ts';
import { pathOf } from './dockerfile-path.ts';
import { findBaseImages } from './parse-dockerfile.ts';

/**
 * Images that the Dockerfile in `folder` builds on or copies from. @throws {UserError} when it is missing or too large,
 * or when an image name is unknown before the build.
 */
export async function readBaseImages({ folder, platform, settings }: Checkout): Promise<string[]> {
  const { build_args: args = {}, contexts, dockerfile_inline: inline } = settings;
  const text = inline ?? (await readDockerfile(folder, settings));
  return findBaseImages(text, args, { contexts, platform: platformArgs(platform) });
}

export async function readDockerfile(folder: string, settings: BuildSettings): Promise<string> {
  const path = pathOf(settings);
  await requireDockerfile(folder, path);
  await using file = await open(join(folder, path));
  const { size } = await file.stat();
  if (size > maxDockerfileBytes) throw new UserError(`\`${path}\` is larger than 1 MiB. Make it smaller.`);
  return file.readFile('utf8');
}
