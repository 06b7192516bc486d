import { type BigIntStats, closeSync, constants, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { createPacer } from '../../patterns/pacer.ts';
import { dataHead, type FileStat, packet, packetTypes, type SentFolder } from './files-protocol.ts';
import { grpcCodes, GrpcError } from './grpc-error.ts';
import type { Method, ServerCall } from './grpc-server.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { wantedPaths } from './wanted-paths.ts';

export interface SentFolders {
  /** By the name under which the build asks for it. */
  folders: Record<string, SentFolder>;
  /** Hears why one could not be sent; the build fails with words of its own. */
  onError(error: unknown): void;
}

/** Of a file that is read at once, bytes: far below what gRPC takes in a message (4 MiB). */
const chunkBytes = 512 * 1024;

/** Bits of Go's `os.FileMode`. */
const goModes = { folder: 2 ** 31, link: 2 ** 27, setuid: 2 ** 23, setgid: 2 ** 22, sticky: 2 ** 20 };

/**
 * The sending end of `DiffCopy`: tells of every entry, then sends the files that the other end asks for by the entry's
 * place. @see tonistiigi/fsutil `send.go`
 */
export function sendFolder({ folders, onError }: SentFolders): Method {
  return async (call) => {
    const folder = folders[call.header('dir-name')] ?? { root: '', paths: [] };
    const names = [call.header('include-patterns'), call.header('followpaths')].filter(Boolean);
    try {
      await exchange(call, { root: folder.root, paths: wantedPaths(folder, names) });
    } catch (error) {
      if (!call.isCancelled()) onError(error);
      throw new GrpcError(grpcCodes.aborted, error instanceof Error ? error.message : String(error));
    }
  };
}

async function exchange(call: ServerCall, folder: SentFolder): Promise<void> {
  const outbox = createOutbox(call.send);
  const sizes: number[] = [];
  await Promise.all([tell(outbox, folder, sizes), answer(call, outbox, folder, sizes)]);
}

async function tell(outbox: Outbox, { paths, root }: SentFolder, sizes: number[]): Promise<void> {
  const pace = createPacer();
  for (const path of paths) {
    const stat = statOf(root, path);
    sizes.push(stat.size);
    outbox.add(packet.encode({ type: packetTypes.stat, stat }));
    await outbox.ready();
    await pace();
  }
  outbox.add(packet.encode({ type: packetTypes.stat }));
}

async function answer(call: ServerCall, outbox: Outbox, { paths, root }: SentFolder, sizes: number[]): Promise<void> {
  const pace = createPacer();
  for await (const bytes of call.messages) {
    const { data, ID = 0, type } = packet.decode(bytes);
    if (type === packetTypes.request) {
      await sendFile(outbox, join(root, paths[ID] ?? ''), { ID, path: paths[ID] ?? '', size: sizes[ID] ?? 0 });
      await pace();
    } else if (type === packetTypes.end) {
      outbox.add(packet.encode({ type: packetTypes.end }));
      return outbox.flush();
    } else if (type === packetTypes.error) {
      throw new Error(`The Engine does not take the build context: ${Buffer.from(data ?? []).toString()}`);
    }
  }
}

/**
 * Read into what is sent, without going through the thread pool, which costs several times what a small file takes.
 */
async function sendFile(
  outbox: Outbox,
  file: string,
  { ID, path, size }: { ID: number; path: string; size: number },
): Promise<void> {
  const handle = reading(path, () => openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW));
  try {
    for (let sent = 0; sent < size; sent += chunkBytes) {
      const length = Math.min(chunkBytes, size - sent);
      const head = dataHead(ID, length);
      const room = outbox.room(head.length + length);
      room.set(head);
      if (!isFilled(handle, room.subarray(head.length), sent)) throw changed(path);
      await outbox.ready();
    }
  } finally {
    closeSync(handle);
  }
  outbox.add(dataHead(ID, 0));
}

/** Whether the file has that much. What it does not have is empty: nothing of this process's memory is sent. */
function isFilled(handle: number, room: Buffer, from: number): boolean {
  let filled = 0;
  try {
    for (let bytes = -1; bytes !== 0 && filled < room.length; filled += bytes) {
      bytes = readSync(handle, room, filled, room.length - filled, from + filled);
    }
  } finally {
    room.fill(0, filled);
  }
  return filled === room.length;
}

function statOf(root: string, path: string): FileStat {
  const stats = reading(path, () => lstatSync(join(root, path), { bigint: true }));
  return {
    path,
    mode: goMode(stats),
    // As the Docker CLI: whoever owns the checkout, files in an image belong to root.
    uid: 0,
    gid: 0,
    size: stats.isFile() ? Number(stats.size) : 0,
    modTime: { low: Number(stats.mtimeNs & 0xffff_ffffn), high: Number(stats.mtimeNs >> 32n) },
    linkname: stats.isSymbolicLink() ? reading(path, () => readlinkSync(join(root, path))) : '',
  };
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(String((error as NodeJS.ErrnoException).code))
      ? changed(path)
      : error;
  }
}

function goMode(stats: BigIntStats): number {
  const mode = Number(stats.mode);
  return (
    (mode & 0o777) +
    (mode & 0o4000 ? goModes.setuid : 0) +
    (mode & 0o2000 ? goModes.setgid : 0) +
    (mode & 0o1000 ? goModes.sticky : 0) +
    (stats.isDirectory() ? goModes.folder : 0) +
    (stats.isSymbolicLink() ? goModes.link : 0)
  );
}

function changed(path: string): UserError {
  return new UserError(`\`${path}\` changed while the build context was sent. Deploy again.`);
}
