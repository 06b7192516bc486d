import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSampleRepository } from '../../scripts/support/sample-repository.ts';
import { unpackPackages } from '../../src/host/debian-packages.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/shipmate/packages', import.meta.url));

const dockerfile = `FROM scratch
COPY busybox /bin/busybox
COPY busybox /bin/sh
COPY VERSION serve /
CMD ["/bin/sh", "/serve"]
`;

/** Serves on 8080 which version it is, and what was written to its data. */
const serve = `busybox mkdir -p /www/data
busybox cp /VERSION /www/index.html
exec busybox httpd -f -p 8080 -h /www
`;

/** A repository with an application of 2 MB, which is quick to push and pull. */
export async function createSmallRepository() {
  const root = await unpackPackages(['busybox-static'], join(cache, 'busybox-static'));
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-repository-'));
  const { path, commit } = await createSampleRepository(join(folder, 'small'));
  const busybox = [join(root, 'bin/busybox'), join(root, 'usr/bin/busybox')].find((file) => existsSync(file));
  await copyFile(busybox ?? '', join(path, 'busybox'));
  await writeFile(join(path, 'serve'), serve);
  await writeFile(join(path, 'Dockerfile'), dockerfile);
  await writeFile(join(path, '.dockerignore'), 'server.js\nhealth.js\n');
  return { path, commit, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
