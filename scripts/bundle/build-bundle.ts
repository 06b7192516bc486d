import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import { builtins, libraries, place, places } from './plugins.ts';
import { stands } from './stands.ts';

export interface Bundle {
  /** The program, its chunks and their source maps, by name. */
  files: Map<string, Uint8Array>;
  /** The files that it is made of, relative to the root. */
  inputs: string[];
}

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program's name in the bundle's folder. */
export const entryName = 'main.bundle.mjs';

/**
 * Makes one program of the sources and the libraries that every start loads. What is loaded on first use stays apart, in
 * chunks.
 * @param folder Where it will lie, or one beside it.
 */
export async function buildBundle(folder: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outExtension: { '.js': '.bundle.mjs' },
    // The files that Node would load, and nothing of a tsconfig.json.
    conditions: [],
    mainFields: ['main'],
    tsconfigRaw: {},
    // 7 MB less. Node prints the line that threw, so lines stay short.
    minifyWhitespace: true,
    lineLimit: 160,
    // `src/source-lines.ts` reads them when an error is logged.
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    banner: {
      js: `const ${place} = import.meta.url, require = process.getBuiltinModule('node:module').createRequire(${place});`,
    },
    plugins: [builtins, stands(root), libraries, places(folder)],
    logLevel: 'silent',
  });
  await stop();
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])),
    inputs: Object.keys(metafile.inputs).filter((path) => !/^(?:builtin|stand):/.test(path)),
  };
}

export async function writeBundle(folder: string, { files }: Bundle): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, contents] of files) await writeFile(join(folder, name), contents);
}
