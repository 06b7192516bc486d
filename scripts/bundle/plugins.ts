import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { isBundled } from './bundled-packages.ts';
import { programsFolder } from './programs.ts';

/**
 * Node's own modules as `require` returns them. An import of `node:http` makes a namespace of all its exports, and the one
 * named WebSocket loads undici: 7 MB and a tenth of a start's processor time.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    build.onResolve({ filter: /^[a-z]/ }, ({ path }) => (names.has(path) ? { path, namespace: 'builtin' } : undefined));
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};

/** Our own imports of what is not bundled stay imports, found in `node_modules` as from the sources. */
export const libraries: Plugin = {
  name: 'libraries',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) =>
      importer === '' || importer.includes(`${sep}node_modules${sep}`) || isBundled(path)
        ? undefined
        : { path, external: true },
    );
  },
};

/** In every file of the bundle: where it is. */
export const place = '__bundle';

/**
 * Files look for what lies beside them, so `import.meta.url`, `__filename` and `__dirname` become what they are for the file
 * itself, relative to the bundle.
 * @param programs Files, without folder and ending, whose URL becomes that of the program made of them.
 */
export function places(outputs: string, programs: readonly string[] = []): Plugin {
  const url = (file: string) => `new URL(${JSON.stringify(relative(outputs, file))}, ${place})`;
  const path = (file: string) => `process.getBuiltinModule('node:url').fileURLToPath(${url(file)})`;
  const named = new RegExp(`\\bnew URL\\('(${programs.join('|')})[.]ts', import[.]meta[.]url\\)`, 'g');
  const program = (_found: string, name: string) => `new URL('${programsFolder}/${name}.bundle.mjs', ${place})`;
  return {
    name: 'places',
    setup(build) {
      build.onLoad({ filter: /[.][cm]?[jt]s$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        if (!/\bimport[.]meta[.]url\b|\b__(?:file|dir)name\b/.test(text)) return undefined;
        const contents = (programs.length > 0 ? text.replaceAll(named, program) : text)
          .replaceAll(/\bimport[.]meta[.]url\b/g, `${url(file)}.href`)
          .replaceAll(/\b__filename\b/g, path(file))
          .replaceAll(/\b__dirname\b/g, path(dirname(file)));
        return { contents, loader: file.endsWith('ts') ? 'ts' : 'js' };
      });
    },
  };
}
