import type { ComposeStack } from './compose-stack.ts';
import { type EnvFile, type EnvFiles, readEnvFiles } from './env-file.ts';
import { type ComposeSource, parseCompose, WantedFile } from './parse.ts';
import { ComposeError } from './problems.ts';

/** A result, or what an error says, whose class would not survive the way between threads. */
type Answer<T> = { done: T } | { refused: string } | { wanted: { path: string; what: string } };

/** What `parseComposeAside` runs in a thread. */
export function parse(source: ComposeSource): Answer<ComposeStack> {
  return answer(() => parseCompose(source));
}

/** What `readEnvFilesAside` runs in a thread. */
export function readEnv(files: EnvFiles): Answer<EnvFile> {
  return answer(() => readEnvFiles(files));
}

function answer<T>(work: () => T): Answer<T> {
  try {
    return { done: work() };
  } catch (error) {
    if (error instanceof WantedFile) return { wanted: { path: error.path, what: error.what } };
    if (error instanceof ComposeError) return { refused: error.message };
    throw error;
  }
}
