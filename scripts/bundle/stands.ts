import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { unneededParts as ofHttp } from '../../src/handlers/http/unneeded-parts.ts';
import { requireOf, type UnneededPart } from '../../src/load-on-use.ts';
import { unneededParts as ofSwarm } from '../../src/swarm/unneeded-parts.ts';

/** Parts of libraries that are not bundled; what stands for them loads them from `node_modules` on first use. */
export function stands(root: string): Plugin {
  const parts = [...ofHttp, ...ofSwarm].map((part) => ({ ...part, folder: folderOf(root, part) }));
  return {
    name: 'stands',
    setup(build) {
      // They put up the stands where there is no bundle.
      build.onLoad({ filter: /[/]unneeded-parts[.]ts$/ }, () => ({ contents: '', loader: 'ts' }));
      build.onResolve({ filter: /./ }, ({ path, importer }) => {
        const part = parts.find(({ folder, id }) => id === path && isWithin(folder, importer));
        return part && { path: [...part.of, part.id].join(' > '), namespace: 'stand', pluginData: part };
      });
      build.onLoad({ filter: /./, namespace: 'stand' }, ({ pluginData }) => {
        const { of, id } = pluginData as UnneededPart;
        const real = `requireOf(require, ${JSON.stringify(of)})(${JSON.stringify(id)})`;
        const contents = `const { requireOf, standFor } = require('./src/load-on-use.ts');
          module.exports = standFor(() => ${real});`;
        return { contents, loader: 'js', resolveDir: root };
      });
    },
  };
}

function folderOf(root: string, { of }: UnneededPart): string {
  const name = of.at(-1) ?? '';
  const main = requireOf(createRequire(join(root, 'package.json')), of.slice(0, -1)).resolve(name);
  const folder = `${sep}node_modules${sep}${name}${sep}`;
  return main.slice(0, main.lastIndexOf(folder) + folder.length);
}

function isWithin(folder: string, file: string): boolean {
  return file.startsWith(folder) && !file.slice(folder.length).includes(`node_modules${sep}`);
}
