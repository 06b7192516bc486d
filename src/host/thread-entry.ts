import type { MessagePort } from 'node:worker_threads';

/** What a thread of `createThreads` is given. */
export interface Entry {
  /** Address of the module. */
  file: string;
  name: string;
  task: unknown;
  /** Is told as soon as the thread begins with the task. */
  begun: MessagePort;
}

/** Loads the module, says so, and calls its function: how long a busy machine takes to start a thread is not the task's. */
export async function callFunction({ begun, file, name, task }: Entry): Promise<unknown> {
  const module = (await import(file)) as Record<string, (task: unknown) => unknown>;
  begun.postMessage(undefined);
  begun.close();
  return module[name]?.(task);
}
