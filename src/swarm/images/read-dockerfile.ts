import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DockerfileParser, type Heredoc } from 'dockerfile-ast';
import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import { baseImages, maxDockerfileBytes } from './base-images.ts';
import { requireDockerfile } from './build-context.ts';
import { pathOf } from './dockerfile-path.ts';

/**
 * Images that the Dockerfile in `folder` builds on or copies from. @throws {UserError} when it is missing or too large,
 * or when an image name is unknown before the build.
 */
export async function readBaseImages(folder: string, settings: BuildSettings): Promise<string[]> {
  return baseImages(await readDockerfile(folder, settings), settings.build_args ?? {});
}

export async function readDockerfile(folder: string, settings: BuildSettings): Promise<string> {
  const path = pathOf(settings);
  await requireDockerfile(folder, path);
  await using file = await open(join(folder, path));
  const { size } = await file.stat();
  if (size > maxDockerfileBytes) throw new UserError(`\`${path}\` is larger than 1 MiB. Make it smaller.`);
  return file.readFile('utf8');
}

/** Whether an instruction continues in a here-document, `RUN <<EOF`. */
export function hasHeredoc(text: string): boolean {
  return DockerfileParser.parse(text).getInstructions().some(isWithHeredoc);
}

function isWithHeredoc(instruction: object): boolean {
  const { getHeredocs } = instruction as { getHeredocs?: () => Heredoc[] };
  return (getHeredocs?.call(instruction) ?? []).length > 0;
}
