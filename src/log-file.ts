import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { DestinationStream } from 'pino';
import { UserError } from './errors.ts';

/** A file of the log becomes `<file>.1.gz`, and so on, when it has this size; the oldest one is deleted. */
export const logRotation = { size: '20M', files: 10 } as const;

/** A file of the log that is rotated. */
export interface LogFile extends DestinationStream {
  /** Calls back when everything until now is in the file. */
  flush(done?: () => void): void;
}

/** @throws {UserError} where it cannot be written. */
export async function openLogFile(path: string): Promise<LogFile> {
  const { createStream } = await import('rotating-file-stream');
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => Promise.reject(unwritable(path, error)));
  const stream = createStream((number) => nameOf(path, Number(number ?? 0)), {
    path: dirname(path),
    size: logRotation.size,
    rotate: logRotation.files,
    compress: 'gzip',
    mode: 0o600,
  });
  await new Promise<void>((opened, failed) => {
    stream.once('open', () => opened());
    stream.once('error', (error) => failed(unwritable(path, error)));
  });
  // A disk that is full for a moment must not end Shipmate, and there is nowhere else to say it.
  stream.on('error', (error) => process.stderr.write(`The log cannot be written to ${path}: ${error.message}\n`));
  return {
    write: (line) => void stream.write(line),
    flush: (done) => void stream.write('', () => done?.()),
  };
}

function nameOf(path: string, number: number): string {
  return number === 0 ? basename(path) : `${basename(path)}.${number}.gz`;
}

function unwritable(path: string, error: unknown): UserError {
  const why = error instanceof Error ? error.message : String(error);
  return new UserError(`The log cannot be written to ${path}: ${why}. Set SHIPMATE_LOG_FILE to another file.`);
}
