import { UsageError } from '../errors.ts';

/** 2^12 rounds, as the data model asks; about a quarter of a second of one core. */
const cost = 12;
const minCharacters = 12;
/**
 * Bcrypt ignores anything after this many bytes. @see
 * https://www.usenix.org/legacy/events/usenix99/provos/provos_html/node4.html
 */
const maxBytes = 72;

/** A hash that no password matches, so that refusing an unknown user takes as long as a wrong password. */
const nobodysHash = '$2b$12$E3dWkdXgWjMoWzTjKMJ.lu6BeqiRU8/KbrlvGsQlKZIA4R0jOvghi';

/**
 * Bcrypt in the binding's own threads, without blocking the event loop.
 * @throws {UsageError} when it is shorter than 12 characters or longer than 72 bytes.
 */
export async function hashPassword(password: string): Promise<string> {
  if (Array.from(password).length < minCharacters)
    throw new UsageError(`A password needs at least ${minCharacters} characters. Several words are easy to remember.`);
  if (Buffer.byteLength(password) > maxBytes)
    throw new UsageError(`A password has at most ${maxBytes} bytes; anything after that would be ignored.`);
  if (password.includes('\0')) throw new UsageError('A password cannot contain a NUL character.');
  const { hash } = await import('bcrypt');
  return hash(password, cost);
}

/** False, and as late, when there is no hash. */
export async function verifyPassword(password: string, hashed: string | null | undefined): Promise<boolean> {
  // A longer one would match by its first 72 bytes.
  const whole = Buffer.byteLength(password) <= maxBytes && !password.includes('\0');
  const { compare } = await import('bcrypt');
  const matches = await compare(whole ? password : '', hashed ?? nobodysHash);
  return matches && whole && hashed !== null && hashed !== undefined;
}
