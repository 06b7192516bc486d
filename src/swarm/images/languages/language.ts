import type { BaseImageName } from '../../../config-base-images.ts';
import type { CheckoutFiles } from './checkout-files.ts';

export interface WriteOptions {
  image(name: BaseImageName, version?: string): string;
  /** Port that the container listens on. */
  port: number;
  /** Command line of a shell that starts it, in place of the language's own. */
  start?: string;
}

/** A kind of project that needs no Dockerfile: how to know one, and the Dockerfile that builds it. */
export interface Language {
  name: string;
  /** One line for docs/builders.md: what it understands. */
  summary: string;
  /** Files by which it knows a project, for the sentence about a checkout that nothing fits. */
  looksFor: readonly string[];
  /** What is not sent to the build, as lines of a `.dockerignore`. */
  ignored: readonly string[];
  /** Why it fits, as the clause after "because"; undefined when it does not. */
  detects(files: CheckoutFiles): Promise<string | undefined>;
  /** Lines of the Dockerfile. Nothing of the project runs. @throws {UserError} for what it cannot start, with the next step. */
  write(files: CheckoutFiles, options: WriteOptions): Promise<string[]>;
}
