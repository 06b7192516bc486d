import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';

/** A file as esbuild cut it. */
interface Part {
  /** Names of parts whose loading it waits for. */
  needs: string[];
  exports: string[];
  /** The file of `src/` that is imported as this part. */
  imported: string | undefined;
}

/** For `./` in what is loaded on first use, which stays an import; as long as that, so that source maps stay right. */
const lazily = '~/';
/** What is loaded with the program, and what is loaded after it. */
const homes = { first: 'first.bundle.mjs', rest: 'rest.bundle.mjs' };

/**
 * esbuild cuts a program wherever two parts that are loaded on first use share something, so that a start loads 140 files.
 * This puts together what every start loads, in three files: a fifth less processor time.
 *
 * @param parts The program in parts, by name, not yet minified.
 * @param always The files of `src/` that every start imports, the program first.
 */
export async function putTogether(
  folder: string,
  { outputs }: Metafile,
  parts: ReadonlyMap<string, Uint8Array>,
  { always, options }: { always: readonly [program: string, rest: string]; options: BuildOptions },
): Promise<Map<string, Uint8Array>> {
  const graph = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), partOf(output)]));
  const [main, rest] = always.map((source) => nameOf(graph, source));
  const first = closure(graph, main ?? '');
  const core = new Map([...closure(graph, rest ?? '')].map((name) => [name, homes.rest]));
  for (const name of first) core.set(name, homes.first);
  core.delete(main ?? '');

  // Beside the folder, so that source maps find the sources from there as well.
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-parts-`);
  try {
    for (const [name, contents] of parts) await writeFile(join(work, name), hideLazy(name, contents));
    for (const home of Object.values(homes)) await writeFile(join(work, home), homeText(graph, core, home));
    const { outputFiles } = await build({
      ...options,
      // 7 MB less. Node prints the line that threw, so lines stay short.
      minifyWhitespace: true,
      lineLimit: 160,
      absWorkingDir: work,
      entryPoints: [main ?? '', ...Object.values(homes)].map((name) => ({
        in: name,
        out: name.replace('.bundle.mjs', ''),
      })),
      outdir: folder,
      write: false,
      external: [`${lazily}*`],
      packages: 'external',
    });
    const together = new Map(outputFiles.map(({ path, contents }) => [basename(path), showLazy(path, contents)]));
    for (const [name, contents] of parts) {
      const part = name.replace(/[.]map$/, '');
      if (part !== main && !core.has(part)) together.set(name, name === part ? rewired(contents, core) : contents);
    }
    for (const [name, home] of core) if (graph.get(name)?.imported) together.set(name, stub(graph, name, home));
    return together;
  } finally {
    await rm(work, { recursive: true });
  }
}

function partOf({ entryPoint, exports, imports }: Metafile['outputs'][string]): Part {
  const needed = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true);
  return { needs: needed.map(({ path }) => basename(path)), exports, imported: entryPoint };
}

function nameOf(graph: ReadonlyMap<string, Part>, source: string): string {
  const [name] = [...graph].find(([, { imported }]) => imported === source) ?? [];
  if (name === undefined) throw new Error(`${source} is in no part of the bundle`);
  return name;
}

/** The parts that are loaded with one, and itself. */
function closure(graph: ReadonlyMap<string, Part>, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const needed of graph.get(name)?.needs ?? []) closure(graph, needed, found);
  return found;
}

/** Names are unique within a part only. */
function uniqueName(exported: string, part: string): string {
  return `${exported}_${part.replaceAll(/\W/g, '_')}`;
}

/** Loads the parts that belong to this home, and has all that they export. */
function homeText(graph: ReadonlyMap<string, Part>, core: ReadonlyMap<string, string>, home: string): string {
  const parts = [...core].filter(([, of]) => of === home).map(([name]) => name);
  return parts
    .map((name) => reexport(graph, name, `./${name}`, (exported) => [exported, uniqueName(exported, name)]))
    .join('\n');
}

/** In the place of a part that is also imported on first use. */
function stub(graph: ReadonlyMap<string, Part>, name: string, home: string): Uint8Array {
  return Buffer.from(reexport(graph, name, `./${home}`, (exported) => [uniqueName(exported, name), exported]));
}

function reexport(
  graph: ReadonlyMap<string, Part>,
  name: string,
  from: string,
  names: (exported: string) => [there: string, here: string],
): string {
  const list = graph.get(name)?.exports.map((exported) => names(exported).join(' as ')) ?? [];
  return list.length > 0 ? `export { ${list.join(', ')} } from "${from}";` : `import "${from}";`;
}

/** A part that stays apart imports from the homes, line by line as before, so that its source map stays right. */
function rewired(contents: Uint8Array, core: ReadonlyMap<string, string>): Uint8Array {
  const text = Buffer.from(contents).toString('utf8');
  const named = text.replaceAll(
    /^import \{([^}]*)\} from "[.][/]([^"]+)";$/gm,
    (found, names: string, part: string) => {
      const home = core.get(part);
      if (home === undefined) return found;
      const unique = names.replaceAll(
        /([\w$]+)(?: as ([\w$]+))?/g,
        (_name, exported: string, local = exported) => `${uniqueName(exported, part)} as ${local}`,
      );
      return `import {${unique}} from "./${home}";`;
    },
  );
  const bare = named.replaceAll(/^import "[.][/]([^"]+)";$/gm, (found, part: string) => {
    const home = core.get(part);
    return home === undefined ? found : `import "./${home}";`;
  });
  return Buffer.from(bare);
}

function hideLazy(name: string, contents: Uint8Array): Uint8Array {
  return replaced(name, contents, 'import("./', `import("${lazily}`);
}

function showLazy(name: string, contents: Uint8Array): Uint8Array {
  return replaced(name, contents, `import("${lazily}`, 'import("./');
}

function replaced(name: string, contents: Uint8Array, from: string, to: string): Uint8Array {
  if (!name.endsWith('.mjs')) return contents;
  return Buffer.from(Buffer.from(contents).toString('utf8').replaceAll(from, to));
}
