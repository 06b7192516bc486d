import type { Origins } from './origins.ts';

type Mapping = Record<string, unknown>;

/** How a value is merged. Everything else: maps by key, lists one after the other. */
type Rule =
  | 'replace'
  /** Lines of a key and a value with one of these characters in between, or a map. */
  | { pairs: RegExp }
  /** Names, or a map by name; what a name alone stands for. */
  | { names: unknown }
  /** A word that stands for a map with this key. */
  | { short: string }
  /** A list, or one entry alone; of entries with the same answer the last counts. */
  | { by: (entry: unknown) => unknown };

const pairs: Rule = { pairs: /=/ };
const distinct: Rule = { by: (entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)) };

/** By path; `*` is a name that the author gives. */
const rules: Readonly<Record<string, Rule>> = {
  'services.*.annotations': pairs,
  'services.*.build': { short: 'context' },
  'services.*.build.additional_contexts': pairs,
  'services.*.build.args': pairs,
  'services.*.build.labels': pairs,
  'services.*.build.secrets': { by: (entry) => targetOf(entry, '') },
  'services.*.cap_add': distinct,
  'services.*.cap_drop': distinct,
  'services.*.command': 'replace',
  'services.*.configs': { by: (entry) => targetOf(entry, '/') },
  'services.*.depends_on': { names: { condition: 'service_started' } },
  'services.*.deploy.labels': pairs,
  'services.*.dns': distinct,
  'services.*.dns_opt': distinct,
  'services.*.dns_search': distinct,
  'services.*.entrypoint': 'replace',
  'services.*.env_file': { by: (entry) => keyOf(entry, 'path') },
  'services.*.environment': pairs,
  'services.*.expose': distinct,
  'services.*.extra_hosts': { pairs: /[:=]/ },
  'services.*.healthcheck.test': 'replace',
  'services.*.label_file': distinct,
  'services.*.labels': pairs,
  'services.*.links': distinct,
  'services.*.networks': { names: null },
  'services.*.networks.*.aliases': distinct,
  'services.*.ports': distinct,
  'services.*.profiles': distinct,
  'services.*.secrets': { by: (entry) => targetOf(entry, '/run/secrets/') },
  'services.*.sysctls': pairs,
  'services.*.tmpfs': distinct,
  'services.*.ulimits.*': 'replace',
  'services.*.volumes': { by: mountedAt },
};

/**
 * What a later file makes of an earlier one, or a service of the one that it extends, as the reference implementation
 * merges them. Neither is changed.
 * @param path Of both, below the file.
 * @throws {MergeConflict} when one has a map or a list where the other has something else.
 */
export function merge(base: unknown, over: unknown, path: readonly string[], origins: Origins): unknown {
  const rule = ruleOf(path);
  if (base === null || base === undefined || rule === 'replace') return over;
  if (over === null || over === undefined) return base;
  if (typeof rule === 'object' && 'by' in rule) return mergeLists(listOf(base), listOf(over), rule.by, origins);
  const [one, other] = [longForm(base, rule, origins), longForm(over, rule, origins)];
  if (isMapping(one) && isMapping(other)) return mergeMaps(one, other, path, origins);
  if (Array.isArray(one) && Array.isArray(other)) return mergeLists(one, other, undefined, origins);
  if (isMapping(one) || isMapping(other) || Array.isArray(one) || Array.isArray(other)) throw new MergeConflict(path);
  return over;
}

/** Two files do not fit together at a path. */
export class MergeConflict extends Error {
  readonly path: readonly string[];
  constructor(path: readonly string[]) {
    super('is a map or a list in one file, and not in the other');
    this.path = path;
  }
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ruleOf(path: readonly string[]): Rule | undefined {
  if (path.length < 3 || path.length > 5) return undefined;
  const isName = (at: number) => at === 1 || (at === 3 && (path[2] === 'networks' || path[2] === 'ulimits'));
  return rules[path.map((part, at) => (isName(at) ? '*' : part)).join('.')];
}

function mergeMaps(base: Mapping, over: Mapping, path: readonly string[], origins: Origins): Mapping {
  const marks = origins.marksOf(over);
  const merged: Mapping = {};
  for (const [key, value] of Object.entries(base)) {
    if (marks.get(key) === 'reset') continue;
    merged[key] = value;
    origins.take(merged, key, { container: base, key });
  }
  for (const [key, value] of Object.entries(over)) {
    merged[key] = marks.has(key) ? value : merge(base[key], value, [...path, key], origins);
    origins.take(merged, key, { container: over, key });
  }
  return merged;
}

function mergeLists(
  base: readonly unknown[],
  over: readonly unknown[],
  by: ((entry: unknown) => unknown) | undefined,
  origins: Origins,
): unknown[] {
  const entries = [base, over].flatMap((container) => container.map((value, key) => ({ value, container, key })));
  const kept = by ? [...new Map(entries.map((entry) => [by(entry.value), entry])).values()] : entries;
  const merged = kept.map(({ value }) => value);
  for (const [at, from] of kept.entries()) origins.take(merged, at, from);
  return merged;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function longForm(value: unknown, rule: Rule | undefined, origins: Origins): unknown {
  if (typeof rule !== 'object' || isMapping(value)) return value;
  if ('short' in rule) return { [rule.short]: value };
  if (!Array.isArray(value)) return value;
  const long: Mapping = {};
  for (const [key, entry] of value.entries()) {
    const [name, text] = 'pairs' in rule ? splitPair(String(entry), rule.pairs) : [String(entry), namedBy(rule)];
    long[name] = text;
    origins.take(long, name, { container: value, key });
  }
  return long;
}

function namedBy(rule: object): unknown {
  return 'names' in rule ? rule.names : null;
}

function splitPair(line: string, separator: RegExp): [string, string | null] {
  const at = line.search(separator);
  return at === -1 ? [line, null] : [line.slice(0, at), line.slice(at + 1)];
}

function keyOf(entry: unknown, key: string): unknown {
  return isMapping(entry) ? entry[key] : entry;
}

function targetOf(entry: unknown, folder: string): unknown {
  const target = String(keyOf(entry, 'target') ?? keyOf(entry, 'source'));
  return target.startsWith('/') ? target : `${folder}${target}`;
}

function mountedAt(entry: unknown): unknown {
  if (isMapping(entry)) return entry['target'];
  const [source, target = source] = String(entry).split(':');
  return target;
}
