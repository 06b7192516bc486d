import { UnavailableError } from '../errors.ts';

const codes = ['ENOSPC', 'EDQUOT'];
const words = /no space left on device|disk quota exceeded/i;

/** The sentence for a folder whose file system is full. */
export function fullDisk(folder: string, cause?: unknown): UnavailableError {
  return new UnavailableError(`The disk of \`${folder}\` is full. Free space there, then try again.`, { cause });
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
