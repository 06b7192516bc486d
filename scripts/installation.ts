// `npm run installation [-- service|package|image]`: what the suite does with stand-ins, for real. `install.sh` on a bare
// Debian 12 and 13 under their systemd, with the real apt-get and npm; the package under Node 20, 22 and 24; the image of the
// Dockerfile. Takes 20 minutes on a quiet machine, and needs root.
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type Packed } from './support/pack.ts';
import { tryImage } from './installation/image.ts';
import { tryPackage } from './installation/package.ts';
import { tryService } from './installation/service.ts';

const ways: Record<string, (packed: Packed) => Promise<void>> = {
  service: tryService,
  package: tryPackage,
  image: tryImage,
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(ways, name));
if (unknown !== undefined) throw new Error(`${unknown} is none of ${Object.keys(ways).join(', ')}`);

await using home = await mkdtempDisposable(join(tmpdir(), 'shipmate-installation-'));
const packed = await pack(join(home.path, 'packed'));
for (const [name, attempt] of Object.entries(ways)) {
  if (named.length === 0 || named.includes(name)) await attempt(packed);
}
