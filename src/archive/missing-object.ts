import { NotFoundError } from '../errors.ts';

/** @throws {NotFoundError} when it is missing, otherwise the error. */
export function throwMissing(error: unknown, name: string, missing: boolean): never {
  if (missing) throw new NotFoundError(`The archive has no \`${name}\`.`);
  throw error;
}
