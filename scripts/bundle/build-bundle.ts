import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, stop } from 'esbuild';
import { builtins, libraries, place, places } from './plugins.ts';
import { programNames, programSources, programsFolder } from './programs.ts';
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
 * @param without Of the sources: its threads are those of `addPrograms`.
 */
export async function buildBundle(folder: string, { without = false } = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await build(settings([program], folder, without ? programNames : []));
  const parts = partsOf(outputFiles);
  const files = await putTogether(folder, metafile, parts, { always: [program, 'src/app.ts'], options });
  await stop();
  const inputs = Object.keys(metafile.inputs).filter((path) => !/^(?:builtin|stand):/.test(path));
  return { files, inputs };
}

/** Adds what is started beside the program, for a package: there are no sources to start it from. */
export async function addPrograms(bundle: Bundle, folder: string): Promise<void> {
  const { outputFiles } = await build(settings(programSources, join(folder, programsFolder), []));
  for (const [name, contents] of partsOf(outputFiles)) bundle.files.set(join(programsFolder, name), contents);
  await stop();
}

function settings(entryPoints: readonly string[], folder: string, programs: readonly string[]) {
  return {
    ...options,
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    entryNames: '[name]',
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
    plugins: [builtins, stands(root), libraries, places(folder, programs)],
  } satisfies BuildOptions;
}

function partsOf(outputs: readonly { path: string; contents: Uint8Array }[]): Map<string, Uint8Array> {
  return new Map(outputs.map(({ path, contents }) => [basename(path), contents]));
}

export async function writeBundle(folder: string, { files }: Bundle): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, contents] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), contents);
  }
}
