import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import type { BuildEvents, BuiltImage } from '../swarm.ts';
import type { Builder, Checkout, EngineBuildRequest } from './builder.ts';
import { buildEngine } from '../api-version.ts';
import { dockerfileBuilder } from './dockerfile-builder.ts';
import { baseImageOf } from '../../config-base-images.ts';
import { openFiles } from './languages/checkout-files.ts';
import { type Language, requireTaken } from './languages/language.ts';
import { findBaseImages } from './parse-dockerfile.ts';
import { withDockerfile } from './written-dockerfile.ts';

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
export function commandsOf({ build_command: build, output, start_command: start }: BuildSettings): unknown[] {
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
  const engine = request.engine ?? (await buildEngine(docker));
  if (!engine.buildkit) {
    throw new UserError(
      'A build without a Dockerfile needs BuildKit, which this Docker Engine does not have. Add one.',
    );
  }
  const text = await dockerfileOf(language, { folder, settings, ...(generation && { generation }) });
  const { build_context } = settings;
  return withDockerfile(folder, { text, ignore: await ignoreLines(language, folder) }, (dockerfile) => {
    const own = { dockerfile, ...(build_context !== undefined && { build_context }) };
    return dockerfileBuilder.build({ ...request, engine, settings: own }, events, signal);
  });
}

/** The repository's own lines come last, so that they may take something in again. */
async function ignoreLines(language: Language, folder: string): Promise<string> {
  const own = (await openFiles(folder).read('.dockerignore')) ?? '';
  return ['.git', ...language.ignored, own].join('\n');
}
