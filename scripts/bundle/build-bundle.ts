import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, stop } from 'esbuild';
import { builtins, libraries, place, places } from './plugins.ts';
import { putTogether } from './put-together.ts';
import { stands } from './stands.ts';

export interface Bundle {
  /** The program, its chunks and their source maps, by name. */
  files: Map<string, Uint8Array>;
  /** The files that it is made of, relative to the root. */
  inputs: string[];
}

export const root = fileURLToPath(new URL('../../', import.meta.url));

const program = 'src/main.ts';

const options = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  outExtension: { '.js': '.bundle.mjs' },
  // `src/source-lines.ts` reads them when an error is logged.
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'silent',
} satisfies BuildOptions;

/** The program's name in the bundle's folder. */
export const entryName = 'main.bundle.mjs';

/**
 * Makes one program of the sources and the libraries that every start loads. What is loaded on first use stays apart, in
 * chunks.
 * @param folder Where it will lie, or one beside it.
 */
export async function buildBundle(folder: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [program],
    outdir: folder,
    write: false,
    metafile: true,
    // The files that Node would load, and nothing of a tsconfig.json.
    conditions: [],
    mainFields: ['main'],
    tsconfigRaw: {},
    banner: {
      js: `const ${place} = import.meta.url, require = process.getBuiltinModule('node:module').createRequire(${place});`,
    },
    plugins: [builtins, stands(root), libraries, places(folder)],
  });
  const parts = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const files = await putTogether(folder, metafile, parts, { always: [program, 'src/app.ts'], options });
  await stop();
  const inputs = Object.keys(metafile.inputs).filter((path) => !/^(?:builtin|stand):/.test(path));
  return { files, inputs };
}

export async function writeBundle(folder: string, { files }: Bundle): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, contents] of files) await writeFile(join(folder, name), contents);
}
