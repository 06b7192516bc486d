import { type Dockerfile, DockerfileParser, type Flag, Keyword } from 'dockerfile-ast';
import { UserError } from '../../errors.ts';
import { isAutomatic } from './platform-args.ts';
import { frontendImage } from './syntax-line.ts';

/** Longest Dockerfile that is read, bytes; the Engine has no limit of its own, and people's are a few kilobytes. */
export const maxDockerfileBytes = 1024 * 1024;

/** What a build has besides its arguments. */
export interface Surroundings {
  /** What names lead to that are no images, e.g. `docker-image://node:24` (default none). */
  contexts?: Readonly<Record<string, string>> | undefined;
  /** BuildKit's own arguments; see `platformArgs` (default none). */
  platform?: Readonly<Record<string, string>>;
}

/**
 * Distinct images that a Dockerfile builds on, copies from or is read with, with arguments substituted, without its own
 * stages and `scratch`.
 * @throws {UserError} when an image name is unknown before the build.
 */
export function baseImages(
  text: string,
  buildArgs: Record<string, string>,
  { contexts = {}, platform = {} }: Surroundings = {},
): string[] {
  const dockerfile = DockerfileParser.parse(text);
  const globals = globalArgs(dockerfile, buildArgs, platform);
  const stages = new Set(['scratch']);
  const contextNames = new Set(Object.keys(contexts).map(plainName));
  const frontend = frontendImage(text, buildArgs);
  const images = new Set([...(frontend === undefined ? [] : [frontend]), ...imagesOf(contexts)]);
  for (const instruction of dockerfile.getInstructions()) {
    for (const image of namedBy(instruction, globals)) {
      const isOwn = stages.has(image.toLowerCase()) || contextNames.has(plainName(image)) || /^\d+$/.test(image);
      if (!isOwn) images.add(image);
    }
    const [, stage] =
      / as (\S+)\s*$/i.exec(isFrom(instruction) ? (instruction.getRawArgumentsContent() ?? '') : '') ?? [];
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return [...images];
}

/** The images among named contexts. */
function imagesOf(contexts: Readonly<Record<string, string>>): string[] {
  return Object.values(contexts).flatMap((source) => {
    const [, image] = /^docker-image:\/\/(.+)$/.exec(source) ?? [];
    return image ?? [];
  });
}

/** As BuildKit compares names: `docker.io/library/alpine:latest` is `alpine`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^docker\.io\/(?:library\/)?/, '')
    .replace(/:latest$/, '');
}

type Instruction = ReturnType<Dockerfile['getInstructions']>[number];

function isFrom(instruction: Instruction): boolean {
  return instruction.getKeyword() === String(Keyword.FROM);
}

function namedBy(instruction: Instruction, globals: Map<string, string>): string[] {
  if (isFrom(instruction)) {
    const first = instruction.getArguments().find((argument) => !argument.getValue().startsWith('--'));
    return first ? [expand(first.getValue(), globals)] : [];
  }
  if (instruction.getKeyword() === String(Keyword.ONBUILD)) {
    const trigger =
      'getTriggerInstruction' in instruction ? (instruction.getTriggerInstruction as () => Instruction | null)() : null;
    return trigger ? namedBy(trigger, globals) : [];
  }
  const flags = 'getFlags' in instruction ? (instruction.getFlags as () => Flag[])() : [];
  return flags.flatMap((flag) => sourceOf(flag));
}

/** `COPY --from=image`, `RUN --mount=type=bind,from=image,…` */
function sourceOf(flag: Flag): string[] {
  const value = flag.getValue() ?? '';
  if (flag.getName() === 'from') return [value];
  if (flag.getName() !== 'mount') return [];
  return value.split(',').flatMap((part) => (part.startsWith('from=') ? [part.slice('from='.length)] : []));
}

/** FROM can only use arguments declared before the first FROM, and BuildKit's own. */
function globalArgs(
  dockerfile: Dockerfile,
  buildArgs: Readonly<Record<string, string>>,
  platform: Readonly<Record<string, string>>,
): Map<string, string> {
  const automatic = Object.entries(buildArgs).filter(([name]) => isAutomatic(name));
  const globals = new Map([...Object.entries(platform), ...automatic]);
  for (const argument of dockerfile.getInitialARGs()) {
    for (const property of argument.getProperties()) {
      const name = property.getName();
      // A default comes before what BuildKit knows itself.
      const value = buildArgs[name] ?? property.getValue() ?? globals.get(name);
      globals.set(name, expand(value ?? '', globals));
    }
  }
  return globals;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, as the builder reads them. */
function expand(text: string, values: Map<string, string>): string {
  const filled = text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?:(:?)-([^{}$]*))?\})/g,
    (_, plain: string | undefined, braced = '', colon = '', fallback?: string) => {
      const value = values.get(plain ?? braced);
      if (fallback === undefined) return value ?? '';
      return value === undefined || (colon && value === '') ? fallback : value;
    },
  );
  if (!filled.includes('$')) return filled;
  throw new UserError(
    `\`${text}\` is an image name that cannot be resolved before the build. Use \`\${NAME:-default}\`.`,
  );
}
