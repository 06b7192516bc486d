import type Docker from 'dockerode';

interface Call {
  path: string;
  method: 'GET' | 'POST';
  /** Answers that are no errors; undefined texts are the Engine's own. */
  statusCodes: Record<number, true | string>;
  headers?: Record<string, string | string[]>;
  options?: object;
  hijack?: boolean;
  isStream?: boolean;
  file?: NodeJS.ReadableStream;
  abortSignal?: AbortSignal;
  /** A registry's. */
  authconfig?: object;
}

/** A call that dockerode has no method for. */
export async function dial<T>(docker: Docker, call: Call): Promise<T> {
  const { promise, reject, resolve } = Promise.withResolvers<T>();
  const modem = docker.modem as { dial(call: Call, done: (error: unknown, data: T) => void): void };
  modem.dial(call, (error, data) => {
    if (error) reject(error as Error);
    else resolve(data);
  });
  return promise;
}
