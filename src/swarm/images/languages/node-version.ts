import type { CheckoutFiles } from './checkout-files.ts';
import { type JsonObject, objectAt, textAt } from './json.ts';
import { versionFor } from './versions.ts';

/** Lines with long support first, the newest of them in front. */
const known = ['24', '22', '20', '18', '16', '25', '23', '21', '19', '14'];

/** Names of nvm for lines of releases. @see https://github.com/nodejs/Release */
const codenames: Record<string, string> = { gallium: '16', hydrogen: '18', iron: '20', jod: '22', krypton: '24' };

/** From `.nvmrc`, `.node-version`, `.tool-versions`, `volta`, then `engines`; the current LTS by default. */
export async function nodeVersion(files: CheckoutFiles, manifest: JsonObject): Promise<string> {
  const asked =
    (await firstLine(files, '.nvmrc')) ??
    (await firstLine(files, '.node-version')) ??
    /^nodejs[ \t]+(\S+)/m.exec((await files.read('.tool-versions')) ?? '')?.[1] ??
    textAt(objectAt(manifest, 'volta'), 'node') ??
    textAt(objectAt(manifest, 'engines'), 'node');
  const [, codename] = /^lts\/(\w+)$/i.exec(asked ?? '') ?? [];
  return codename === undefined ? versionFor(asked, known) : (codenames[codename.toLowerCase()] ?? '24');
}

async function firstLine(files: CheckoutFiles, path: string): Promise<string | undefined> {
  const lines = ((await files.read(path)) ?? '').split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());
  return lines.find((line) => line !== '');
}
