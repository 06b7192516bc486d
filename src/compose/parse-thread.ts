import { parentPort, workerData } from 'node:worker_threads';
import type { Answer } from './parse-aside.ts';
import { type ComposeSource, parseCompose } from './parse.ts';
import { ComposeError } from './problems.ts';

// The body of the thread that `parseComposeAside` starts.
parentPort?.postMessage(answer(workerData as ComposeSource));

function answer(source: ComposeSource): Answer {
  try {
    return { stack: parseCompose(source) };
  } catch (error) {
    if (error instanceof ComposeError) return { refused: error.message };
    throw error;
  }
}
