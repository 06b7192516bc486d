import type { ComposeService, ComposeStack } from './compose-stack.ts';
import { composeSchema, type RawFile } from './file-schema.ts';
import { takeOut } from './left-out.ts';
import { needsOf } from './needs.ts';
import { loadLayers } from './load.ts';
import { type Layers, WantedFile } from './loading.ts';
import { ComposeError, type Problem, problemsOf } from './problems.ts';
import { refusedServiceKeys } from './refused.ts';
import { baseServices, checkReferences, inOrder } from './references.ts';
import { boundTo } from './to-mounts.ts';
import { toService } from './to-service.ts';

/** More are several applications. */
const maxServices = 100;

export interface ComposeSource extends Layers {
  /** The application's variables only, never the host's environment. */
  variables: Readonly<Record<string, string>>;
  profiles: readonly string[];
}

/**
 * Reads a compose file into the services that Swarm is to run.
 * @throws {ComposeError} that names everything which is not supported or wrong, at once; {WantedFile} when another file
 * is needed.
 */
export function parseCompose({ variables, profiles, ...layers }: ComposeSource): ComposeStack {
  const used = new Set<string>();
  const lookup = (name: string) => {
    if (isShared(name)) used.add(name);
    return Object.hasOwn(variables, name) ? variables[name] : undefined;
  };
  const { content: whole, placeOf, missing } = loadLayers(layers, lookup);
  const { kept: content, lines: leftOut } = takeOut(whole, refusedServiceKeys);
  const fail = (problems: readonly Problem[]) => {
    const told = problems.map((problem) => ({ ...placeOf(problem.path), text: problem.text }));
    return new ComposeError(layers.file, told);
  };
  const count = countServices(content);
  if (count > maxServices) {
    const told = `it has ${count} services. An application has at most ${maxServices}: split it into several`;
    throw fail([{ path: ['services'], text: told }]);
  }
  const { data, error } = composeSchema.safeParse(content);
  if (!data) throw fail(problemsOf(error));
  const active = Object.entries(data.services)
    .filter(([, service]) => !service.profiles?.length || service.profiles.some((one) => profiles.includes(one)))
    .map(([name]) => name);
  const problems = checkReferences(data, active);
  if (active.length === 0) problems.push({ path: ['services'], text: 'no service is active' });
  if (problems.length > 0) throw fail(problems);
  const services = active.flatMap((name) => {
    const raw = data.services[name];
    return raw ? [toService(name, raw, { file: data, active, lookup, placeOf })] : [];
  });
  const { order = [], circle } = inOrder(
    new Map(
      services.map((one) => [
        one.name,
        [...one.dependsOn.map((on) => on.service), ...baseServices(one.build?.contexts)],
      ]),
    ),
  );
  if (circle) {
    const path = ['services', circle[0] ?? '', 'depends_on'];
    throw fail([{ path, text: `services depend on each other in a cycle: ${circle.join(' → ')}` }]);
  }
  const volumeOptions = optionsOf(data.volumes);
  return {
    services: order.flatMap((name) => services.find((one) => one.name === name) ?? []),
    external: Object.entries(data.networks ?? {}).flatMap(([name, network]) => (network?.external ? [name] : [])),
    internal: Object.entries(data.networks ?? {}).flatMap(([name, network]) => (network?.internal ? [name] : [])),
    volumeOptions,
    needs: services.flatMap((one) => needsOf(one, volumeOptions, (key) => placeOf(['services', one.name, key]))),
    warnings: [...missing.filter((name) => !isShared(name)).map(notSet), ...leftOut],
    ...(used.size > 0 && { shared: { used: [...used].sort(), missing: missing.filter(isShared) } }),
  };
}

/** A volume that stands for a folder has no options of its own. */
function optionsOf(volumes: RawFile['volumes']): ComposeStack['volumeOptions'] {
  return Object.fromEntries(
    Object.entries(volumes ?? {}).flatMap(([name, volume]) => {
      const options = volume?.driver_opts;
      if (!options || boundTo(options) !== undefined || !Object.values(options).some(Boolean)) return [];
      return [[name, options]];
    }),
  );
}

/** Whether it is a variable that a project shares. */
export function isShared(name: string): boolean {
  return name.startsWith('shared.');
}

/** What people should know of a variable that a file uses. */
export function notSet(name: string): string {
  return `The variable ${name} is not set and becomes empty. Set it with \`env set\`.`;
}

/** Before the schema looks at each of them. */
function countServices(content: unknown): number {
  const { services } = content as { services?: unknown };
  return typeof services === 'object' && services !== null ? Object.keys(services).length : 0;
}

export type { ComposeService, ComposeStack };
export { ComposeError, WantedFile };
