import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { hasImage, importImage } from './import-image.ts';

const run = promisify(execFile);

/** Change it with what goes into the image beside the binaries. */
const recipe = '2';
const node = '/usr/local/bin/node';
const small: Record<string, string> = {
  '/etc/passwd': 'root:x:0:0:root:/:/\nnode:x:1000:1000:node:/tmp:/\n',
  '/etc/group': 'root:x:0:\nnode:x:1000:\n',
  '/etc/nsswitch.conf': 'hosts: files dns\n',
};

/**
 * An image with Node and nothing else (no shell), made from the Node that runs and the libraries it links to, so
 * that no registry is needed. `node` is `/usr/local/bin/node` and `/node`. Made once per Node, then only looked up.
 * @returns its reference, `shipmate-node-base:<hash of its content>`.
 */
export async function ensureNodeBaseImage(): Promise<string> {
  const files = [process.execPath, ...(await libraries())];
  const tag = `shipmate-node-base:${await hashOf(files)}`;
  if (!(await hasImage(tag))) await makeImage(tag, files);
  return tag;
}

/** What `ldd` names, and what the C library loads by name when it looks up a host. */
async function libraries(): Promise<string[]> {
  const { stdout } = await run('ldd', [process.execPath]);
  const linked = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  const libc = linked.find((path) => path.includes('/libc.so'));
  const resolvers = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'].map((name) =>
    join(dirname(libc ?? '/lib/libc.so.6'), name),
  );
  return [...new Set([...linked, ...resolvers.filter((path) => existsSync(path))])];
}

async function hashOf(files: string[]): Promise<string> {
  const hash = createHash('sha256').update(recipe);
  for (const file of files) {
    hash.update(`${file}\n`);
    await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), async (chunks) => {
      for await (const chunk of chunks) hash.update(chunk as Buffer);
    });
  }
  return hash.digest('hex').slice(0, 12);
}

async function makeImage(tag: string, files: string[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'shipmate-node-base-'));
  try {
    await fillRoot(root, files);
    await importImage(tag, root, [`ENV PATH=${dirname(node)}`, `CMD ["${node}"]`]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function fillRoot(root: string, [binary = process.execPath, ...shared]: string[]): Promise<void> {
  const put = async (from: string, to: string) => {
    await mkdir(dirname(join(root, to)), { recursive: true });
    await copyFile(await realpath(from), join(root, to));
  };
  await put(binary, node);
  for (const library of shared) await put(library, library);
  // Saves some 15 MB; the image works without.
  await run('strip', [join(root, node)]).catch(() => {});
  await symlink(node, join(root, 'node'));
  for (const [path, content] of Object.entries(small)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
  await chmod(root, 0o755);
}
