import { type CheckoutFiles } from './checkout-files.ts';
import { caddyStage, copyPages } from './caddy-stage.ts';
import type { Language } from './language.ts';
import { UserError } from '../../../errors.ts';

/** Folders of pages, in order of preference. */
const folders = ['.', 'public', 'dist', 'build', 'out', '_site', 'site', 'www', 'html'];
const index = (folder: string) => (folder === '.' ? 'index.html' : `${folder}/index.html`);

/** Pages that need no build. */
export const staticPages: Language = {
  name: 'static',
  summary:
    '`index.html` in the build context or in one of `public`, `dist`, `build`, `out`, `_site`, `site`, `www`, `html`',
  looksFor: ['index.html'],
  // Hidden files are not pages, except what certificates and clients look for there.
  takes: ['output'],
  ignored: ['.*', '!.well-known', 'Dockerfile', 'node_modules'],
  async detects(files) {
    const folder = await pagesFolder(files);
    return folder && `the build context has \`${index(folder)}\``;
  },
  async write(files, options) {
    const folder = options.output ?? (await pagesFolder(files));
    if (folder === undefined) throw new UserError('There is no `index.html`. Add one, or set another builder.');
    const notFound = folder === '.' ? '404.html' : `${folder}/404.html`;
    return caddyStage(options, { copy: copyPages(folder), kind: (await files.has(notFound)) ? 'many' : 'one' });
  },
};

async function pagesFolder(files: CheckoutFiles): Promise<string | undefined> {
  for (const folder of folders) if (await files.has(index(folder))) return folder;
  return undefined;
}
