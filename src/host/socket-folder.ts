import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';

/** `sun_path` holds 108 bytes with the final zero on Linux, 104 elsewhere. @see unix(7) */
const maxSocketPath = 103;

export interface SocketFolder {
  /** The folder under a path that is short enough for its sockets, until `close`. */
  path: string;
  close(): Promise<void>;
}

/**
 * A folder in which sockets are made or connected to; a long path is shortened through an open file descriptor.
 * @param name The longest name of a socket in it.
 * @throws {UserError} where a long path cannot be shortened.
 */
export async function openSocketFolder(folder: string, name: string): Promise<SocketFolder> {
  if (Buffer.byteLength(join(folder, name)) <= maxSocketPath) return { path: folder, close: async () => {} };
  if (process.platform !== 'linux')
    throw new UserError(
      `The path of the data folder is too long (${folder}): set SHIPMATE_DATA_DIR to one of at most 85 bytes.`,
    );
  const handle = await open(folder);
  return { path: `/proc/self/fd/${handle.fd}`, close: () => handle.close() };
}
