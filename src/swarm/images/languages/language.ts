import { UserError } from '../../../errors.ts';
import type { BaseImageName } from '../../../config-base-images.ts';
import type { CheckoutFiles } from './checkout-files.ts';

export interface WriteOptions {
  image(name: BaseImageName, version?: string): string;
  /** Port that the container listens on. */
  port: number;
  /** Command line of a shell that starts it, in place of the language's own. */
  start?: string;
  /** Command line of a shell that builds, in place of the language's own; only for who takes it. */
  build?: string;
  /** Folder of pages to serve; only for who takes it. */
  output?: string;
}

/** A kind of project that needs no Dockerfile: how to know one, and the Dockerfile that builds it. */
export interface Language {
  name: string;
  /** One line for docs/builders.md: what it understands. */
  summary: string;
  /** Files by which it knows a project, for the sentence about a checkout that nothing fits. */
  looksFor: readonly string[];
  /** The settings that mean something to it, besides `start`. */
  takes: readonly ('build' | 'output')[];
  /** What is not sent to the build, as lines of a `.dockerignore`. */
  ignored: readonly string[];
  /** Why it fits, as the clause after "because"; undefined when it does not. */
  detects(files: CheckoutFiles): Promise<string | undefined>;
  /** Lines of the Dockerfile. Nothing of the project runs. @throws {UserError} for what it cannot start, with the next step. */
  write(files: CheckoutFiles, options: WriteOptions): Promise<string[]>;
}

/** Names of the settings, as people write them. */
const settingOf = { build: 'build-command', output: 'output' };

/** @throws {UserError} when a setting means nothing to the language, which would pass over it in silence. */
export function requireTaken(
  { name, takes }: Language,
  options: Pick<WriteOptions, 'build' | 'output' | 'start'>,
): void {
  for (const key of ['build', 'output'] as const) {
    if (options[key] === undefined || takes.includes(key)) continue;
    const setting = settingOf[key];
    throw new UserError(
      `The builder \`${name}\` does not use \`${setting}\`. Unset it with \`app set <app> ${setting}=\`, or take over the ` +
        'Dockerfile: `app dockerfile <app>`.',
    );
  }
  if (options.output === undefined || options.start === undefined) return;
  throw new UserError(
    '`output` is for pages, which Caddy serves, so `start-command` starts nothing. Unset one of them.',
  );
}
