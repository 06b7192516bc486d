import { dirname } from 'node:path/posix';
import type { Lookup } from './interpolate.ts';
import { type Content, type Loading, requireText, rootOf, under } from './loading.ts';
import { isMapping, merge, MergeConflict } from './merge.ts';
import { atPlace } from './problems.ts';
import { rebase } from './rebase.ts';
import { showPath } from './refused.ts';

/** Services that extend each other. */
const maxDepth = 20;

/** Puts what a service extends under it. */
export function extendServices(path: string, content: Content, lookup: Lookup, loading: Loading): void {
  const { services } = content;
  if (!isMapping(services)) return;
  const open = new Map<string, { content: Content; lookup: Lookup }>([[path, { content, lookup }]]);
  const extended = new Map<string, Record<string, unknown>>();
  for (const name of Object.keys(services)) {
    services[name] = extendedService({ path, name, above: [] }, { open, extended, loading });
  }
}

interface Extending {
  /** Files that are read for it. */
  open: Map<string, { content: Content; lookup: Lookup }>;
  /** Services that are done, by file and name. */
  extended: Map<string, Record<string, unknown>>;
  loading: Loading;
}

function extendedService(
  { above, name, path }: { path: string; name: string; above: readonly string[] },
  extending: Extending,
): unknown {
  const { extended, loading, open } = extending;
  const { content, lookup } = open.get(path) ?? { content: {}, lookup: () => undefined };
  const service = isMapping(content['services']) ? content['services'][name] : undefined;
  if (!isMapping(service)) return service;
  const id = `${path}\n${name}`;
  const done = extended.get(id);
  if (done) return done;
  if (service['extends'] === undefined) return service;
  const at = ['services', name, 'extends'];
  const refuse = (text: string) => loading.refuse(content, at, text);
  if (above.includes(id)) refuse(`services.${name} extends itself`);
  if (above.length >= maxDepth) refuse(`services.${name} is extended more than ${maxDepth} times over`);
  const given = service['extends'];
  const { file, service: of } = isMapping(given) ? given : { service: given };
  if (typeof of !== 'string' || (file !== undefined && typeof file !== 'string')) {
    return refuse(`services.${name}.extends is not \`service\` or \`file\` and \`service\``);
  }
  const other = file === undefined ? path : under(rootOf(loading), file);
  if (!open.has(other)) {
    requireText(loading, other, `${atPlace(loading.origins.placeOf(content, at))}: the file that \`${name}\` extends`);
    const its = loading.read(other, lookup);
    rebase(its, dirname(other), rootOf(loading));
    open.set(other, { content: its, lookup });
  }
  const base = extendedService({ path: other, name: of, above: [...above, id] }, extending);
  if (!isMapping(base)) return refuse(`services.${name} extends \`${of}\`, which \`${other}\` does not have`);
  const merged = mergeService({ base, service, name, refuse }, loading);
  extended.set(id, merged);
  return merged;
}

function mergeService(
  given: {
    base: Record<string, unknown>;
    service: Record<string, unknown>;
    name: string;
    refuse: (text: string) => never;
  },
  { origins }: Loading,
): Record<string, unknown> {
  const { base, name, refuse, service } = given;
  try {
    const merged = merge(base, service, ['services', name], origins) as Record<string, unknown>;
    delete merged['extends'];
    return merged;
  } catch (error) {
    if (!(error instanceof MergeConflict)) throw error;
    return refuse(`${showPath(error.path)} ${error.message}`);
  }
}
