import type { RawFile } from './file-schema.ts';
import type { Problem } from './problems.ts';

/** The mounts of a service, each once: Compose takes a line that is repeated as one. */
export function mountsOnce({ tmpfs = [], volumes = [] }: RawFile['services'][string]) {
  const all = [...volumes, ...tmpfs].map((mount) => [JSON.stringify(mount), mount] as const);
  return [...new Map(all).values()];
}

/** Checks that everything services refer to is declared, and that their dependencies exist. */
export function checkReferences(file: RawFile, active: readonly string[]): Problem[] {
  return active.flatMap((name) => {
    const service = file.services[name];
    if (!service) return [];
    const at = (...path: PropertyKey[]) => ['services', name, ...path];
    const problem = (path: PropertyKey[], text: string): Problem => ({ path, text: `services.${name} ${text}` });
    const undeclared = (what: 'volumes' | 'networks' | 'secrets' | 'configs', names: readonly string[]) =>
      names
        .filter((one) => !Object.hasOwn(file[what] ?? {}, one))
        .map((one) => problem(at(what), `uses \`${one}\`, which the top-level \`${what}\` does not declare`));
    const mounts = mountsOnce(service);
    return [
      ...(service.image || service.build ? [] : [problem(at(), 'has neither `image` nor `build`')]),
      ...undeclared(
        'volumes',
        mounts.flatMap(({ type, source }) => (type === 'tmpfs' || type === 'bind' ? [] : (source ?? []))),
      ),
      ...undeclared(
        'networks',
        Object.keys(service.networks ?? {}).filter((one) => one !== 'default'),
      ),
      ...undeclared(
        'secrets',
        [...(service.secrets ?? []), ...(service.build?.secrets ?? [])].map(({ source }) => source),
      ),
      ...undeclared(
        'configs',
        (service.configs ?? []).map(({ source }) => source),
      ),
      ...Object.entries(service.depends_on ?? {})
        .filter(([one, dependency]) => !active.includes(one) && dependency?.required !== false)
        .map(([one]) =>
          problem(
            at('depends_on', one),
            `depends on \`${one}\`, which ${file.services[one] ? 'is in an inactive profile' : 'does not exist'}`,
          ),
        ),
      ...baseServices(service.build?.additional_contexts)
        .filter((one) => !active.includes(one))
        .map((one) =>
          problem(
            at('build', 'additional_contexts'),
            `builds on \`${one}\`, which ${file.services[one] ? 'is in an inactive profile' : 'does not exist'}`,
          ),
        ),
      ...duplicates(mounts.map(({ target }) => target)).map((target) =>
        problem(at('volumes'), `mounts two things at \`${target}\``),
      ),
    ];
  });
}

/** Services whose images a build has as contexts. */
export function baseServices(contexts: Readonly<Record<string, string>> = {}): string[] {
  return Object.values(contexts).flatMap((source) => /^service:(.+)$/.exec(source)?.[1] ?? []);
}

function duplicates(all: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(all.filter((one) => seen.size === seen.add(one).size))];
}

/** The names in dependency order, or those that form a cycle. */
export function inOrder(dependencies: ReadonlyMap<string, readonly string[]>): { order?: string[]; circle?: string[] } {
  const order: string[] = [];
  const visit = (name: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(name)) return [...above.slice(above.indexOf(name)), name];
    if (order.includes(name)) return undefined;
    for (const one of dependencies.get(name) ?? []) {
      const circle = visit(one, [...above, name]);
      if (circle) return circle;
    }
    order.push(name);
    return undefined;
  };
  for (const name of dependencies.keys()) {
    const circle = visit(name, []);
    if (circle) return { circle };
  }
  return { order };
}
