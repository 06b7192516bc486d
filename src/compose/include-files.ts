import { isDeepStrictEqual } from 'node:util';
import { dirname } from 'node:path/posix';
import { isRemoteSource } from './remote-source.ts';
import { readEnvFile } from './env-file.ts';
import type { Lookup } from './interpolate.ts';
import { type Content, type Loading, mergeFiles, requireText, under, type Where } from './loading.ts';
import { isMapping } from './merge.ts';
import { atPlace } from './problems.ts';

/** What is in the file itself may not be in those that it includes, unless it is the same. */
export function includeFiles(
  own: Content,
  { content, path, where }: { content: Content; path: string; where: Where },
  loading: Loading,
): Content {
  const list = content['include'];
  if (!Array.isArray(list)) return loading.refuse(content, ['include'], 'include is not a list');
  let merged: Content = {};
  for (const [at, entry] of list.entries()) {
    const included = includeOne(isMapping(entry) ? entry : { path: entry }, { at, content, path, where }, loading);
    const both = conflictOf(included, merged) ?? conflictOf(included, own);
    if (both) loading.refuse(content, ['include', at], `include brings another ${both}. Rename one of them`);
    merged = mergeFiles(merged, included, loading);
  }
  return mergeFiles(merged, own, loading);
}

/** What has one name in both, and is not the same, e.g. `` `web` of `services` ``. */
function conflictOf(included: Content, own: Content): string | undefined {
  for (const [kind, map] of Object.entries(included)) {
    const ours = own[kind];
    if (!isMapping(map) || !isMapping(ours)) continue;
    const name = Object.keys(map).find((one) => Object.hasOwn(ours, one) && !isDeepStrictEqual(ours[one], map[one]));
    if (name !== undefined) return `\`${name}\` of \`${kind}\``;
  }
  return undefined;
}

interface Including {
  at: number;
  content: Content;
  path: string;
  where: Where;
}

function includeOne(entry: Content, { at, content, path, where }: Including, loading: Loading): Content {
  const refuse = (text: string) => loading.refuse(content, ['include', at], text);
  const here = `${atPlace(loading.origins.placeOf(content, ['include', at]))}: the file of \`include\``;
  const unknown = Object.keys(entry).find((key) => !['path', 'project_directory', 'env_file'].includes(key));
  if (unknown !== undefined) refuse(`include.${unknown} is not supported`);
  const paths = listOfPaths(entry['path'], refuse).map((one) => under(where.folder, one));
  const [first] = paths;
  if (first === undefined) return refuse('include names no file');
  const folder =
    entry['project_directory'] === undefined
      ? dirname(first)
      : under(where.folder, listOfPaths(entry['project_directory'], refuse)[0] ?? '');
  const lookup = listOfPaths(entry['env_file'] ?? [], refuse).reduce<Lookup>((look, one) => {
    const file = under(where.folder, one);
    requireText(loading, file, here);
    const { values } = readEnvFile(loading.texts?.[file] ?? '', { file, lookup: look });
    return (variable) => look(variable) ?? (Object.hasOwn(values, variable) ? values[variable] : undefined);
  }, where.lookup);
  let merged: Content = {};
  for (const one of paths) {
    if (where.above.includes(one) || one === path) refuse(`include: \`${one}\` includes itself`);
    requireText(loading, one, here);
    const included = loading.loadFile(one, { folder, lookup, above: [...where.above, path] });
    merged = mergeFiles(merged, included, loading);
  }
  return merged;
}

function listOfPaths(given: unknown, refuse: (text: string) => never): string[] {
  const paths = Array.isArray(given) ? given : [given];
  return paths.map((one) => {
    if (typeof one !== 'string' || one === '') return refuse('include names no file');
    if (isRemoteSource(one)) refuse(`include: \`${one}\` is not in the repository. Copy it there`);
    return one;
  });
}
