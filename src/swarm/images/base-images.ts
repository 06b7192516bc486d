import { type Dockerfile, DockerfileParser, type Flag, Keyword } from 'dockerfile-ast';
import { UserError } from '../../errors.ts';
import { isAutomatic } from './platform-args.ts';
import { frontendImage } from './syntax-line.ts';

/** Longest Dockerfile that is read, bytes; the Engine has no limit of its own, and people's are a few kilobytes. */
export const maxDockerfileBytes = 1024 * 1024;

/**
 * Distinct images that a Dockerfile builds on, copies from or is read with, with arguments substituted, without its own
 * stages and `scratch`.
 * @throws {UserError} when an image name is unknown before the build.
 */
export function baseImages(text: string, buildArgs: Record<string, string>): string[] {
  const dockerfile = DockerfileParser.parse(text);
  const globals = globalArgs(dockerfile, buildArgs);
  const stages = new Set(['scratch']);
  const frontend = frontendImage(text, buildArgs);
  const images = new Set(frontend === undefined ? [] : [frontend]);
  for (const instruction of dockerfile.getInstructions()) {
    for (const image of named(instruction, globals)) {
      if (!stages.has(image.toLowerCase()) && !/^\d+$/.test(image)) images.add(image);
    }
    const [, stage] =
      / as (\S+)\s*$/i.exec(isFrom(instruction) ? (instruction.getRawArgumentsContent() ?? '') : '') ?? [];
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return [...images];
}

type Instruction = ReturnType<Dockerfile['getInstructions']>[number];

function isFrom(instruction: Instruction): boolean {
  return instruction.getKeyword() === String(Keyword.FROM);
}

function named(instruction: Instruction, globals: Map<string, string>): string[] {
  if (isFrom(instruction)) {
    const first = instruction.getArguments().find((argument) => !argument.getValue().startsWith('--'));
    return first ? [expand(first.getValue(), globals)] : [];
  }
  if (instruction.getKeyword() === String(Keyword.ONBUILD)) {
    const trigger =
      'getTriggerInstruction' in instruction ? (instruction.getTriggerInstruction as () => Instruction | null)() : null;
    return trigger ? named(trigger, globals) : [];
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
function globalArgs(dockerfile: Dockerfile, buildArgs: Record<string, string>): Map<string, string> {
  const globals = new Map(Object.entries(buildArgs).filter(([name]) => isAutomatic(name)));
  for (const argument of dockerfile.getInitialARGs()) {
    for (const property of argument.getProperties()) {
      const name = property.getName();
      const value = buildArgs[name] ?? property.getValue();
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
