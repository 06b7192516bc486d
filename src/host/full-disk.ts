import { statfs } from 'node:fs/promises';
import { UnavailableError } from '../errors.ts';

const codes = ['ENOSPC', 'EDQUOT'];
const words = /no space left on device|disk quota exceeded/i;

/** The sentence for a folder whose file system is full. */
export function fullDisk(folder: string, cause?: unknown): UnavailableError {
  return new UnavailableError(`The disk of \`${folder}\` is full. Free space there, then try again.`, { cause });
}

/** The same of an error that nobody expected, and of its causes; it may know no path. */
export function asFullDisk(error: unknown): UnavailableError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { cause, code, path } = error as Partial<Record<string, unknown>>;
  if (!codes.includes(String(code))) return asFullDisk(cause);
  if (typeof path === 'string') return fullDisk(path, error);
  const message = 'A disk of the machine that Shipmate runs on is full. Free space there, then try again.';
  return new UnavailableError(message, { cause: error });
}

/** Whether a program complains that a file system is full. */
export function saysFull(text: string): boolean {
  return words.test(text);
}

/** Writes below `folder`. @throws {UnavailableError} when its file system is full. */
export async function writingTo<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw codes.includes(String((error as NodeJS.ErrnoException).code)) ? fullDisk(folder, error) : error;
  }
}

/** Less than this is full, bytes: PostgreSQL makes its tables larger by some hundred KB at a time. */
const leastBytes = 1024 * 1024;

/** @throws {UnavailableError} when the file system of `folder` is full. A folder that is not there yet is not. */
export async function requireSpace(folder: string): Promise<void> {
  const stats = await statfs(folder).catch(() => undefined);
  if (stats && stats.bavail * stats.bsize < leastBytes) throw fullDisk(folder);
}
