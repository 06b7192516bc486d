import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import type { BuildEvents, BuiltImage } from '../swarm.ts';
import type { Builder, Checkout, EngineBuildRequest } from './builder.ts';
import { hasBuildkit } from './buildkit-build.ts';
import { dockerfileBuilder } from './dockerfile-builder.ts';
import { baseImageOf } from '../../config-base-images.ts';
import { openFiles } from './languages/checkout-files.ts';
import { type Language, requireTaken } from './languages/language.ts';
import { findBaseImages } from './parse-dockerfile.ts';

/** Beside the project's own files, which the build gets without it. */
const fileName = '.shipmate.Dockerfile';

/** Port on which images listen when the application has none set. */
export const defaultPort = 8080;

/** Builds with the Dockerfile that a language writes. */
export function generatedBuilder(language: Language): Builder {
  return {
    name: language.name,
    looksFor: language.looksFor,
    detects: ({ folder }) => language.detects(openFiles(folder)),
    dockerfile: (checkout) => dockerfileOf(language, checkout),
    async baseImages(checkout) {
      return findBaseImages(await dockerfileOf(language, checkout), {});
    },
    identity: ({ build_context: context = '.', ...own }, { images = {}, port = defaultPort } = {}) => [
      context,
      Object.entries(images).sort(),
      port,
      ...commandsOf(own),
    ],
    build: (request, events, signal) => build(language, request, events, signal),
  };
}

/** None when none is set, so that images of former versions keep their names. */
function commandsOf({ build_command: build, output, start_command: start }: BuildSettings): unknown[] {
  return [build, output, start].some((one) => one !== undefined) ? [build ?? null, output ?? null, start ?? null] : [];
}

async function dockerfileOf(
  language: Language,
  { folder, generation = {}, settings }: Omit<Checkout, 'platform'>,
): Promise<string> {
  const { images = {}, port = defaultPort } = generation;
  const { build_command: buildCommand, output, start_command: start } = settings;
  const own = {
    ...(buildCommand !== undefined && { build: buildCommand }),
    ...(output !== undefined && { output }),
    ...(start !== undefined && { start }),
  };
  requireTaken(language, own);
  const lines = await language.write(openFiles(folder), {
    ...own,
    image: (name, version) => baseImageOf(images, name, version),
    port,
  });
  return `${lines.join('\n')}\n`;
}

async function build(
  language: Language,
  request: EngineBuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const { context: folder, docker, generation, settings } = request;
  if (!(await hasBuildkit(docker))) {
    throw new UserError(
      'A build without a Dockerfile needs BuildKit, which this Docker Engine does not have. Add one.',
    );
  }
  const text = await dockerfileOf(language, { folder, settings, ...(generation && { generation }) });
  const { build_context } = settings;
  const own = { dockerfile: fileName, ...(build_context !== undefined && { build_context }) };
  const files = { [fileName]: text, [`${fileName}.dockerignore`]: await ignoreLines(language, folder) };
  try {
    // A link of that name is not followed.
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content, { flag: 'wx' });
    }
    return await dockerfileBuilder.build({ ...request, settings: own }, events, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError(`The repository has a file \`${fileName}\`, which Shipmate writes itself. Rename it.`);
  } finally {
    for (const name of Object.keys(files)) await rm(join(folder, name), { force: true });
  }
}

/** The repository's own lines come last, so that they may take something in again. */
async function ignoreLines(language: Language, folder: string): Promise<string> {
  const own = (await openFiles(folder).read('.dockerignore')) ?? '';
  return `${['.git', ...language.ignored, own].join('\n')}\n${fileName}*\n`;
}
