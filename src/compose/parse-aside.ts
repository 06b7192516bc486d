import { createThreads, ThreadLimitError, type ThreadCall, type Threads } from '../host/threads.ts';
import type { EnvFile, EnvFiles } from './env-file.ts';
import type { parse, readEnv } from './parse-thread.ts';
import type { ComposeSource, ComposeStack } from './parse.ts';
import { ComposeError } from './problems.ts';

export interface AsideLimits {
  /** Time limit of one application, milliseconds; a file of common size takes less than a second. */
  timeMs: number;
  /** Megabytes. */
  memory: number;
}

const usual: AsideLimits = { timeMs: 30_000, memory: 256 };
const file = new URL('parse-thread.ts', import.meta.url);

/** The text of another file that a compose file names; `what` is the subject of an error sentence. */
export type ReadOther = (path: string, what: string) => Promise<string>;

/** Reads compose files, and what belongs to them, apart from the event loop. */
export interface Aside {
  /** As `parseCompose`; `readOther` gets the files of `extends`, `include` and overrides. */
  parse: (source: ComposeSource, signal: AbortSignal, readOther?: ReadOther) => Promise<ComposeStack>;
  /** As `readEnvFiles`. */
  readEnvFiles: (files: EnvFiles, signal: AbortSignal) => Promise<EnvFile>;
}

/** In threads: reading YAML takes seconds for a file that is large or malicious. */
export const composeAside: Aside = createAside(usual);

export function createAside({ timeMs, memory }: AsideLimits): Aside {
  const threads: Threads = createThreads({ atOnce: 2, memory });
  const within = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ThreadLimitError)) throw error;
      const most = error.limit === 'time' ? `${timeMs / 1_000} seconds` : `${memory} MB of memory`;
      throw new ComposeError(what, [{ line: 1, text: `reading it takes more than ${most}. Make it smaller` }]);
    }
  };
  return {
    parse: (source, signal, readOther) =>
      within(source.file, async () => {
        const texts: Record<string, string> = { ...source.texts };
        let leftMs = timeMs;
        for (;;) {
          const began = performance.now();
          const task = { ...source, texts };
          const answer = await threads.run<typeof parse>(named('parse'), task, { timeMs: leftMs, signal });
          if ('done' in answer) return answer.done;
          if ('refused' in answer) throw new ComposeError(source.file, answer.refused);
          const { path, what } = answer.wanted;
          if (!readOther || Object.hasOwn(texts, path)) throw new Error(`${path} is wanted, and cannot be read`);
          texts[path] = await readOther(path, what);
          leftMs = Math.max(1, Math.floor(leftMs - (performance.now() - began)));
        }
      }),
    readEnvFiles: (files, signal) =>
      within(files.files[0]?.file ?? '', async () => {
        const answer = await threads.run<typeof readEnv>(named('readEnv'), files, { timeMs, signal });
        if ('done' in answer) return answer.done;
        throw new ComposeError('', 'refused' in answer ? answer.refused : answer.wanted.what);
      }),
  };
}

function named(name: string): ThreadCall {
  return { file, name };
}
