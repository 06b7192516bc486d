import { extendServices } from './extend-services.ts';
import { includeFiles } from './include-files.ts';
import { createBudget, type Lookup } from './interpolate.ts';
import { type Content, type Layers, type Loading, mergeFiles, requireText, rootOf, type Where } from './loading.ts';
import { Origins, type Place } from './origins.ts';
import { ComposeError } from './problems.ts';
import { readYaml } from './read-yaml.ts';
import { rebase } from './rebase.ts';

/** Files of one application, counting those that are read twice; more are several applications. */
const maxReads = 50;

export interface Loaded {
  content: Record<string, unknown>;
  placeOf: (path: readonly PropertyKey[]) => Place;
  /** Variables that have neither value nor default. */
  missing: string[];
}

/**
 * A file with its `extends` and `include`, and those whose values come over it, as one content. All paths in it are
 * relative to the folder of the first.
 * @throws {WantedFile} when the text of another file is needed; {ComposeError} with what is wrong.
 */
export function loadLayers(layers: Layers, lookup: Lookup): Loaded {
  const origins = new Origins();
  const missing = new Set<string>();
  const budget = createBudget();
  let reads = 0;
  const folder = rootOf(layers);
  const loading: Loading = {
    ...layers,
    origins,
    read(path, look) {
      const isMain = path === layers.file;
      reads += 1;
      if (reads > maxReads) throw tooMany(layers.file);
      const text = isMain ? layers.text : (layers.texts?.[path] ?? '');
      const onMissing = (variable: string) => missing.add(variable);
      return readYaml(text, { file: path, isOther: !isMain, lookup: look, onMissing, budget, origins });
    },
    loadFile: (path, where) => loadFile(path, where, loading),
    refuse(content, path, text) {
      throw new ComposeError(layers.file, [{ ...origins.placeOf(content, path), text }]);
    },
  };
  const first = loading.loadFile(layers.file, { folder, lookup, above: [] });
  const content = (layers.overrides ?? []).reduce((base, path) => {
    requireText(loading, path, `The compose file`);
    // Their paths are relative to the folder of the first.
    return mergeFiles(base, loading.loadFile(path, { folder, lookup, above: [] }), loading);
  }, first);
  return { content, placeOf: (path) => origins.placeOf(content, path), missing: [...missing].sort() };
}

function tooMany(file: string): ComposeError {
  const text = `it is made of more than ${maxReads} files, counting those that are read twice. Merge some`;
  return new ComposeError(file, [{ line: 1, text }]);
}

function loadFile(path: string, where: Where, loading: Loading): Content {
  const content = loading.read(path, where.lookup);
  rebase(content, where.folder, rootOf(loading));
  extendServices(path, content, where.lookup, loading);
  const { include, ...own } = content;
  if (include === undefined) return content;
  for (const key of Object.keys(own)) loading.origins.take(own, key, { container: content, key });
  return includeFiles(own, { content, path, where }, loading);
}
