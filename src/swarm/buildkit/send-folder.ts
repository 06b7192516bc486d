import { type BigIntStats, closeSync, constants, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { UserError } from '../../errors.ts';
import { createPacer } from '../../patterns/pacer.ts';
import { wantedPaths } from './wanted-paths.ts';
import { type FileStat, type Packet, packetTypes, type SentFolder } from './files-protocol.ts';

export interface SentFolders {
  /** By the name under which the build asks for it. */
  folders: Record<string, SentFolder>;
  /** Hears why one could not be sent; the build fails with words of its own. */
  onError(error: unknown): void;
}

type Call = ServerDuplexStream<Packet, Packet>;
type Write = (packet: Packet) => Promise<void>;

/** Of a file that is read at once, bytes: far below what gRPC takes in a message (4 MiB). */
const chunkBytes = 512 * 1024;

/** Bits of Go's `os.FileMode`. */
const goModes = { folder: 2 ** 31, link: 2 ** 27, setuid: 2 ** 23, setgid: 2 ** 22, sticky: 2 ** 20 };

/**
 * The sending end of `DiffCopy`: tells of every entry, then sends the files that the other end asks for by the entry's
 * place. @see tonistiigi/fsutil `send.go`
 */
export function sendFolder({ folders, onError }: SentFolders): (call: Call) => void {
  return (call) => {
    const folder = folders[String(call.metadata.get('dir-name')[0])] ?? { root: '', paths: [] };
    const names = [...call.metadata.get('include-patterns'), ...call.metadata.get('followpaths')].map(String);
    exchange(call, { root: folder.root, paths: wantedPaths(folder, names) }).catch((error: unknown) => {
      if (call.cancelled) return;
      onError(error);
      call.emit('error', { code: status.ABORTED, details: error instanceof Error ? error.message : String(error) });
    });
  };
}

async function exchange(call: Call, folder: SentFolder): Promise<void> {
  const write = pacedWrite(call);
  const sizes: number[] = [];
  const told = tell(write, folder, sizes);
  const answered = answer(call, write, folder, sizes);
  await Promise.all([told, answered]);
}

async function tell(write: Write, { paths, root }: SentFolder, sizes: number[]): Promise<void> {
  const pace = createPacer();
  for (const path of paths) {
    const stat = statOf(root, path);
    sizes.push(stat.size);
    await write({ type: packetTypes.stat, stat });
    await pace();
  }
  await write({ type: packetTypes.stat });
}

async function answer(call: Call, write: Write, { paths, root }: SentFolder, sizes: number[]): Promise<void> {
  const pace = createPacer();
  // Not destroyed when a file cannot be sent: the reason is still to be told.
  for await (const { data, ID = 0, type } of call.iterator({ destroyOnReturn: false }) as AsyncIterable<Packet>) {
    if (type === packetTypes.request) {
      await sendFile(write, join(root, paths[ID] ?? ''), { ID, path: paths[ID] ?? '', size: sizes[ID] ?? 0 });
      await pace();
    } else if (type === packetTypes.end) {
      await write({ type: packetTypes.end });
      call.end();
    } else if (type === packetTypes.error) {
      throw new Error(`The Engine does not take the build context: ${Buffer.from(data ?? []).toString()}`);
    }
  }
}

/** Read without going through the thread pool, which costs several times what a small file takes. */
async function sendFile(
  write: Write,
  file: string,
  { ID, path, size }: { ID: number; path: string; size: number },
): Promise<void> {
  const handle = reading(path, () => openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW));
  try {
    let sent = 0;
    while (sent < size) {
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - sent));
      const bytes = readSync(handle, buffer, 0, buffer.length, sent);
      if (bytes === 0) throw changed(path);
      await write({ type: packetTypes.data, ID, data: buffer.subarray(0, bytes) });
      sent += bytes;
    }
  } finally {
    closeSync(handle);
  }
  await write({ type: packetTypes.data, ID });
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

/** Waits while the other end has enough to read. @throws {Error} when it is gone. */
function pacedWrite(call: Call): Write {
  let ready: PromiseWithResolvers<void> | undefined;
  for (const event of ['drain', 'close', 'cancelled', 'error']) {
    call.on(event, () => {
      ready?.resolve();
      ready = undefined;
    });
  }
  return async (packet) => {
    if (call.cancelled || call.destroyed) throw new Error('The build has ended');
    if (call.write(packet)) return;
    ready ??= Promise.withResolvers();
    await ready.promise;
  };
}
